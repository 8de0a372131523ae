import HeirloomControl
import HeirloomKernel
import HeirloomModules

/// How a kernel is set up, by `run` and by `boot`. `KernelSetup` says what each part means.
struct KernelSettings {
  var modules: [ModuleRequest] = []
  var tables: String?
  var plugins: String?
  var root = "/"
  var user: UserID?
  var name: String?
  var allowsGuestModules = false
  var seed: UInt64 = 0
  var watchdog = 10.0
  /// In KiB.
  var codeCache: Int?
  var isVerbose = false
  var isQuiet = false

  /// Where nothing else is asked for.
  static var usual: KernelSettings { KernelSettings() }

  /// A kernel with what belongs to it.
  struct Session {
    let kernel: Kernel
    let loader: ModuleLoader
    let folder: ModuleFolder?
    /// Not started yet.
    let server: ControlServer

    /// For a program that has not ended at once. A kernel that cannot listen runs on.
    func settle() {
      kernel.leaveFiles()
      server.start()
    }

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
    options.allowsGuestModules = allowsGuestModules
    options.seed = seed
    options.codeCache = codeCache.map { $0 << 10 }
    options.console = isQuiet ? -1 : Host.standardError
    options.consoleLevel = isVerbose ? .debug : .info
    do { return try Kernel(options: options) } catch {
      throw StartError("the kernel cannot start", error, exitCode: Failure.own)
    }
  }
}
