import ArgumentParser

/// How the command ends where it has failed itself, rather than the program it runs.
enum Failure {
  /// A module, the table or the root is at fault; env(1) and timeout(1) use the same number.
  static let own: Int32 = 125

  /// Says what is wrong; the value to throw.
  static func reported(_ message: String, _ code: Int32) -> ExitCode {
    Host.printError("heirloom: \(message)\n")
    return ExitCode(code)
  }
}
