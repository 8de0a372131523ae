internal import CHeirloom
internal import CMachine
internal import Glibc
internal import HeirloomABI
public import HeirloomKernel

/// Loads and unloads modules, one at a time.
public final class ModuleLoader: @unchecked Sendable {
  private let kernel: Kernel
  private let lock = LoaderLock()
  /// In the order in which they were loaded.
  private var modules: [Module] = []

  /// How long `unload` waits for calls inside a module, in nanoseconds.
  private static let drainDeadline: UInt64 = 2_000_000_000

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
      let spelling = (0...modules.count).first { number in !modules.contains { $0.spelling == number } } ?? 0
      let handle = try Self.open(info, spelling: spelling)
      let module = Module(info: info, handle: handle, spelling: spelling, kernel: kernel)
      do throws(ModuleError) {
        try module.set(parameters)
        try initialize(module)
      } catch {
        discard(module)
        throw error
      }
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
    let written = info.bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    guard written == info.bytes.count else { throw ModuleError("\(info.path): no memory for a copy of it") }
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

  /// Takes out what a module that could not be started has left.
  private func discard(_ module: Module) {
    guard module.withdrawEntries(deadline: Self.drainDeadline).isEmpty else { return }
    if !module.info.isFullSwift { dlclose(module.handle) }
  }

  /// Runs the exit hook, withdraws the entries, waits for calls inside and unmaps the code.
  ///
  /// - Throws: where calls are still inside at the deadline: the module's entries are gone, its code stays mapped.
  public func unload(_ module: Module) throws(ModuleError) {
    try lock.withLock { () throws(ModuleError) in
      modules.removeAll { $0 === module }
      if let hook = dlsym(module.handle, "heirloom_module_exit") {
        var report = ""
        if module.run(hook: hook, report: &report) == nil {
          kernel.log.write(.alert, "Oops: module \(module.name): its exit hook crashed: \(report)")
        }
      }
      let inside = module.withdrawEntries(deadline: Self.drainDeadline)
      guard inside.isEmpty else {
        let tasks = inside.map(String.init).joined(separator: ", ")
        throw ModuleError("module \(module.name) is in use by pid \(tasks); its code stays mapped")
      }
      kernel.log.write(.debug, "module \(module.name) is unloaded")
      // A full-Swift image cannot be unmapped: the runtime keeps pointers to its metadata.
      if !module.info.isFullSwift { dlclose(module.handle) }
    }
  }

  /// Unloads all, the last loaded first.
  public func unloadAll() {
    for module in modules.reversed() {
      do throws(ModuleError) { try unload(module) } catch { kernel.log.write(.warning, error.description) }
    }
  }

  public var loaded: [Module] { lock.withLock { modules } }
}

/// Held while a module is loaded or unloaded, its hooks included.
private final class LoaderLock: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  init() { pthread_mutex_init(mutex, nil) }
  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }
  func withLock<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }
}
