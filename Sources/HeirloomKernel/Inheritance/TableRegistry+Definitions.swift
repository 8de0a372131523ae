internal import CHeirloom
public import HeirloomABI

/// Tables that were made on purpose: they stay without entries and users, until they are removed.
///
/// Each of these checks `who` first. Errors that all have: ENOENT no such table; EINVAL, ENAMETOOLONG a name that cannot be;
/// EPERM the table is another's, or the calling task is locked in it or in one that derives from it.
extension TableRegistry {
  /// More would be a mistake, or an attack on the host's memory.
  static let maximumTables = 1 << 18

  /// Makes a table that belongs to `who`.
  ///
  /// - Parameter parent: the table that serves what the new one leaves empty.
  /// - Throws: EEXIST; EINVAL for bits of mode or policy that do not exist or contradict each other, and for a safe table whose
  ///   parent is not; ENOENT no such parent; EACCES `who` may not select the parent; EPERM only root marks a table safe; ENOSPC.
  public func create(
    _ name: String, mode: UInt32, policy: TablePolicy = [], extends parent: String? = nil, by who: Credentials
  ) throws(Errno) {
    try Self.check(name)
    guard mode & ~0o777 == 0, policy.isSound else { throw .EINVAL }
    if policy.contains(.safe), !who.isPrivileged { throw .EPERM }
    try lock.withLock { () throws(Errno) in
      guard tables[name] == nil else { throw .EEXIST }
      let parent = try parent.map { (name) throws(Errno) in try self.parent(name, who) }
      if policy.contains(.safe), !SyscallTable.canBeSafe(below: parent) { throw .EINVAL }
      let table = try make(
        name, TableAttributes(owner: who.euid, group: who.egid, mode: mode, policy: policy))
      table.isDefined = true
      if let parent { table.setParent(parent) }
    }
  }

  /// Takes a table away, whose name is then free.
  ///
  /// - Throws: EBUSY while it has entries, users or tables that derive from it.
  public func remove(_ name: String, by who: Credentials) throws(Errno) {
    try change(name, who) { (table) throws(Errno) in
      guard table.holdings == 0, table.users == 0, table.children.isEmpty else { throw .EBUSY }
      table.isDefined = false
      forgetIfUnused(table)
    }
  }

  /// - Throws: EINVAL.
  public func setMode(_ name: String, _ mode: UInt32, by who: Credentials) throws(Errno) {
    guard mode & ~0o777 == 0 else { throw .EINVAL }
    try change(name, who) { (table) throws(Errno) in table.attributes.mode = mode }
  }

  /// Gives a table away, as chown(2): only root changes the owner; the owner may give it to a group of its own.
  ///
  /// - Parameters: nil: as it is.
  public func setOwner(_ name: String, _ owner: UInt32?, _ group: UInt32?, by who: Credentials) throws(Errno) {
    try change(name, who) { (table) throws(Errno) in
      if !who.isPrivileged {
        if let owner, owner != table.attributes.owner { throw .EPERM }
        if let group, group != table.attributes.group, !who.isMember(of: group) { throw .EPERM }
      }
      if let owner, owner != table.attributes.owner {
        table.attributes.owner = owner
        // What root has vouched for is not another's to fill.
        table.attributes.policy.remove(.safe)
        table.unmarkDescendants()
      }
      if let group { table.attributes.group = group }
    }
  }

  /// - Throws: EINVAL, also for a safe table whose parent is not; EPERM only root marks a table safe.
  public func setPolicy(_ name: String, _ policy: TablePolicy, by who: Credentials) throws(Errno) {
    guard policy.isSound else { throw .EINVAL }
    try change(name, who) { (table) throws(Errno) in
      if policy.contains(.safe), !who.isPrivileged, !table.attributes.policy.contains(.safe) { throw .EPERM }
      if policy.contains(.safe), !SyscallTable.canBeSafe(below: table.parent) { throw .EINVAL }
      table.attributes.policy = policy
      table.unmarkDescendants()
    }
  }

  /// What a table leaves empty is served by `parent` from now on; nil: by the default.
  ///
  /// - Throws: ENOENT also for the parent; EACCES `who` may not select that; ELOOP it derives from this table; EINVAL this one is
  ///   safe and the parent is not.
  public func setParent(_ name: String, _ parent: String?, by who: Credentials) throws(Errno) {
    try change(name, who) { (table) throws(Errno) in
      let parent = try parent.map { (name) throws(Errno) in try self.parent(name, who) }
      if let parent, parent.derives(from: table) { throw .ELOOP }
      if table.attributes.policy.contains(.safe), !SyscallTable.canBeSafe(below: parent) { throw .EINVAL }
      let old = table.parent
      table.setParent(parent)
      if let old { forgetIfUnused(old) }
    }
  }

  /// Withdraws a table from its users: the default serves all their calls, until they drop it or the owner restores it.
  /// Nobody can select it meanwhile.
  public func setRevoked(_ name: String, _ isRevoked: Bool, by who: Credentials) throws(Errno) {
    try change(name, who) { (table) throws(Errno) in
      guard table.isRevoked != isRevoked else { return }
      table.setRevoked(isRevoked)
    }
  }

  private func change(
    _ name: String, _ who: Credentials, _ body: (SyscallTable) throws(Errno) -> Void
  ) throws(Errno) {
    try Self.check(name)
    try lock.withLock { () throws(Errno) in
      guard let table = tables[name] else { throw .ENOENT }
      guard table.attributes.mayBeChanged(by: who) else { throw .EPERM }
      // Who cannot leave a table cannot open its lock from inside either, whoever owns it.
      if let binding = Task.current?.binding, binding.isLocked, binding.table?.derives(from: table) ?? false { throw .EPERM }
      try body(table)
    }
  }

  /// To derive from a table is to use it.
  private func parent(_ name: String, _ who: Credentials) throws(Errno) -> SyscallTable {
    try Self.check(name)
    guard let parent = tables[name] else { throw .ENOENT }
    guard parent.attributes.allow(.select, who) else { throw .EACCES }
    return parent
  }

  /// The caller holds the lock, and has seen that the name is free.
  func make(_ name: String, _ attributes: TableAttributes) throws(Errno) -> SyscallTable {
    guard tables.count < Self.maximumTables else { throw .ENOSPC }
    lastGeneration += 1
    let table = SyscallTable(name: name, generation: lastGeneration, attributes: attributes)
    tables[name] = table
    return table
  }

  /// A table that nothing keeps is gone. The caller holds the lock.
  func forgetIfUnused(_ table: SyscallTable) {
    var candidate: SyscallTable? = table
    while let table = candidate, !table.isKept, tables[table.name] === table {
      tables[table.name] = nil
      candidate = table.parent
      table.setParent(nil)
      keepWhileObserved(table)
    }
  }

  /// - Throws: EINVAL for an empty name and one that would not stand as a word in a listing or as a file's name;
  ///   ENAMETOOLONG.
  static func check(_ name: String) throws(Errno) {
    guard !name.isEmpty, name != ".", name != "..", name != "-" else { throw .EINVAL }
    guard name.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "/") }) else { throw .EINVAL }
    guard name.utf8.count < Int(SYSCALL_TABLE_NAME_MAX) else { throw .ENAMETOOLONG }
  }
}
