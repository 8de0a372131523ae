internal import CMachine

/// What the host's processor has, where an instruction's meaning depends on it (AMD APM volume 3, appendix E).
enum HostFeatures {
  static let hasCLZERO = answer(0x8000_0008, register: 1) & 1 != 0
  /// LOCK before mov to and from cr0 means cr8.
  static let hasLockedCR8 = answer(0x8000_0001, register: 2) & 1 << 4 != 0
  static let hasINVPCID = answer(7, register: 1) & 1 << 10 != 0

  private static func answer(_ leaf: UInt32, register: Int) -> UInt32 {
    var registers = [UInt32](repeating: 0, count: 4)
    heirloom_cpuid(leaf, 0, &registers)
    return registers[register]
  }
}
