/// The user's running kernels.
public enum KernelList {
  /// As the sockets in the runtime folder have it.
  static var current: [RuntimeFolder.Entry] { RuntimeFolder.usual.entries }

  /// Names and process ids, for completion.
  public static var words: [String] { current.flatMap { [$0.name, String($0.process)] } }

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
    let meant = kernels.filter { $0.name == selector || String($0.process) == selector }
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
