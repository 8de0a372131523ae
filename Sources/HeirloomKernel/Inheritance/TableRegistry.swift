internal import CHeirloom
public import HeirloomABI

/// The paper's register module: the list of tables, which grows, and the two calls that change it (section 4.3).
///
/// Dispatch takes no lock. Everything else does, and is short.
public final class TableRegistry: @unchecked Sendable {
  let lock = Lock()
  /// This and what follows it is guarded by the lock.
  var tables: [String: SyscallTable] = [:]
  var lastGeneration: UInt64 = 0
  var holdings = Holdings()
  /// Which layer is which, for those who have seen it serve.
  var identities = LayerIdentities()
  /// What is counted of a table's calls where the table does not say.
  var statistics = StatisticsLevel.off
  /// Who has calls counted for as long as they look, by `StatisticsWatch.id`.
  var watches: [UInt64: StatisticsWatch] = [:]
  var lastWatch: UInt64 = 0
  /// What is to be freed once no task is inside.
  var graveyard: [Grave] = []

  init() {}

  /// What one call to `register` puts into a table.
  public struct Claim: Sendable {
    public let number: Int
    nonisolated(unsafe) let entry: UnsafeMutableRawPointer
    let placement: LayerPlacement
    public let isObserver: Bool
    let rule: Rule?
    let symbol: String
    let failMode: FailMode?
    let faultLimit: UInt32?
    let release: @Sendable (UnsafeMutableRawPointer) -> Void

    /// An observer's number for all calls of a table.
    public static let anyNumber = -1

    /// - Parameters:
    ///   - number: the call's, or an observer's `anyNumber`.
    ///   - entry: memory that begins with a `SyscallEntry`.
    ///   - placement: where it is to stand where others have the same number.
    ///   - isObserver: it is told of calls and serves none.
    ///   - rule: when it serves; nil: always.
    ///   - symbol: the handler's name, for listings.
    ///   - failMode: what becomes of calls when its owner crashes; nil: as the table says.
    ///   - faultLimit: it is taken out when bad addresses have ended it this often; 0: never; nil: as the table says.
    ///   - release: frees it, once no task can be inside.
    public init(
      number: Int, entry: UnsafeMutableRawPointer, placement: LayerPlacement = .alone, isObserver: Bool = false,
      rule: Rule? = nil, symbol: String = "", failMode: FailMode? = nil, faultLimit: UInt32? = nil,
      release: @escaping @Sendable (UnsafeMutableRawPointer) -> Void
    ) {
      self.number = number
      self.entry = entry
      self.placement = placement
      self.isObserver = isObserver
      self.rule = rule
      self.symbol = symbol
      self.failMode = failMode
      self.faultLimit = faultLimit
      self.release = release
    }

    fileprivate var place: [Int] { [number, isObserver ? 1 : 0] }

    /// Frees the entry of a claim that was refused.
    public func discard() { release(entry) }
  }

  /// Puts `claims` into the table of that name, all or none; a name not seen before makes a table.
  ///
  /// - Returns: entries of `owner`'s own that the claims have replaced, for `Quiescence.wait` and then their release.
  /// - Throws: EINVAL for an empty name, a number out of range or one that is claimed twice; ENAMETOOLONG; EBUSY for a slot
  ///   that has another's entry, where the claim does not ask to stack; EEXIST, EINVAL and E2BIG as `Slot.adding`; EACCES
  ///   where the table's mode does not let `owner` register. The claims then stay the caller's.
  @discardableResult
  public func register(_ name: String, _ claims: [Claim], owner: any EntryOwner) throws(Errno) -> [Withdrawn] {
    try publish([Plan(table: name, claims: claims)], owner: owner)
  }

  /// What one owner claims of one table.
  public struct Plan: Sendable {
    public let table: String
    public var claims: [Claim]

    public init(table: String, claims: [Claim]) {
      self.table = table
      self.claims = claims
    }
  }

  /// Whether `publish` would take the plan now. - Throws: as `register`.
  public func check(_ plan: Plan, owner: any EntryOwner, inPlaceOf predecessor: (any EntryOwner)? = nil) throws(Errno) {
    try Self.check(plan)
    try lock.withLock { () throws(Errno) in _ = try additions(plan, owner, predecessor) }
  }

  /// Puts all of `plans` into their tables, or nothing. A slot changes by one store: a call meets what was there or what is
  /// there now, never neither.
  ///
  /// - Parameter predecessor: whose entries `owner` takes over: where a plan claims the slot it is replaced, and what no plan
  ///   claims is taken out after that.
  /// - Returns: the entries that are replaced or taken out, for `Quiescence.wait` and then their release.
  /// - Throws: as `register`.
  public func publish(
    _ plans: [Plan], owner: any EntryOwner, inPlaceOf predecessor: (any EntryOwner)? = nil
  ) throws(Errno) -> [Withdrawn] {
    for plan in plans { try Self.check(plan) }
    return try lock.withLock { () throws(Errno) in
      let all = try plans.map { (plan) throws(Errno) in (plan.table, try additions(plan, owner, predecessor)) }
      guard tables.count + plans.count <= Self.maximumTables else { throw .ENOSPC }
      // Nothing fails from here on.
      var withdrawn: [Withdrawn] = []
      for (name, additions) in all where !additions.isEmpty {
        let table = try table(name, for: owner)
        for (layer, number, order) in additions {
          layer.prepare(for: table, statistics: statisticsLevel(of: table))
          identities.add(layer, number, in: name)
          for old in table.add(layer, at: number, order, inPlaceOf: predecessor) {
            withdrawn += replaced(old, number, in: table)
          }
          holdings.insert(table, number, of: owner)
        }
      }
      if let predecessor { withdrawn += own(predecessor).map { table, number, layer in take(layer, number, from: table) } }
      return withdrawn
    }
  }

