import ArgumentParser
import HeirloomControl
import HeirloomKernel
import HeirloomModules

struct Boot: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Start a kernel without a program, which waits for commands.",
    discussion: """
      heirloom exec runs programs in it. It ends, and its programs with it, on ^C, SIGTERM or heirloom shutdown.

      Without --plugins it follows the folder heirloom/plugins in $XDG_DATA_HOME, which is ~/.local/share where that is not set.

      EXAMPLES
        heirloom boot --root build/i386root &
        heirloom boot --name test --module getpid2.so --plugins build/plugins
      """)

  @OptionGroup var setup: KernelSetup

  @Flag(name: .customLong("no-plugins"), help: "Follow no folder of modules.")
  var noPlugins = false

  func validate() throws {
    if noPlugins && setup.plugins != nil { throw ValidationError("--plugins and --no-plugins do not go together.") }
  }

  func run() throws {
    do {
      let session = try setup.settings.start(command: [], usualPlugins: noPlugins ? nil : Self.usualPlugins)
      try session.server.startAndWait()
      defer { session.end() }
      if !setup.quiet { Host.printError(greeting(session)) }
      session.kernel.serve()
      if setup.verbose { MissingCalls(session.kernel.missingCalls).report() }
    } catch let error as StartError {
      throw Failure.reported(error.description, error.exitCode)
    } catch let error as ModuleError {
      throw Failure.reported(error.description, Failure.own)
    } catch let error as ControlError {
      throw Failure.reported(error)
    }
  }

  private func greeting(_ session: KernelSettings.Session) -> String {
    let folder = session.folder.map { ", modules from \($0.path)" } ?? ""
    return "heirloom: kernel \(session.server.identity.name) (pid \(session.server.identity.pid)) is up\(folder); ^C ends it\n"
  }

  /// Made where it is missing; nil where it cannot be.
  private static var usualPlugins: String? {
    let data = Host.environment("XDG_DATA_HOME").flatMap { $0.hasPrefix("/") ? $0 : nil }
    guard let parent = data ?? Host.environment("HOME").map({ $0 + "/.local/share" }) else { return nil }
    let folder = parent + "/heirloom/plugins"
    return Host.ensureDirectory(folder) ? folder : nil
  }
}
