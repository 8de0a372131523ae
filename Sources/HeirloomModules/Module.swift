internal import CMachine
internal import Glibc
internal import HeirloomABI
public import HeirloomKernel

/// A loaded module: the owner of the entries that its code has registered.
public final class Module: EntryOwner, @unchecked Sendable {
  public enum State: Sendable { case loading, live, unloading, leaving, quarantined, pinned }

  public let info: ModuleInfo
  public var name: String { info.name }
  /// The `key=value` words that it was loaded with.
  public var parameterWords: [String] { parameters.words }
  /// The kernel's own, or those that it was loaded with (`ModuleParameters.user`).
  public var credentials: Credentials { parameters.credentials }
  unowned let kernel: Kernel
  let image: ModuleImage
  /// The one that it takes over from, until it has.
  private var predecessor: Module?
  let parameters: ModuleParameters
  /// What it keeps of tasks and processes.
  let data = TaskData()

  /// Guards the fields below it: handlers of the module run on many threads.
  private let lock = ModuleLock()
  private var currentState = State.loading
  /// What its init hook claims, published once that has succeeded; nil: claims take effect at once.
  private var staged: [TableRegistry.Plan]? = []
  /// The handler behind each entry that is not freed.
  private var handlers: [UnsafeMutableRawPointer: UnsafeRawPointer] = [:]
  /// Names of handlers that were looked up in the file.
  private var functionNames: [UnsafeRawPointer: String] = [:]
  /// What it has asked for and not taken back.
  private var held: [Registration.Place: Registration] = [:]
  /// Withdrawn entries that a task may still be inside of.
  private var retired: [TableRegistry.Withdrawn] = []
  /// Strings that parameters point to; freed with the module.
  private var strings: [UnsafeMutablePointer<CChar>] = []

  /// `leaving`: another image has taken its place, and a call inside has not ended. `quarantined`: it has faulted, and serves
  /// nobody any more. `pinned`: it is unloaded, but its code must stay.
  public internal(set) var state: State {
    get { lock.withLock { currentState } }
    set { lock.withLock { currentState = newValue } }
  }

  // The loader's, guarded by its lock.

  /// The modules whose functions it uses.
  public internal(set) var dependencies: [Module] = []
  /// Its init has succeeded and its exit hook has not run.
  var hasStarted = false
  /// Its code has not come back from a hook.
  var isLost = false

  /// It has faulted, and stays what it is.
  var isQuarantined: Bool {
    get { state == .quarantined }
    set { if newValue { state = .quarantined } }
  }

  init(info: ModuleInfo, parameters: ModuleParameters, image: ModuleImage, predecessor: Module?, kernel: Kernel) {
    self.info = info
    self.parameters = parameters
    self.image = image
    self.predecessor = predecessor
    self.kernel = kernel
  }

  deinit { for string in strings { free(string) } }

  // MARK: Parameters

  /// Writes the parameters' values to the module's variables.
  func setParameters() {
    for (name, value) in parameters.values {
      // A Swift module has no variable for it, and asks.
      guard let symbol = image.symbol("heirloom_param_" + name) else { continue }
      value.store(at: symbol.load(as: UnsafeMutableRawPointer.self), keeping: text)
    }
  }

  /// A parameter's value as it was given, for a module that asks; nil where none was.
  func parameterText(_ name: String) -> UnsafePointer<CChar>? {
    parameters.texts[name].map { UnsafePointer(text($0)) }
  }

  /// A copy that lives as long as the module. - Parameter text: `LosslessText`.
  private func text(_ text: String) -> UnsafeMutablePointer<CChar> {
    let copy = (LosslessText.bytes(text) + [0]).withUnsafeBytes { strdup($0.assumingMemoryBound(to: CChar.self).baseAddress!)! }
    lock.withLock { strings.append(copy) }
    return copy
  }

  // MARK: Life

