import Foundation

/// What the processor under the tests is: rows that depend on it say so.
enum HostProcessor {
  private static let description = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""

  static let isAMD = description.contains("AuthenticAMD")
  /// sgdt and its kin are the kernel's to answer.
  static let hasUMIP = description.contains(" umip")
}
