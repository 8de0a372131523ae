import ArgumentParser
import HeirloomControl
import HeirloomKernel
import HeirloomModules

struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run an i386 program.",
    usage: "heirloom run [<options>] -- <PROGRAM> [<ARGS> ...]",
    discussion: """
      PROGRAM is looked up in PATH unless it holds a slash. It gets the caller's environment, working directory and open \
      files.

      EXAMPLES
        heirloom run -- ./hello world
        heirloom run --module getpid2.so --table vector_1 -- ./hello
        heirloom run --module delay.so calls=read,write ms=20 --table slow -- ./hello
        heirloom run --root build/i386root -- ls /etc

      EXIT CODE
        PROGRAM's own; 128 + N where signal N ended it, as in a shell
        127  there is no such program
        126  it cannot run
        125  a module, the table or the root is at fault
        64   this command was not used as shown here
      """)

  @Option(
    name: .customLong("module"),
    help: ArgumentHelp(
      "Load a module before the program starts. The key=value words after it set its parameters. May be repeated.",
      valueName: "FILE.so [key=value ...]"))
  var modules: [ModuleRequest] = []

  @Option(help: ArgumentHelp("Start the program with this system call table, which a module has filled.", valueName: "NAME"))
  var table: String?

  @Option(help: ArgumentHelp("Let the program see DIR as its root directory.", valueName: "DIR"))
  var root = "/"

  @Option(help: ArgumentHelp("Who the program is, in numbers; else the user who runs this command. Files are opened with that one's rights.", valueName: "UID[:GID]"))
  var user: UserID?

  @Option(help: ArgumentHelp("What other commands may call this kernel (--kernel); else it has the program's name.", valueName: "NAME"))
  var name: String?

  @Flag(help: "Let guests with CAP_SYS_MODULE (uid 0) load and unload modules: insmod and rmmod work inside.")
  var allowGuestModules = false

  @Option(help: ArgumentHelp("Name a module's handler in the log when it has not returned for so long (10).", valueName: "SECONDS"))
  var watchdog: Double = 10

  @Flag(name: .shortAndLong, help: "Say at the end which system calls were asked for and are missing; show debug messages.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "Keep the messages of the kernel and of modules (printk) off standard error.")
  var quiet = false

  @Argument(parsing: .postTerminator, help: ArgumentHelp("The program and its arguments.", valueName: "PROGRAM ARGS"))
  var program: [String] = []

  func validate() throws {
    if program.isEmpty { throw ValidationError("No program given: heirloom run [options] -- PROGRAM ARGS ...") }
    if !(0.1...1e6).contains(watchdog) { throw ValidationError("--watchdog takes seconds, from 0.1 on") }
    if let name, !ControlServer.isValidName(name) {
      throw ValidationError("--name takes letters, digits, '.', '_' and '-', and no number: '\(name)'")
    }
  }

  func run() throws {
    let environment = Host.environment
    do {
      let search = ProgramSearch(root: root, variable: Host.environment("PATH"))
      let path = try search.path(of: program[0])
      let kernel = try bootedKernel()
      let loader = ModuleLoader(kernel: kernel)
      loader.watchdogDelay = UInt64(watchdog * 1e9)
      for module in modules { try loader.load(path: module.path, parameters: module.parameters) }
      let server = ControlServer(ControlledKernel(kernel: kernel, loader: loader), name: name, command: program)
      server.start()
      defer { server.stop() }
      let status = try kernel.run(path: path, arguments: program, environment: environment, table: table)
      server.stop()
      loader.unloadAll()
      if verbose { MissingCalls(kernel.missingCalls).report() }
      throw ExitCode(status.shellCode)
    } catch let error as StartError {
      throw Failure.reported(error.description, error.exitCode)
    } catch let error as ModuleError {
      throw Failure.reported(error.description, Failure.own)
    }
  }

  private func bootedKernel() throws -> Kernel {
    var options = KernelOptions()
    options.root = root
    options.credentials = user?.credentials
    options.allowsGuestModules = allowGuestModules
    options.console = quiet ? -1 : Host.standardError
    options.consoleLevel = verbose ? .debug : .info
    do { return try Kernel(options: options) } catch {
      throw StartError("the kernel cannot start: \(error)", exitCode: Failure.own)
    }
  }
}
