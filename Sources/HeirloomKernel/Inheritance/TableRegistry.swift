internal import CHeirloom
public import HeirloomABI

/// The paper's register module: the list of tables, which grows, and the two calls that change it (section 4.3).
///
/// Dispatch takes no lock. Everything else does, and is short.
public final class TableRegistry: @unchecked Sendable {
  private let lock = Lock()
  private var tables: [String: SyscallTable] = [:]
  private var lastGeneration: UInt64 = 0
  private var holdings = Holdings()

  init() {}

  /// What one call to `register` puts into a table.
  public struct Claim: Sendable {
    let number: Int
    nonisolated(unsafe) let entry: UnsafeMutableRawPointer
    let release: @Sendable (UnsafeMutableRawPointer) -> Void

    /// - Parameters:
    ///   - entry: memory that begins with a `SyscallEntry`.
    ///   - release: frees it, once no task can be inside.
    public init(number: Int, entry: UnsafeMutableRawPointer, release: @escaping @Sendable (UnsafeMutableRawPointer) -> Void) {
      self.number = number
      self.entry = entry
      self.release = release
    }

    /// Frees the entry of a claim that was refused.
    public func discard() { release(entry) }
  }

  /// Puts `claims` into the table of that name, all or none; a name not seen before makes a table.
  ///
  /// - Returns: entries of `owner`'s own that the claims have replaced, for `Quiescence.wait` and then their release.
  /// - Throws: EINVAL for an empty name, a number out of range or one that is claimed twice; ENAMETOOLONG; EBUSY for a slot
  ///   that has another's entry. The claims then stay the caller's.
  @discardableResult
  public func register(_ name: String, _ claims: [Claim], owner: any EntryOwner) throws(Errno) -> [Withdrawn] {
    try Self.check(name)
    guard claims.allSatisfy({ (0..<Int(NR_syscalls)).contains($0.number) }) else { throw .EINVAL }
    guard Set(claims.map(\.number)).count == claims.count else { throw .EINVAL }
    return try lock.withLock { () throws(Errno) in
      let existing = tables[name]?.entries ?? [:]
      if claims.contains(where: { existing[$0.number].map { $0.owner !== owner } ?? false }) { throw .EBUSY }
      if claims.isEmpty { return [] }
      let table = table(named: name)
      for claim in claims {
        table.entries[claim.number] = SyscallTable.Registration(
          owner: owner, entry: claim.entry, release: claim.release)
        holdings.insert(table, claim.number, of: owner)
        table.publish(claim.entry, at: claim.number)
      }
      return claims.compactMap { existing[$0.number] }.map { Withdrawn(entry: $0.entry, free: $0.release) }
    }
  }

  /// Takes `owner`'s entry at `number` out of a table, so that the default serves again.
  ///
  /// - Returns: the entry, for `Quiescence.wait` and then its release.
  /// - Throws: ENOENT where there is none, EBUSY where it is another's, EINVAL.
  public func withdraw(_ name: String, _ number: Int, owner: any EntryOwner) throws(Errno) -> Withdrawn {
    try Self.check(name)
    guard (0..<Int(NR_syscalls)).contains(number) else { throw .EINVAL }
    return try lock.withLock { () throws(Errno) in
      guard let table = tables[name], let registration = table.entries[number] else { throw .ENOENT }
      guard registration.owner === owner else { throw .EBUSY }
      return take(number, from: table)
    }
  }

  /// Takes all that `owner` has registered out of every table.
  public func withdrawAll(of owner: any EntryOwner) -> [Withdrawn] {
    lock.withLock { own(owner).map { table, number, _ in take(number, from: table) } }
  }

  /// Hides all that `owner` has registered from dispatch. The slots stay its own, so that `resume` can take it back.
  ///
  /// - Returns: the entries, for `Quiescence.wait`.
  public func suspend(_ owner: any EntryOwner) -> [UnsafeMutableRawPointer] {
    lock.withLock {
      own(owner).map { table, number, registration in
        table.publish(nil, at: number)
        return registration.entry
      }
    }
  }

  /// Undoes `suspend`.
  public func resume(_ owner: any EntryOwner) {
    lock.withLock { for (table, number, registration) in own(owner) { table.publish(registration.entry, at: number) } }
  }

  /// An entry that dispatch finds no more, but that a task may still be inside of.
  public struct Withdrawn: Sendable {
    nonisolated(unsafe) public let entry: UnsafeMutableRawPointer
    fileprivate let free: @Sendable (UnsafeMutableRawPointer) -> Void

    /// Frees the entry. No task may be inside.
    public func release() { free(entry) }
  }

  private func take(_ number: Int, from table: SyscallTable) -> Withdrawn {
    let registration = table.entries.removeValue(forKey: number).unsafelyUnwrapped
    holdings.remove(table, number, of: registration.owner)
    table.publish(nil, at: number)
    forgetIfUnused(table)
    return Withdrawn(entry: registration.entry, free: registration.release)
  }

  // MARK: Users

  /// One task more uses the table of that name. - Throws: ENOENT, ENAMETOOLONG, EINVAL.
  func use(_ name: String) throws(Errno) -> SyscallTable {
    try Self.check(name)
    return try lock.withLock { () throws(Errno) in
      guard let table = tables[name] else { throw .ENOENT }
      table.users += 1
      return table
    }
  }

  /// One task more uses `table`, which its creator uses.
  func share(_ table: SyscallTable) { lock.withLock { table.users += 1 } }

  func release(_ table: SyscallTable) {
    lock.withLock {
      table.users -= 1
      forgetIfUnused(table)
    }
  }

  // MARK: What there is

  /// A table as a listing shows it.
  public struct Description: Sendable, Equatable {
    public let name: String
    public let users: Int
    /// Call numbers with an entry, ascending, and who registered each.
    public let entries: [Int: String]
    /// Bytes that dispatch reads its entries from.
    public let memory: Int
  }

  public var descriptions: [Description] {
    lock.withLock {
      tables.values.map { table in
        Description(name: table.name, users: table.users, entries: table.entries.mapValues { $0.owner.name },
          memory: table.heads.size)
      }
    }.sorted { $0.name < $1.name }
  }

  // Callers of these hold the lock.

  private func table(named name: String) -> SyscallTable {
    if let table = tables[name] { return table }
    lastGeneration += 1
    let table = SyscallTable(name: name, generation: lastGeneration)
    tables[name] = table
    return table
  }

  private func own(_ owner: any EntryOwner) -> [(SyscallTable, Int, SyscallTable.Registration)] {
    holdings.of(owner).map { ($0.table, $0.number, $0.table.entries[$0.number].unsafelyUnwrapped) }
  }

  private func forgetIfUnused(_ table: SyscallTable) {
    if table.users == 0, table.holdings == 0, tables[table.name] === table { tables[table.name] = nil }
  }

  private static func check(_ name: String) throws(Errno) {
    guard !name.isEmpty else { throw .EINVAL }
    guard name.utf8.count < Int(SYSCALL_TABLE_NAME_MAX) else { throw .ENAMETOOLONG }
  }
}
