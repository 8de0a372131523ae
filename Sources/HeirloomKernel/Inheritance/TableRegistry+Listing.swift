public import HeirloomABI

/// What there is, as listings show it.
extension TableRegistry {
  public struct Description: Sendable, Equatable {
    public let name: String
    /// Tells a table from an earlier one of the same name.
    public let generation: UInt64
    public let attributes: TableAttributes
    public let parent: String?
    /// It was made on purpose, and stays until it is removed.
    public let isDefined: Bool
    /// The default serves its users.
    public let isRevoked: Bool
    /// Tasks that use it.
    public let users: Int
    /// Call numbers with an entry, and who registered the one that dispatch finds first.
    public let entries: [Int: String]
    /// The same numbers, and who registered each of their layers, from the uppermost down.
    public let layers: [Int: [String]]
    /// What becomes of calls whose module is gone, and after how many faults a layer is taken out, where it does not say.
    public let failMode: FailMode
    public let faultLimit: UInt32
    /// Bytes that dispatch reads its entries from.
    public let memory: Int

    /// Words for what its state is; "-" where there is nothing to say.
    public var flags: String {
      let words = [isDefined ? "defined" : nil, isRevoked ? "revoked" : nil].compactMap { $0 }
      return words.isEmpty ? "-" : words.joined(separator: ",")
    }
  }

  /// All tables, by name.
  public var descriptions: [Description] {
    lock.withLock { tables.values.map(describe) }.sorted { $0.name < $1.name }
  }

  /// What there is, for a message about a table that is not: the first names where they are many.
  public var namesText: String {
    let shown = 20
    let names = lock.withLock { tables.keys.sorted() }
    if names.isEmpty { return "there is none" }
    let rest = names.count > shown ? " and \(names.count - shown) more" : ""
    return "there are: " + names.prefix(shown).joined(separator: ", ") + rest
  }

  /// Whose a table is; nil: there is none.
  public func attributes(of name: String) -> TableAttributes? { lock.withLock { tables[name]?.attributes } }

  /// - Throws: ENOENT, EINVAL, ENAMETOOLONG; EACCES where `who` may not inspect it.
  public func description(of name: String, for who: Credentials) throws(Errno) -> Description {
    try Self.check(name)
    return try lock.withLock { () throws(Errno) in
      guard let table = tables[name] else { throw .ENOENT }
      guard table.attributes.allow(.inspect, who) else { throw .EACCES }
      return describe(table)
    }
  }

  private func describe(_ table: SyscallTable) -> Description {
    let layers = table.slots.mapValues { $0.present.map(\.owner.name) }.filter { !$0.value.isEmpty }
    return Description(
      name: table.name, generation: table.generation, attributes: table.attributes, parent: table.parent?.name,
      isDefined: table.isDefined, isRevoked: table.isRevoked, users: table.users,
      entries: layers.mapValues { $0[0] }, layers: layers, failMode: table.failMode, faultLimit: table.faultLimit,
      memory: table.heads.size)
  }
}
