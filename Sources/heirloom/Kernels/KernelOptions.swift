import ArgumentParser
import HeirloomControl

/// What every command that speaks to a running kernel takes.
struct KernelSelection: ParsableArguments {
  @Option(
    help: ArgumentHelp("Which kernel, where several are running: its name or its process id.", valueName: "NAME|PID"),
    completion: .custom { _, _, _ in KernelList.words })
  var kernel: String?

  /// - Throws: the command's end, with the message said.
  func connect() throws -> KernelConnection { try Self.connect(kernel) }

  /// All replies of the kernel to a request.
  func ask<Request: ControlRequest>(_ request: Request) throws -> [Request.Reply] {
    try Self.ask(request, of: kernel)
  }

  private static func connect(_ kernel: String?) throws -> KernelConnection {
    do throws(ControlError) { return try KernelConnection.open(kernel) } catch { throw Failure.reported(error) }
  }

  /// The same of the kernel that `kernel` names; nil: of the only one.
  static func ask<Request: ControlRequest>(_ request: Request, of kernel: String?) throws -> [Request.Reply] {
    let connection = try connect(kernel)
    do throws(ControlError) { return try connection.ask(request) } catch { throw Failure.reported(error) }
  }

  /// The names of the modules that are loaded, for completion; none where no kernel can be asked.
  static var loadedModules: [String] {
    guard let connection = try? KernelConnection.open(nil), let modules = try? connection.ask(ListModules()) else { return [] }
    return modules.map(\.name)
  }
}

/// The form of a listing.
struct ListingForm: ParsableArguments {
  @Flag(help: "Print JSON.")
  var json = false
}

extension Failure {
  static func reported(_ error: ControlError) -> ExitCode { reported(error.description, error.exitCode) }
}
