internal import CHeirloom
internal import CMachine
internal import Glibc
internal import HeirloomABI
public import HeirloomKernel

/// Loads and unloads modules, one at a time.
public final class ModuleLoader: @unchecked Sendable {
  private let kernel: Kernel
  /// Held while a module is loaded or unloaded, its hooks included.
  private let lock = ModuleLock()
  /// In the order in which they were loaded.
  private var modules: [Module] = []
  /// Unloaded ones whose code stays mapped.
  private var pinned: [Module] = []

  /// How long `unload` waits for calls inside a module, in nanoseconds.
  public static let drainDeadline: UInt64 = 2_000_000_000

  public init(kernel: Kernel) {
    self.kernel = kernel
    ModuleServices.install()
  }

  /// Loads a module file and runs its init hook.
  ///
  /// - Parameter parameters: `key=value` words.
  /// - Throws: where the file is no module, misses a symbol, has no such parameter, or its init fails. Nothing of it stays.
  @discardableResult
  public func load(path: String, parameters: [String]) throws(ModuleError) -> Module {
    try lock.withLock { () throws(ModuleError) in
      let info = try ModuleInfo(path: path)
      if modules.contains(where: { $0.name == info.name }) {
        throw ModuleError("\(path): a module named '\(info.name)' is loaded already")
      }
      let values = try ModuleParameters(parameters, for: info)
      let taken = Set((modules + pinned).map(\.spelling))
      let spelling = (0...taken.count).first { !taken.contains($0) }.unsafelyUnwrapped
      let handle = try Self.open(info, spelling: spelling)
      let module = Module(info: info, parameters: values, handle: handle, spelling: spelling, kernel: kernel)
      do throws(ModuleError) {
        module.setParameters()
        try initialize(module)
      } catch {
        discard(module)
        throw error
      }
      module.state = .live
      modules.append(module)
      kernel.log.write(.debug, "module \(module.name) is loaded")
      return module
    }
  }

  private func initialize(_ module: Module) throws(ModuleError) {
    guard let hook = dlsym(module.handle, "heirloom_module_init") else {
      throw ModuleError("\(module.info.path): it has no init hook; give it one with module_init(function)")
    }
    var report = ""
    guard let result = module.run(hook: hook, report: &report) else {
      throw ModuleError("\(module.info.path): its init crashed: \(report)")
    }
    if result != 0 {
      throw ModuleError("\(module.info.path): its init failed: \(Errno(result < 0 ? -result : result)); nothing of it stays")
    }
  }

  /// dlopen of a private copy, so that the file may be written over while the module runs.
  private static func open(_ info: ModuleInfo, spelling: Int) throws(ModuleError) -> UnsafeMutableRawPointer {
    let memfdCreate = 319
    let descriptor = Int32(info.name.withCString { heirloom_host_call(memfdCreate, Int(bitPattern: $0), 1, 0, 0, 0, 0) })
    guard descriptor >= 0 else { throw ModuleError("\(info.path): no memory for a copy of it") }
    defer { close(descriptor) }
    var written = 0
    while written < info.bytes.count {
      let count = info.bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, $0.count - written) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw ModuleError("\(info.path): no memory for a copy of it") }
      written += count
    }
    // By the thread's own table: the process's may be another. dlopen takes a path it knows for the image it knows, so each
    // loaded module's has a spelling of its own.
    let copy = "/proc/thread-self/fd/" + String(repeating: "./", count: spelling) + "\(descriptor)"
    guard let handle = dlopen(copy, RTLD_NOW | RTLD_LOCAL) else {
      throw ModuleError(explain(dlerror().map { String(cString: $0) } ?? "dlopen failed", copy, info))
    }
    return handle
  }

  private static func explain(_ message: String, _ copy: String, _ info: ModuleInfo) -> String {
    var text = message
    if text.hasPrefix(copy + ": ") { text.removeFirst(copy.utf8.count + 2) }
    let missing = "undefined symbol: "
    if text.hasPrefix(missing) {
      return "\(info.path): it needs '\(text.dropFirst(missing.utf8.count))', which neither the kernel nor its libraries have; "
        + "link what defines it, or see heirloom/module.h for what there is"
    }
    return "\(info.path): \(text)"
  }

  /// Unloads a module: new calls go past it, those inside end, its exit hook runs, its code is unmapped.
  ///
  /// - Parameter deadline: nanoseconds that calls inside have to end.
  /// - Throws: where one has not ended by then. Everything is as it was before.
  public func unload(_ module: Module, deadline: UInt64 = drainDeadline) throws(ModuleError) {
    try lock.withLock { () throws(ModuleError) in
      guard modules.contains(where: { $0 === module }) else {
        throw ModuleError("module \(module.name) is not loaded")
      }
      let state = module.state
      module.state = .unloading
      let entries = kernel.tables.suspend(module)
      let inside = Quiescence.wait(for: entries, in: kernel, deadline: deadline) + module.sweep(deadline: deadline)
      guard inside.isEmpty else {
        kernel.tables.resume(module)
        module.state = state
        let tasks = Set(inside).sorted().map(String.init).joined(separator: ", ")
        throw ModuleError("module \(module.name) is in use: a call of pid \(tasks) has not ended")
      }
      // A module that has faulted is not trusted to tidy up.
      if state == .live { exit(module) }
      discard(module)
      modules.removeAll { $0 === module }
      kernel.log.write(.debug, "module \(module.name) is unloaded")
    }
  }

  private func exit(_ module: Module) {
    guard let hook = dlsym(module.handle, "heirloom_module_exit") else { return }
    var report = ""
    if module.run(hook: hook, report: &report) == nil {
      kernel.log.write(.alert, "Oops: module \(module.name): its exit hook crashed: \(report)")
    }
  }

  /// Takes out what a module has left in the tables, and unmaps its code.
  private func discard(_ module: Module) {
    module.withdrawAll()
    let inside = module.sweep(deadline: Self.drainDeadline)
    // A full-Swift image cannot be unmapped: the runtime keeps pointers to its metadata.
    guard inside.isEmpty, !module.info.isFullSwift else {
      module.state = .pinned
      pinned.append(module)
      return
    }
    dlclose(module.handle)
  }

  /// Unloads all, the last loaded first.
  public func unloadAll(deadline: UInt64 = drainDeadline) {
    for module in loaded.reversed() {
      do throws(ModuleError) { try unload(module, deadline: deadline) } catch {
        kernel.log.write(.warning, error.description)
      }
    }
  }

  public var loaded: [Module] { lock.withLock { modules } }
}