  /// The module whose hook or handler the calling thread is in.
  static var calling: Module? {
    guard let owner = heirloom_innermost_guard()?.pointee.owner else { return nil }
    return Unmanaged<Module>.fromOpaque(owner).takeUnretainedValue()
  }

  /// It has taken over.
  func forgetPredecessor() { predecessor = nil }

  /// Another image serves in its place.
  func retireFromService() { lock.withLock { if currentState == .live { currentState = .leaving } } }

  // MARK: Entries

  /// Puts handlers into a table, all or none; those of an init hook once the hook has succeeded.
  ///
  /// - Throws: as `TableRegistry.register`. Who has a slot that is not free is logged.
  func register(_ table: String, _ requests: [LayerRequest]) throws(Errno) {
    var claims: [TableRegistry.Claim] = []
    do throws(Errno) { for request in requests { claims.append(try request.claim(for: self)) } } catch {
      for claim in claims { claim.discard() }
      throw error
    }
    let plan = TableRegistry.Plan(table: table, claims: claims)
    do throws(Errno) {
      if lock.withLock({ staged == nil }) {
        retire(try kernel.tables.publish([plan], owner: self))
      } else {
        try kernel.tables.check(plan, owner: self, inPlaceOf: predecessor)
        stage(plan)
      }
    } catch {
      logRefusal(of: plan, error)
      for claim in claims { claim.discard() }
      throw error
    }
    for request in requests { note(Registration(request, table: table, symbol: request.symbolName(in: self))) }
    _ = sweep(deadline: 0)
  }

  /// An owner's new claim replaces its old one.
  private func stage(_ plan: TableRegistry.Plan) {
    let replaced = unstage(plan.table) { claim in
      plan.claims.contains { $0.number == claim.number && $0.isObserver == claim.isObserver }
    }
    lock.withLock { staged?.append(plan) }
    for claim in replaced { claim.discard() }
  }

  private func unstage(_ table: String, _ isMeant: (TableRegistry.Claim) -> Bool) -> [TableRegistry.Claim] {
    lock.withLock {
      var taken: [TableRegistry.Claim] = []
      for index in (staged ?? []).indices where staged?[index].table == table {
        let claims = staged?[index].claims ?? []
        taken += claims.filter(isMeant)
        staged?[index].claims = claims.filter { !isMeant($0) }
      }
      return taken
    }
  }

  /// Publishes what the init hook has claimed, as one set, in place of the predecessor's entries.
  ///
  /// - Throws: EBUSY, where another module has taken a slot meanwhile; nothing is published then.
  func publishStaged() throws(Errno) {
    let plans = lock.withLock { staged ?? [] }
    do throws(Errno) {
      let withdrawn = try kernel.tables.publish(plans, owner: self, inPlaceOf: predecessor)
      lock.withLock { staged = nil }
      predecessor?.retire(withdrawn)
      let claimed = Set(plans.flatMap(\.claims).map(\.number))
      for (number, adjustment) in parameters.adjustments where !claimed.contains(number) {
        kernel.log.write(.warning, "module \(name): '\(adjustment.word)' changes nothing: the module has no handler of that call")
      }
    } catch {
      for plan in plans { logRefusal(of: plan, error) }
      throw error
    }
  }

  private func discardStaged() {
    let plans = lock.withLock {
      defer { staged = nil }
      return staged ?? []
    }
    for claim in plans.flatMap(\.claims) { claim.discard() }
  }

  /// A module is told a number alone; whoever reads the log, why.
  private func logRefusal(of plan: TableRegistry.Plan, _ error: Errno) {
    if error == .EBUSY { logHolders(of: plan) }
    if error == .EACCES, let table = kernel.tables.attributes(of: plan.table), !table.allow(.register, credentials) {
      kernel.log.write(
        .warning, "module \(name): user \(credentials.euid) may not register into table \(plan.table), which is user \(table.owner)'s")
    }
  }

