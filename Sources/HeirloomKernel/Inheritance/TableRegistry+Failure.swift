internal import CMachine
public import HeirloomABI

/// What becomes of calls whose module is gone, and of entries that fail too often.
extension TableRegistry {
  /// What becomes of a table's calls when the module that serves them is gone: from the next time on that one goes.
  ///
  /// - Throws: ENOENT.
  public func setFailMode(_ mode: FailMode, of name: String) throws(Errno) {
    try change(name) { $0.failMode = mode }
  }

  /// Takes an entry of the table out when its handler has been ended by bad addresses this often; 0: never.
  ///
  /// - Throws: ENOENT.
  public func setFaultLimit(_ limit: UInt32, of name: String) throws(Errno) {
    try change(name) { setFaultLimit(limit, of: $0) }
  }

  /// Lets entries serve again that were taken out for failing, and no longer refuses the calls of modules that are gone.
  ///
  /// - Parameter number: of one call; nil: of all.
  /// - Throws: ENOENT.
  public func allow(_ number: Int? = nil, in name: String) throws(Errno) {
    try change(name) { table in
      for slot in table.slots.values where number == nil || slot.number == number {
        for layer in slot.present where layer.owner is GoneOwner { withdrawRefusal(layer, slot.number, from: table) }
        for layer in slot.present where layer.state == .tripped {
          layer.state = .live
          layer.refusal = nil
          layer.fields.pointee.faults = 0
        }
        table.show(slot.number)
      }
    }
    bury()
  }

  /// The handler of `entry`, which the calling task is inside of, was ended by a bad address.
  public static func addressFault(in entry: UnsafeMutableRawPointer) {
    let fields = entry.assumingMemoryBound(to: SyscallEntry.self)
    let faults = heirloom_atomic_add(fields.faultsPlace, 1) + 1
    // Others' faults are counted before the first of them has taken it out, and a limit may be set below what is counted.
    if fields.pointee.faultLimit != 0, faults >= fields.pointee.faultLimit { Kernel.running.tables.trip(fields) }
  }

  private func trip(_ fields: UnsafeMutablePointer<SyscallEntry>) {
    let message: String? = lock.withLock {
      guard let name = identities[fields.pointee.identity], let table = tables[name.table],
        let layer = table.slots[name.number]?.present.first(where: { $0.fields == fields }), layer.state == .live
      else { return nil }
      layer.state = .tripped
      putRefusal(inPlaceOf: layer, name.number, in: table)
      table.show(name.number)
      let faults = fields.pointee.faults == 1 ? "a fault" : "\(fields.pointee.faults) faults"
      return "module \(name.module): call \(name.number) of table \(name.table) is taken out after \(faults)"
    }
    if let message { Kernel.running.log.write(.warning, message) }
  }

  // Callers of these hold the lock.

  func setFaultLimit(_ limit: UInt32, of table: SyscallTable) {
    table.faultLimit = limit
    for layer in table.slots.values.flatMap(\.present) where layer.faultLimit == nil { layer.fields.pointee.faultLimit = limit }
  }

  private func change(_ name: String, _ body: (SyscallTable) -> Void) throws(Errno) {
    try lock.withLock { () throws(Errno) in
      guard let table = tables[name] else { throw .ENOENT }
      body(table)
    }
  }

  /// Puts what refuses calls in a layer's place, where its fail mode asks for it.
  func putRefusal(inPlaceOf layer: Layer, _ number: Int, in table: SyscallTable) {
    guard !layer.isObserver, layer.refusal == nil, case .closed(let error) = layer.failMode ?? table.failMode else { return }
    let refusal = Refusal.layer(inPlaceOf: layer, error, identity: identities.new())
    identities.add(refusal, number, in: table.name)
    refusal.prepare(for: table, statistics: statisticsLevel(of: table))
    table.insert(refusal, above: layer, at: number)
    if layer.state == .withdrawn { layer.successor = refusal } else { layer.refusal = refusal }
    holdings.insert(table, number, of: refusal.owner)
  }

  func dropRefusal(of layer: Layer, _ number: Int, in table: SyscallTable) {
    if let refusal = layer.refusal { withdrawRefusal(refusal, number, from: table) }
    layer.refusal = nil
  }

  private func withdrawRefusal(_ layer: Layer, _ number: Int, from table: SyscallTable) {
    layer.state = .withdrawn
    _ = replaced(layer, number, in: table)
  }

  /// A layer has been taken out in favour of another. - Returns: it, unless it is the registry's own.
  func replaced(_ old: Layer, _ number: Int, in table: SyscallTable) -> [Withdrawn] {
    holdings.remove(table, number, of: old.owner, unless: table.present(number))
    identities.retire(old)
    dropRefusal(of: old, number, in: table)
    let withdrawn = Withdrawn(old, number, table, self)
    guard old.owner is GoneOwner else { return [withdrawn] }
    graveyard.append(.layer(withdrawn))
    return []
  }

  // MARK: Graves

  /// What the registry itself frees when no task is inside any more.
  enum Grave {
    case layer(Withdrawn)
    /// A table that is forgotten, with slots that have been observed.
    case table(SyscallTable)

    var entries: [UnsafeMutableRawPointer] {
      switch self {
      case .layer(let layer): [layer.entry]
      case .table(let table): table.observed
      }
    }
  }

  /// A forgotten table stays while a task may be inside one of its observed slots.
  func keepWhileObserved(_ table: SyscallTable) {
    if !table.observed.isEmpty { graveyard.append(.table(table)) }
  }

  /// Frees what can be freed. Whoever calls holds no lock.
  func bury() {
    let graves = lock.withLock {
      defer { graveyard = [] }
      return graveyard
    }
    if graves.isEmpty { return }
    guard Quiescence.wait(for: graves.flatMap(\.entries), in: Kernel.running, deadline: 0).isEmpty else {
      return lock.withLock { graveyard += graves }
    }
    for case .layer(let layer) in graves { layer.release() }
  }
}

extension UnsafeMutablePointer<SyscallEntry> {
  fileprivate var faultsPlace: UnsafeMutablePointer<UInt32> {
    (UnsafeMutableRawPointer(self) + MemoryLayout<SyscallEntry>.offset(of: \.faults).unsafelyUnwrapped)
      .assumingMemoryBound(to: UInt32.self)
  }
}