  /// Where a plan's layers would stand.
  private func additions(
    _ plan: Plan, _ owner: any EntryOwner, _ predecessor: (any EntryOwner)?
  ) throws(Errno) -> [(layer: Layer, number: Int, order: [Layer])] {
    let existing = tables[plan.table]
    guard existing?.attributes.allow(.register, owner.credentials) ?? true else { throw .EACCES }
    return try plan.claims.map { (claim) throws(Errno) in
      let layer = Layer(claim, owner: owner, identity: identities.new())
      return (layer, claim.number, try existing?.order(of: layer, at: claim.number, inPlaceOf: predecessor) ?? [layer])
    }
  }

  /// Who has something in a slot, from the uppermost layer down.
  public func holders(of number: Int, in name: String) -> [String] {
    lock.withLock { tables[name]?.slots[number]?.present.map(\.owner.name) ?? [] }
  }

  /// Takes `owner`'s entry at `number` out of a table, so that what is below it serves again.
  ///
  /// - Parameter isObserver: the observer that it has there, not the handler.
  /// - Returns: the entry, for `Quiescence.wait` and then its release.
  /// - Throws: ENOENT where there is none, EBUSY where there are only others', EINVAL.
  public func withdraw(
    _ name: String, _ number: Int, isObserver: Bool = false, owner: any EntryOwner
  ) throws(Errno) -> Withdrawn {
    try Self.check(name)
    guard Self.isInRange(number, isObserver) else { throw .EINVAL }
    return try lock.withLock { () throws(Errno) in
      let present = tables[name]?.present(number).filter { $0.isObserver == isObserver } ?? []
      guard let table = tables[name], !present.isEmpty else { throw .ENOENT }
      guard let layer = present.first(where: { $0.owner === owner }) else { throw .EBUSY }
      return take(layer, number, from: table)
    }
  }

  /// Takes all that `owner` has registered out of every table.
  ///
  /// - Parameter hasFailed: the owner is gone against its will, and what stands in its place is for the fail mode to say.
  public func withdrawAll(of owner: any EntryOwner, hasFailed: Bool = false) -> [Withdrawn] {
    lock.withLock { own(owner).map { table, number, layer in take(layer, number, from: table, hasFailed: hasFailed) } }
  }

  /// Hides all that `owner` has registered from dispatch. It keeps its places, so that `resume` can take it back.
  ///
  /// - Returns: the entries, for `Quiescence.wait`.
  public func suspend(_ owner: any EntryOwner) -> [UnsafeMutableRawPointer] {
    lock.withLock {
      own(owner).map { table, number, layer in
        if layer.state == .live { layer.state = .hidden }
        table.show(number)
        return layer.entry
      }
    }
  }

  /// Undoes `suspend`.
  public func resume(_ owner: any EntryOwner) {
    lock.withLock {
      for (table, number, layer) in own(owner) {
        if layer.state == .hidden { layer.state = .live }
        table.show(number)
      }
    }
  }

  /// An entry that dispatch finds no more, but that a task may still be inside of.
  public struct Withdrawn: Sendable {
    nonisolated(unsafe) private let layer: Layer
    private let number: Int
    private let table: SyscallTable
    private let registry: TableRegistry

    init(_ layer: Layer, _ number: Int, _ table: SyscallTable, _ registry: TableRegistry) {
      (self.layer, self.number, self.table, self.registry) = (layer, number, table, registry)
    }

    public var entry: UnsafeMutableRawPointer { layer.entry }

    /// Frees the entry. No task may be inside.
    public func release() {
      registry.lock.withLock { table.remove(layer, at: number) }
      layer.release(layer.entry)
      registry.bury()
    }
  }

  private func take(_ layer: Layer, _ number: Int, from table: SyscallTable, hasFailed: Bool = false) -> Withdrawn {
    layer.state = .withdrawn
    if hasFailed { putRefusal(inPlaceOf: layer, number, in: table) } else { dropRefusal(of: layer, number, in: table) }
    holdings.remove(table, number, of: layer.owner, unless: table.present(number))
    identities.retire(layer)
    table.show(number)
    forgetIfUnused(table)
    return Withdrawn(layer, number, table, self)
  }

  // Callers of these hold the lock.

  /// The table that `owner` is to register into; a name not seen before makes one that belongs to it.
  private func table(_ name: String, for owner: any EntryOwner) throws(Errno) -> SyscallTable {
    let who = owner.credentials
    if let table = tables[name] { return table }
    return try make(name, TableAttributes(owner: who.euid, group: who.egid))
  }

  private func own(_ owner: any EntryOwner) -> [(SyscallTable, Int, Layer)] {
    holdings.of(owner).flatMap { place in
      place.table.present(place.number).filter { $0.owner === owner }.map { (place.table, place.number, $0) }
    }
  }

  private static func check(_ plan: Plan) throws(Errno) {
    try check(plan.table)
    guard plan.claims.allSatisfy({ isInRange($0.number, $0.isObserver) }) else { throw .EINVAL }
    guard Set(plan.claims.map(\.place)).count == plan.claims.count else { throw .EINVAL }
  }

  private static func isInRange(_ number: Int, _ isObserver: Bool) -> Bool {
    (0..<Int(NR_syscalls)).contains(number) || isObserver && number == Claim.anyNumber
  }
}