  private func logHolders(of plan: TableRegistry.Plan) {
    for claim in plan.claims {
      let holders = kernel.tables.holders(of: claim.number, in: plan.table).filter { $0 != name }
      if holders.isEmpty { continue }
      let modules = (holders.count == 1 ? "module " : "modules ") + holders.joined(separator: ", ")
      kernel.log.write(.warning, "module \(name): slot \(claim.number) of table \(plan.table) belongs to \(modules)")
    }
  }

  private func note(_ new: Registration) { lock.withLock { held[new.place] = new } }

  /// What its code has registered and not taken back, by table and number.
  public var registrations: [Registration] {
    lock.withLock { Array(held.values) }.sorted { $0.place < $1.place }
  }

  func note(_ entry: UnsafeMutableRawPointer, _ handler: UnsafeRawPointer) { lock.withLock { handlers[entry] = handler } }
  func forget(_ entry: UnsafeMutableRawPointer) { lock.withLock { handlers[entry] = nil } }

  /// The handler behind an entry of this module's.
  func handler(of entry: UnsafeMutableRawPointer) -> UnsafeRawPointer? { lock.withLock { handlers[entry] } }

  /// A function's name, as far as the module's file has it; "" otherwise.
  func functionName(_ function: UnsafeRawPointer) -> String {
    if let known = lock.withLock({ functionNames[function] }) { return known }
    let name = ModuleSymbols.function(function, self)
    lock.withLock { functionNames[function] = name }
    return name
  }

  /// Takes an entry out, so that the default serves again. - Throws: as `TableRegistry.withdraw`.
  func unregister(_ table: String, _ number: Int, isObserver: Bool = false) throws(Errno) {
    lock.withLock { held[Registration.Place(table: table, number: number, isObserver: isObserver)] = nil }
    let dropped = unstage(table) { $0.number == number && $0.isObserver == isObserver }
    if let claim = dropped.first { return claim.discard() }
    // While the module is being unloaded its entries are hidden already, and its exit hook may take them out or not.
    retire([try kernel.tables.withdraw(table, number, isObserver: isObserver, owner: self)])
    _ = sweep(deadline: 0)
  }

  /// - Parameter hasFailed: the module has crashed, and what stands in its place is for the tables' fail mode to say.
  func withdrawAll(hasFailed: Bool = false) {
    discardStaged()
    retire(kernel.tables.withdrawAll(of: self, hasFailed: hasFailed))
  }

  private func retire(_ withdrawn: [TableRegistry.Withdrawn]) { lock.withLock { retired += withdrawn } }

  /// Frees withdrawn entries once no task is inside one; tasks inside are called out where `interrupting`.
  ///
  /// - Returns: ids of tasks that are inside at the deadline; the entries are then kept.
  func sweep(deadline: UInt64, interrupting: Bool = false) -> [Int32] {
    let waiting = lock.withLock {
      defer { retired = [] }
      return retired
    }
    let inside = Quiescence.wait(for: waiting.map(\.entry), in: kernel, deadline: deadline, interrupting: interrupting)
    if inside.isEmpty { for entry in waiting { entry.release() } } else { retire(waiting) }
    return inside
  }

  /// A handler has faulted: the calling process dies, and the module serves nobody any more.
  func oops(_ what: String, killedBy signal: Int32) {
    let task = Task.current
    kernel.log.write(
      .alert, "Oops: module \(name): \(what), called by pid \(task?.process.id ?? 0) (\(task?.name ?? "kernel"))")
    withdrawAll(hasFailed: true)
    isQuarantined = true
    kernel.log.write(.alert, "module \(name) is quarantined: its entries are withdrawn")
    task?.die(of: signal)
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
  /// Does nothing where another has the lock.
  func tryLock(_ body: () -> Void) {
    guard pthread_mutex_trylock(mutex) == 0 else { return }
    defer { pthread_mutex_unlock(mutex) }
    body()
  }
}
