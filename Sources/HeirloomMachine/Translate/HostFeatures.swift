/// What the host's processor has, where an instruction's meaning depends on it (AMD APM volume 3, appendix E).
enum HostFeatures {
  static let hasCLZERO = HostCPUID.answer(0x8000_0008).ebx & 1 != 0
  /// LOCK before mov to and from cr0 means cr8.
  static let hasLockedCR8 = HostCPUID.answer(0x8000_0001).ecx & 1 << 4 != 0
  static let hasINVPCID = HostCPUID.answer(7).ebx & 1 << 10 != 0
}
