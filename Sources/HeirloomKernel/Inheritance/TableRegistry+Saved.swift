public import HeirloomABI

/// A table as a file holds it.
public struct TableDefinition: Sendable, Equatable {
  public var name: String
  public var attributes: TableAttributes
  public var parent: String?
  public var failMode: FailMode
  /// After how many faults an entry is taken out; 0: never.
  public var faultLimit: UInt32
  /// Its owner has taken it from its users.
  public var isRevoked: Bool

  public init(
    name: String, attributes: TableAttributes = TableAttributes(), parent: String? = nil, failMode: FailMode = .open,
    faultLimit: UInt32 = 0, isRevoked: Bool = false
  ) {
    (self.name, self.attributes, self.parent) = (name, attributes, parent)
    (self.failMode, self.faultLimit, self.isRevoked) = (failMode, faultLimit, isRevoked)
  }

  /// - Throws: EINVAL, ENAMETOOLONG: the name cannot be a table's.
  public static func checkName(_ name: String) throws(Errno) { try TableRegistry.check(name) }
}

extension TableDefinition {
  /// What is wrong with a table's line of descent.
  public enum Problem: Equatable, Sendable {
    /// It comes to a table that is not there.
    case missing(table: String, parent: String)
    /// It comes back to the table.
    case circle(table: String)
    /// The table is to be safe, and the parent is not.
    case unsafe(table: String, parent: String)
  }

  /// Looks at where tables derive from.
  ///
  /// - Parameters:
  ///   - names: of the tables that are looked at.
  ///   - parents: of all tables.
  ///   - attributes: of all tables.
  /// - Returns: the first problem; nil where there is none.
  public static func problem(
    of names: [String], _ parents: [String: String?], _ attributes: [String: TableAttributes]
  ) -> Problem? {
    // Those that are known to lead to an end.
    var sound: Set<String> = []
    for table in names {
      var line: Set<String> = []
      var next: String? = table
      while let name = next, !sound.contains(name) {
        guard let parent = parents[name] else { return .missing(table: table, parent: name) }
        guard line.insert(name).inserted else { return .circle(table: table) }
        next = parent
      }
      sound.formUnion(line)
      let mustBeSafe = attributes[table]?.policy.contains(.safe) ?? false
      if mustBeSafe, let parent = parents[table] ?? nil, attributes[parent]?.isSafe == false {
        return .unsafe(table: table, parent: parent)
      }
    }
    return nil
  }
}

/// Tables that are made as a file says, by whoever runs the kernel.
extension TableRegistry {
  /// All tables, by name.
  public var definitions: [TableDefinition] {
    lock.withLock {
      tables.values.map { table in
        TableDefinition(
          name: table.name, attributes: table.attributes, parent: table.parent?.name, failMode: table.failMode,
          faultLimit: table.faultLimit, isRevoked: table.isRevoked)
      }
    }.sorted { $0.name < $1.name }
  }

  /// Makes tables, and changes those that are there, all or none. They stay until they are removed.
  ///
  /// - Throws: EINVAL, ENAMETOOLONG; ENOENT no such parent, here or among them; ELOOP; EINVAL also for a safe table whose parent
  ///   is not; ENOSPC.
  public func define(_ definitions: [TableDefinition]) throws(Errno) {
    for definition in definitions {
      try Self.check(definition.name)
      guard definition.attributes.mode & ~0o777 == 0, definition.attributes.policy.isSound else { throw .EINVAL }
    }
    try lock.withLock { () throws(Errno) in
      var parents = tables.mapValues { $0.parent?.name }
      var attributes = tables.mapValues(\.attributes)
      for definition in definitions {
        parents[definition.name] = .some(definition.parent)
        attributes[definition.name] = definition.attributes
      }
      switch TableDefinition.problem(of: definitions.map(\.name), parents, attributes) {
      case nil: break
      case .missing: throw .ENOENT
      case .circle: throw .ELOOP
      case .unsafe: throw .EINVAL
      }
      guard tables.count + definitions.count <= Self.maximumTables else { throw .ENOSPC }
      // Nothing fails from here on.
      var changed: [(SyscallTable, TableDefinition)] = []
      for definition in definitions {
        let table: SyscallTable
        if let existing = tables[definition.name] { table = existing } else {
          table = try make(definition.name, definition.attributes)
        }
        table.attributes = definition.attributes
        table.isDefined = true
        table.failMode = definition.failMode
        setFaultLimit(definition.faultLimit, of: table)
        changed.append((table, definition))
      }
      let old = changed.compactMap(\.0.parent)
      // None has a parent in between, so that none is ever its own ancestor.
      for (table, _) in changed { table.setParent(nil) }
      for (table, definition) in changed { table.setParent(definition.parent.flatMap { tables[$0] }) }
      for (table, _) in changed { table.unmarkDescendants() }
      for (table, definition) in changed where table.isRevoked != definition.isRevoked { table.setRevoked(definition.isRevoked) }
      for table in old { forgetIfUnused(table) }
    }
  }

  /// Makes a module that could not be loaded one that is gone: where a table's fail mode is closed, its calls are refused.
  ///
  /// - Parameter calls: what it served: table and number.
  /// - Throws: as `register`.
  public func refuse(_ calls: [(table: String, number: Int)], for module: String) throws(Errno) {
    let modes = lock.withLock { tables.mapValues(\.failMode) }
    var plans: [String: Plan] = [:]
    for call in calls {
      guard case .closed(let error) = modes[call.table] else { continue }
      plans[call.table, default: Plan(table: call.table, claims: [])].claims.append(
        Claim(
          number: call.number, entry: Refusal.make(error), placement: LayerPlacement(), symbol: Refusal.symbol(error),
          release: { $0.deallocate() }))
    }
    do throws(Errno) { _ = try publish(Array(plans.values), owner: GoneOwner(module)) } catch {
      for claim in plans.values.flatMap(\.claims) { claim.discard() }
      throw error
    }
  }
}
