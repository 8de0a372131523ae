/// The user's running kernels.
public enum KernelList {
  /// Names and process ids, for completion.
  public static var words: [String] { RuntimeFolder.usual.entries.flatMap { [$0.name, String($0.process)] } }

  /// Nanoseconds for which a kernel is waited for that is not there: the command that has started it may have been the one
  /// before.
  private static let patience: UInt64 = 1_000_000_000

  /// The kernel that is meant, as `choose` has it; waits for it.
  static func find(_ selector: String?) throws(ControlError) -> RuntimeFolder.Entry {
    let (folder, end) = (RuntimeFolder.usual, monotonicNanoseconds() + patience)
    while monotonicNanoseconds() < end {
      // Kernels are spoken to only where one may be meant.
      if folder.sockets.contains(where: { isMeant($0, selector) }) {
        let kernels = folder.entries
        if kernels.contains(where: { isMeant($0, selector) }) { return try choose(selector, kernels) }
      }
      pause(milliseconds: 5)
    }
    return try choose(selector, folder.entries)
  }

  private static func isMeant(_ kernel: RuntimeFolder.Entry, _ selector: String?) -> Bool {
    selector == nil || kernel.name == selector || String(kernel.process) == selector
  }

  /// The kernel that is meant.
  ///
  /// - Parameter selector: a name or a process id; nil: the only one there is.
  static func choose(
    _ selector: String?, _ kernels: [RuntimeFolder.Entry]
  ) throws(ControlError) -> RuntimeFolder.Entry {
    guard let selector else {
      if kernels.count == 1 { return kernels[0] }
      guard !kernels.isEmpty else {
        throw ControlError("no kernel is running; start one with: heirloom boot, or heirloom run -- PROGRAM")
      }
      throw ControlError("several kernels are running; say which with --kernel NAME or --kernel PID:\n" + list(kernels))
    }
    let meant = kernels.filter { isMeant($0, selector) }
    if meant.count == 1 { return meant[0] }
    guard meant.isEmpty else {
      throw ControlError("several kernels are named '\(selector)'; say which with --kernel PID:\n" + list(meant))
    }
    let others = kernels.isEmpty ? "; none is running" : "; there are:\n" + list(kernels)
    throw ControlError("no kernel is named '\(selector)' or has that process id" + others)
  }

  private static func list(_ kernels: [RuntimeFolder.Entry]) -> String {
    kernels.map { "  \($0.process)  \($0.name)" }.joined(separator: "\n")
  }
}
