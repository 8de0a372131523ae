import ArgumentParser
import HeirloomControl
import HeirloomKernel
import HeirloomModules

/// How a kernel is set up, by `run` and by `boot`.
struct KernelSetup: ParsableArguments {
  @Option(
    name: .customLong("module"),
    help: ArgumentHelp(
      "Load a module first. The key=value words after it set its parameters. May be repeated.",
      valueName: "FILE.so [key=value ...]"))
  var modules: [ModuleRequest] = []

  @Option(
    help: ArgumentHelp(
      "Make the tables and load the modules that FILE holds (heirloom tables save).", valueName: "FILE"),
    completion: .file(extensions: ["toml"]))
  var tables: String?

  @Option(
    help: ArgumentHelp(
      "Load the modules in DIR, and follow it: what is put there later is loaded, what is replaced reloaded, what is removed "
        + "unloaded. NAME.conf beside NAME.so holds its parameters, a line each.",
      valueName: "DIR"),
    completion: .directory)
  var plugins: String?

  @Option(help: ArgumentHelp("Let programs see DIR as their root directory.", valueName: "DIR"), completion: .directory)
  var root = "/"

  @Option(help: ArgumentHelp("Who the program is, in numbers; else the user who runs this command. Files are opened with that one's rights.", valueName: "UID[:GID]"))
  var user: UserID?

  @Option(help: ArgumentHelp("What other commands may call this kernel (--kernel); else it has the program's name.", valueName: "NAME"))
  var name: String?

  @Flag(help: "Let guests with CAP_SYS_MODULE (uid 0) load and unload modules: insmod and rmmod work inside.")
  var allowGuestModules = false

  @Option(help: ArgumentHelp("Where the random numbers of rules with a chance begin (0).", valueName: "N"))
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Name a module's handler in the log when it has not returned for so long (10).", valueName: "SECONDS"))
  var watchdog: Double = 10

  @Option(
    name: .customLong("code-cache"),
    help: ArgumentHelp("Keep at most so many KiB of translated code, from 256 to 262144, which is the default.", valueName: "KIB"))
  var codeCache: Int?

  @Flag(name: .shortAndLong, help: "Say at the end which system calls were asked for and are missing, and how much was translated; show debug messages.")
  var verbose = false

  @Flag(name: .shortAndLong, help: "Keep the messages of the kernel and of modules (printk) off standard error.")
  var quiet = false

  func validate() throws {
    if let codeCache, !(256...262144).contains(codeCache) {
      throw ValidationError("--code-cache takes KiB, from 256 to 262144: '\(codeCache)'")
    }
    if !(0.1...1e6).contains(watchdog) { throw ValidationError("--watchdog takes seconds, from 0.1 on") }
    if let name, !ControlledKernel.isValidName(name) {
      throw ValidationError("--name takes letters, digits, '.', '_' and '-', and no number: '\(name)'")
    }
  }

  /// A kernel with what belongs to it.
  struct Session {
    let kernel: Kernel
    let loader: ModuleLoader
    let folder: ModuleFolder?
    /// Not started yet.
    let server: ControlServer

    /// Nobody waits for it, and a kernel that cannot listen runs on.
    func listen() { server.start() }

    /// After the last program: nothing comes in any more, and what is loaded is unloaded.
    func end() {
      server.stop()
      folder?.stop()
      loader.unloadAll()
    }
  }

  /// - Parameters:
  ///   - command: the first program and its arguments; empty for a kernel that only serves.
  ///   - usualPlugins: the folder of modules where none was given.
  /// - Throws: `StartError`, `ModuleError`.
  func start(command: [String], usualPlugins: String? = nil) throws -> Session {
    let kernel = try bootedKernel()
    let loader = ModuleLoader(kernel: kernel)
    loader.watchdogDelay = UInt64(watchdog * 1e9)
    if let tables {
      let source = try DefinitionSource(tables)
      let problems = try source.checked { (file) throws(DefinitionProblem) in try file.load(into: kernel, loader) }
      for problem in problems { source.warn(problem.description) }
    }
    for module in modules { try loader.load(path: module.path, parameters: module.parameters) }
    let folder = try (plugins ?? usualPlugins).map { try ModuleFolder(path: $0, loader: loader, log: kernel.log) }
    folder?.start()
    let controlled = ControlledKernel(kernel: kernel, loader: loader, name: name, command: command)
    return Session(kernel: kernel, loader: loader, folder: folder, server: ControlServer(controlled))
  }

  private func bootedKernel() throws -> Kernel {
    var options = KernelOptions()
    options.root = root
    options.credentials = user?.credentials
    options.allowsGuestModules = allowGuestModules
    options.seed = seed
    options.codeCache = codeCache.map { $0 << 10 }
    options.console = quiet ? -1 : Host.standardError
    options.consoleLevel = verbose ? .debug : .info
    do { return try Kernel(options: options) } catch {
      throw StartError("the kernel cannot start", error, exitCode: Failure.own)
    }
  }
}
