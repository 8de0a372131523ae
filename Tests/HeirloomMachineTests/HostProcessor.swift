import Foundation

/// What the processor under the tests is: rows that depend on it say so.
enum HostProcessor {
  private static let description = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""

  static let isAMD = description.contains("AuthenticAMD")
  /// int1 is a trap (AMD APM volume 3, INT1), but some hypervisors report it as a fault: eip is not behind it.
  static let trapsBehindInt1 = (try? Native.run([[0xf1]], size: 32))?.first?["eip"] == Place.code + 1
  /// sgdt and its kin are the kernel's to answer.
  static let hasUMIP = description.contains(" umip")
}
