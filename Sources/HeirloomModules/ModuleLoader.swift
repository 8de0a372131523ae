internal import CHeirloom
internal import CMachine
internal import HeirloomABI
public import HeirloomKernel
internal import Synchronization

/// Loads, reloads and unloads modules, one at a time.
///
/// Lock order: `lock`, then `lists`, then a module's own.
public final class ModuleLoader: @unchecked Sendable {
  let kernel: Kernel
  /// Held while a module is loaded, reloaded or unloaded, its hooks included.
  let lock = ModuleLock()
  let lists = Mutex(Lists())
  /// Runs hooks. Guarded by `lock`.
  var hookThread: HookThread?
  /// Guarded by `lock`.
  private var watchdog: Watchdog?
  /// How long a handler or a hook runs before the watchdog names it, in nanoseconds.
  public var watchdogDelay: UInt64 {
    get { delay.load(ordering: .relaxed) }
    set { delay.store(newValue, ordering: .relaxed) }
  }
  private let delay = Atomic<UInt64>(10_000_000_000)

  struct Lists {
    /// In the order in which they were loaded.
    var modules: [Module] = []
    /// Out of service, with a call inside that has not ended; they go when it has.
    var leaving: [Module] = []
    /// What a file of definitions has asked for, and could not be had.
    var missing: [Missing] = []
    /// Unloaded ones whose code stays mapped.
    var pinned: [Module] = []
    /// The hook that runs now, for the watchdog.
    var hook: RunningHook?
    /// What a guest has asked for last, and not got.
    var refused: Refusal?
  }

  struct Missing {
    let module: DefinitionFile.Module
    /// The module that was loaded, or missing, before it.
    let predecessor: String?
  }

  /// How long `unload` waits for calls inside a module, in nanoseconds.
  public static let drainDeadline: UInt64 = 2_000_000_000

  public init(kernel: Kernel) {
    self.kernel = kernel
    ModuleServices.install()
    kernel.modules = self
  }

  /// The loaded modules, in the order in which they were loaded.
  public var loaded: [Module] { lists.withLock { $0.modules } }

  /// Those that are mapped.
  var all: [Module] { lists.withLock { $0.modules + $0.leaving + $0.pinned } }

  /// The loaded module of that name.
  public func module(named name: String) -> Module? { loaded.first { $0.name == name } }

  /// Modules that a file of definitions has asked for and that could not be loaded, until one of the name is.
  var missing: [Missing] { lists.withLock { $0.missing } }

  func remember(missing module: DefinitionFile.Module, after predecessor: String?) {
    lists.withLock { lists in
      lists.missing.removeAll { $0.module.knownName == module.knownName }
      lists.missing.append(Missing(module: module, predecessor: predecessor))
    }
  }

  // MARK: Load

  /// Loads a module file and runs its init hook.
  ///
  /// - Parameter parameters: `key=value` words.
  /// - Throws: where the file is no module, misses a symbol, has no such parameter, or its init fails. Nothing of it stays.
  @discardableResult
  public func load(path: String, parameters: [String]) throws(ModuleError) -> Module {
    try load(try ModuleInfo(path: path), parameters: parameters)
  }

  /// The same for a file that has been read already.
  @discardableResult
  public func load(_ info: ModuleInfo, parameters: [String]) throws(ModuleError) -> Module {
    try lock.withLock { () throws(ModuleError) in
      if loaded.contains(where: { $0.name == info.name }) {
        throw ModuleError(.EEXIST, "\(info.path): a module named '\(info.name)' is loaded already")
      }
      let module = try open(info, try ModuleParameters(parameters, for: info), inPlaceOf: nil)
      lists.withLock { lists in
        lists.modules.append(module)
        lists.missing.removeAll { $0.module.knownName == module.name }
      }
      kernel.log.write(.debug, "module \(module.name) is loaded")
      return module
    }
  }

  /// Maps a module and runs its init hook; what that has claimed is published.
  func open(_ info: ModuleInfo, _ parameters: ModuleParameters, inPlaceOf old: Module?) throws(ModuleError) -> Module {
    tidy()
    startWatchdog()
    kernel.hasHadModules.store(true, ordering: .relaxed)
    let taken = Set(all.map(\.image.spelling))
    let spelling = (0...taken.count).first { !taken.contains($0) }.unsafelyUnwrapped
    try checkExports(of: info, inPlaceOf: old)
    var bytes = info.bytes
    let needed = try bind(&bytes, info, inPlaceOf: old)
    let image = try map(info, bytes, spelling: spelling)
    let module = Module(info: info, parameters: parameters, image: image, predecessor: old, kernel: kernel)
    module.dependencies = needed
    do throws(ModuleError) {
      module.setParameters()
      try initialize(module)
      do throws(Errno) { try module.publishStaged() } catch {
        let what = error == .EACCES ? "it may no longer register into a table" : "another module has taken a slot"
        throw ModuleError(error, "\(info.path): \(what) that its init has claimed; nothing of it stays")
      }
    } catch {
      discard(module)
      throw error
    }
    module.state = .live
    return module
  }

