import ArgumentParser
import HeirloomControl
import HeirloomKernel
import HeirloomModules

struct CheckModule: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-module",
    abstract: "Load a module into a kernel of its own, and say what it registers or why it fails.",
    discussion: """
      The module's init and exit hooks run in this process, which has no other kernel and no program. What they print is \
      shown on standard error.

      A module that uses functions of others is checked with them: --with FILE.so loads one first.

      EXIT CODE
        0    it loads and unloads
        125  it does not, or not in time
      """)

  @Argument(help: ArgumentHelp("The module.", valueName: "FILE.so"))
  var file: String

  @Argument(help: ArgumentHelp("Its parameters.", valueName: "key=value"))
  var parameters: [String] = []

  @Option(help: ArgumentHelp("A module that is loaded before it, without parameters; may be repeated.", valueName: "FILE.so"))
  var with: [String] = []

  @Option(help: ArgumentHelp("How long its hooks may take.", valueName: "SECONDS"))
  var timeout = 10

  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    if timeout < 1 { throw ValidationError("--timeout takes a number of seconds from 1 on") }
  }

  func run() throws {
    var options = KernelOptions()
    options.console = Host.standardError
    options.consoleLevel = .info
    let kernel: Kernel
    do { kernel = try Kernel(options: options) } catch {
      throw Failure.reported("the kernel cannot start: \(error)", Failure.own)
    }
    // What it has not done by then it does not do: the whole process goes.
    let (file, timeout) = (file, timeout)
    _ = ServiceThread.start(sharingTable: true) {
      Host.sleep(seconds: timeout)
      Host.printError("heirloom: \(file): its hooks have not come back in \(timeout) seconds\n")
      Host.exitAtOnce(Failure.own)
    }
    let loader = ModuleLoader(kernel: kernel)
    do {
      for first in with { try loader.load(path: first, parameters: []) }
      let module = try loader.load(path: file, parameters: parameters)
      let report = Report(module)
      try loader.unload(module)
      if json { Host.print(JSON(encoding: report).prettyText + "\n") } else { report.print() }
    } catch {
      throw Failure.reported(error.description, Failure.own)
    }
  }
}

/// What a module has turned out to be.
private struct Report: Encodable {
  struct Entry: Encodable {
    let table: String
    let number: Int
    let name: String
    let signature: String
    let handler: String
    let kind: String
    let rule: String?
  }
  struct Parameter: Encodable {
    let name, type, description: String
    let minimum, maximum: String?
  }

  let name: String
  let path: String
  let description, version, license: String?
  let registers: [Entry]
  let parameters: [Parameter]
  /// Functions that other modules may use.
  let exports: [String]
  /// Modules that must be loaded before it.
  let needs: [String]
  let isPinned: Bool

  init(_ module: Module) {
    let info = module.info
    (name, path, isPinned) = (info.name, info.path, info.isFullSwift)
    (description, version, license) = (info.description, info.version, info.license)
    (exports, needs) = (info.exports.sorted(), module.dependencies.map(\.name).sorted())
    registers = module.registrations.map { entry in
      Entry(
        table: entry.table, number: entry.number, name: entry.signature.name, signature: entry.signature.description,
        handler: entry.symbol, kind: entry.isObserver ? "observer" : entry.isNew ? "new" : "override", rule: entry.rule)
    }
    parameters = info.parameters.map { parameter in
      Parameter(
        name: parameter.name, type: parameter.type, description: parameter.description,
        minimum: parameter.range.map { "\($0.lowerBound)" }, maximum: parameter.range.map { "\($0.upperBound)" })
    }
  }

  func print() {
    Host.print("\(path): module \(name) loads and unloads\n")
    if registers.isEmpty { Host.print("It registers nothing.\n") } else {
      var listing = Listing(
        ("TABLE", .left), ("NUMBER", .right), ("KIND", .left), ("HANDLER", .left), ("CALL", .left))
      for entry in registers {
        let call = entry.signature + (entry.rule.map { " when \($0)" } ?? "")
        listing.add(
          entry.table, entry.number < 0 ? "all" : "\(entry.number)", entry.kind, entry.handler.isEmpty ? "-" : entry.handler,
          entry.number < 0 ? "-" : call)
      }
      listing.print()
    }
    if !parameters.isEmpty {
      var listing = Listing(("PARAMETER", .left), ("TYPE", .left), ("FROM", .right), ("TO", .right), ("MEANING", .left))
      for parameter in parameters {
        listing.add(
          parameter.name, parameter.type, parameter.minimum ?? "-", parameter.maximum ?? "-", parameter.description)
      }
      listing.print()
    }
    if !exports.isEmpty { Host.print("It exports: \(exports.joined(separator: ", "))\n") }
    if !needs.isEmpty { Host.print("It needs: \(needs.joined(separator: ", "))\n") }
    if isPinned { Host.print("It is full Swift: its code stays mapped after it is unloaded.\n") }
  }
}
