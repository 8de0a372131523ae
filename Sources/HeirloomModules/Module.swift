internal import CMachine
internal import Glibc
internal import HeirloomABI
public import HeirloomKernel

/// A loaded module: the owner of the entries that its code has registered.
public final class Module: EntryOwner, @unchecked Sendable {
  public enum State: Sendable { case loading, live, unloading, quarantined, pinned }

  public let info: ModuleInfo
  public var name: String { info.name }
  unowned let kernel: Kernel
  /// dlopen's handle.
  let handle: UnsafeMutableRawPointer
  /// Which of the names that a copy can be opened by is this image's.
  let spelling: Int
  private let parameters: ModuleParameters

  /// Guards the fields below it: handlers of the module run on many threads.
  private let lock = ModuleLock()
  private var currentState = State.loading
  /// Withdrawn entries that a task may still be inside of.
  private var retired: [TableRegistry.Withdrawn] = []
  /// Strings that parameters point to; freed with the module.
  private var strings: [UnsafeMutablePointer<CChar>] = []

  /// `quarantined`: it has faulted, and serves nobody any more. `pinned`: it is unloaded, but its code must stay.
  public internal(set) var state: State {
    get { lock.withLock { currentState } }
    set { lock.withLock { currentState = newValue } }
  }

  init(info: ModuleInfo, parameters: ModuleParameters, handle: UnsafeMutableRawPointer, spelling: Int, kernel: Kernel) {
    self.info = info
    self.parameters = parameters
    self.handle = handle
    self.spelling = spelling
    self.kernel = kernel
  }

  deinit { for string in strings { free(string) } }

  // MARK: Parameters

  /// Writes the parameters' values to the module's variables.
  func setParameters() {
    for (name, value) in parameters.values {
      // A Swift module has no variable for it, and asks.
      guard let symbol = dlsym(handle, "heirloom_param_" + name) else { continue }
      value.store(at: symbol.load(as: UnsafeMutableRawPointer.self), keeping: text)
    }
  }

  /// A parameter's value as it was given, for a module that asks; nil where none was.
  func parameterText(_ name: String) -> UnsafePointer<CChar>? {
    parameters.texts[name].map { UnsafePointer(text($0)) }
  }

  /// A copy that lives as long as the module.
  private func text(_ text: String) -> UnsafeMutablePointer<CChar> {
    let copy = strdup(text).unsafelyUnwrapped
    lock.withLock { strings.append(copy) }
    return copy
  }

  // MARK: Hooks

  /// Runs a hook.
  ///
  /// - Returns: the hook's result, or nil where a fault has ended it; `report` then says which.
  func run(hook: UnsafeMutableRawPointer, report: inout String) -> Int32? {
    var stay = heirloom_guard()
    stay.owner = UnsafeRawPointer(Unmanaged.passUnretained(self).toOpaque())
    let result = heirloom_guarded_call(&stay, hook, nil, nil, nil, nil)
    if stay.signal != 0 {
      report = Containment.describe(stay)
      return nil
    }
    return Int32(truncatingIfNeeded: result)
  }

  /// The module whose hook or handler the calling thread is in.
  static var calling: Module? {
    guard let owner = heirloom_innermost_guard()?.pointee.owner else { return nil }
    return Unmanaged<Module>.fromOpaque(owner).takeUnretainedValue()
  }

  // MARK: Entries

  /// Puts handlers into a table, all or none. - Throws: as `TableRegistry.register`.
  func register(_ table: String, _ requests: [LayerRequest]) throws(Errno) {
    let claims = requests.map { $0.claim(for: self) }
    do throws(Errno) { retire(try kernel.tables.register(table, claims, owner: self)) } catch {
      for claim in claims { claim.discard() }
      throw error
    }
    _ = sweep(deadline: 0)
  }

  /// Takes an entry out, so that the default serves again. - Throws: as `TableRegistry.withdraw`.
  func unregister(_ table: String, _ number: Int) throws(Errno) {
    // While the module is being unloaded its entries are hidden already, and its exit hook may take them out or not.
    retire([try kernel.tables.withdraw(table, number, owner: self)])
    _ = sweep(deadline: 0)
  }

  func withdrawAll() { retire(kernel.tables.withdrawAll(of: self)) }

  private func retire(_ withdrawn: [TableRegistry.Withdrawn]) { lock.withLock { retired += withdrawn } }

  /// Frees withdrawn entries once no task is inside one.
  ///
  /// - Returns: ids of tasks that are inside at the deadline; the entries are then kept.
  func sweep(deadline: UInt64) -> [Int32] {
    let waiting = lock.withLock {
      defer { retired = [] }
      return retired
    }
    let inside = Quiescence.wait(for: waiting.map(\.entry), in: kernel, deadline: deadline)
    if inside.isEmpty { for entry in waiting { entry.release() } } else { retire(waiting) }
    return inside
  }

  /// A handler has faulted: the calling process dies, and the module serves nobody any more.
  func oops(_ what: String) {
    let task = Task.current
    kernel.log.write(
      .alert, "Oops: module \(name): \(what), called by pid \(task?.process.id ?? 0) (\(task?.name ?? "kernel"))")
    withdrawAll()
    state = .quarantined
    kernel.log.write(.alert, "module \(name) is quarantined: its entries are withdrawn")
    task?.dieOfOops()
  }
}

/// A mutual exclusion lock.
final class ModuleLock: @unchecked Sendable {
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