  private func startWatchdog() {
    if watchdog != nil { return }
    let dog = Watchdog(self)
    if ServiceThread.start({ dog.run() }) { watchdog = dog }
  }

  // MARK: Unload

  /// Unloads a module: new calls go past it, those inside end, its exit hook runs, its code is unmapped.
  ///
  /// - Parameters:
  ///   - deadline: nanoseconds that calls inside have to end.
  ///   - interrupt: calls that sleep inside are woken and start anew past the module; its exit hook has `deadline` too.
  /// - Throws: EBUSY with the tasks inside where one has not ended by then, or another module uses this one. Everything is as
  ///   it was before. ENOENT where the module is not loaded.
  public func unload(
    _ module: Module, deadline: UInt64 = drainDeadline, interrupt: Bool = false
  ) throws(ModuleError) {
    try lock.withLock { () throws(ModuleError) in
      guard loaded.contains(where: { $0 === module }) else {
        throw ModuleError(.ENOENT, "module \(module.name) is not loaded")
      }
      try checkUsers(of: module)
      let state = module.state
      module.state = .unloading
      let inside = drain(module, deadline: deadline, interrupt: interrupt)
      guard inside.isEmpty else {
        kernel.tables.resume(module)
        module.state = state
        throw ModuleError(.EBUSY, Self.inUse(module, by: inside))
      }
      finish(module, deadline: interrupt ? deadline : nil)
      lists.withLock { $0.modules.removeAll { $0 === module } }
      tidy()
      kernel.log.write(.debug, "module \(module.name) is unloaded")
    }
  }

  /// Unloads the module of that name. - Throws: as the other `unload`.
  public func unload(
    named name: String, deadline: UInt64 = drainDeadline, interrupt: Bool = false
  ) throws(ModuleError) {
    guard let module = module(named: name) else { throw Self.notLoaded(name) }
    try unload(module, deadline: deadline, interrupt: interrupt)
  }

  /// Unloads all, the last loaded first, and insists: calls that sleep inside are woken, exit hooks are ended.
  ///
  /// - Parameter deadline: nanoseconds for all of them.
  public func unloadAll(deadline: UInt64 = drainDeadline) {
    let end = monotonicTime() + deadline
    for module in loaded.reversed() {
      let left = end - min(end, monotonicTime())
      do throws(ModuleError) { try unload(module, deadline: left, interrupt: true) } catch {
        kernel.log.write(.warning, error.description)
      }
    }
  }

  /// Hides a module's entries and waits for those inside. - Returns: the tasks that are inside at the deadline.
  private func drain(_ module: Module, deadline: UInt64, interrupt: Bool) -> [Int32] {
    let end = monotonicTime() + deadline
    let entries = kernel.tables.suspend(module)
    let inside = Quiescence.wait(for: entries, in: kernel, deadline: deadline, interrupting: interrupt)
    return inside + module.sweep(deadline: end - min(end, monotonicTime()), interrupting: interrupt)
  }

  static func notLoaded(_ name: String) -> ModuleError { ModuleError(.ENOENT, "no module named '\(name)' is loaded") }

  static func inUse(_ module: Module, by tasks: [Int32]) -> String {
    let list = Set(tasks).sorted().map(String.init).joined(separator: ", ")
    return "module \(module.name) is in use: a call of pid \(list) has not ended"
  }

  // MARK: The end

  /// Nobody is inside: the exit hook runs, and the module goes.
  func finish(_ module: Module, deadline: UInt64?) {
    // What it keeps of a task ends as it does with the task, while the module is whole.
    if !module.data.close(deadline: deadline ?? Self.drainDeadline) { module.isLost = true }
    runExit(of: module, deadline: deadline)
    discard(module)
  }

  /// Takes out what a module has left in the tables, and unmaps its code once nobody is inside.
  func discard(_ module: Module) {
    module.withdrawAll()
    if module.sweep(deadline: 0).isEmpty { close(module) } else { lists.withLock { $0.leaving.append(module) } }
  }

  private func close(_ module: Module) {
    // A full-Swift image cannot be unmapped: the runtime keeps pointers to its metadata.
    if module.info.isFullSwift || module.isLost {
      module.state = .pinned
      // Nothing calls its code any more, except what has not come back from it.
      if !module.isLost { module.dependencies = [] }
      lists.withLock { $0.pinned.append(module) }
      return
    }
    runDestructors(of: module)
    module.image.unmap()
  }

  /// The same, where nobody loads or unloads just now.
  func tidyIfIdle() {
    if !lists.withLock({ $0.leaving.isEmpty }) { lock.tryLock { tidy() } }
  }

  /// Lets go of modules that were waiting for the last call inside.
  func tidy() {
    for module in lists.withLock({ $0.leaving }) where module.sweep(deadline: 0).isEmpty {
      lists.withLock { $0.leaving.removeAll { $0 === module } }
      finish(module, deadline: nil)
    }
  }
}
