import HeirloomKernel

/// Finds a program as a shell does: in the directories of PATH, all of them below the guests' root.
struct ProgramSearch {
  let root: String

  /// PATH's; the shell's default where it is not set.
  private var directories: [String] {
    (Host.environment("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "." : String($0) }
  }

  /// The path to start `program` by. A program that holds a slash is taken as it is.
  func path(of program: String) throws(StartError) -> String {
    let confinement = try root == "/" ? nil : directory(root)
    defer { if let confinement { Host.closeDescriptor(confinement) } }
    if program.contains("/") { return program }
    var refused: String?
    for directory in directories {
      let candidate = directory + "/" + program
      switch Host.entry(at: candidate, in: confinement) {
      case .program: return candidate
      case .notExecutable: refused = refused ?? candidate
      case .absent, .directory: continue
      }
    }
    if let refused { throw StartError("\(refused): not executable (chmod +x \(refused))", exitCode: 126) }
    throw StartError(
      "\(program): no such program in PATH\(below); a file is given by its path, as in ./\(program)", exitCode: 127)
  }

  private func directory(_ path: String) throws(StartError) -> Int32 {
    guard let descriptor = Host.openDirectory(path) else {
      throw StartError("\(path): not a directory that can be opened, as --root needs one", exitCode: Failure.own)
    }
    return descriptor
  }

  private var below: String { root == "/" ? "" : " below \(root)" }
}
