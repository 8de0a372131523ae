import ArgumentParser
import HeirloomControl

struct ShutdownCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shutdown", abstract: "End a running kernel and all its programs.",
    discussion: "The programs get SIGTERM first, and some time later SIGKILL. This command ends when the kernel has.")

  @OptionGroup var kernel: KernelSelection

  @Option(help: ArgumentHelp("How many seconds the programs have to end (2).", valueName: "SECONDS"))
  var timeout: Double?

  func validate() throws { try Timeout.check(timeout) }

  func run() throws {
    let connection = try kernel.connect()
    do throws(ControlError) { _ = try connection.ask(Shutdown(seconds: timeout)) } catch {
      if error != connection.hasEnded { throw Failure.reported(error) }
    }
  }
}

enum Timeout {
  static func check(_ seconds: Double?) throws {
    if let seconds, !(0...86_400).contains(seconds) { throw ValidationError("--timeout takes 0 to 86400 seconds.") }
  }
}
