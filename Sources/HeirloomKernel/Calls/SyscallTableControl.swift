internal import CHeirloom
internal import HeirloomABI
internal import HeirloomMachine

// syscall_table_ctl: guests make, change and remove tables where they may. guest.h has a C function for each operation.

extension Task {
  private enum Operation: Int32 {
    case create, remove, mode, owner, policy, parent, revoke, stat
  }

  /// `int syscall_table_ctl(int op, const char *name, unsigned a, unsigned b, unsigned c)`.
  ///
  /// - Throws: EINVAL for another operation; what the operation throws (`TableRegistry`); ENOSYS where the kernel is built
  ///   without tables.
  func syscall_table_ctl(
    _ operation: Int32, _ name: UserString, _ a: UInt32, _ b: UInt32, _ c: UInt32
  ) throws(Errno) -> Success {
    #if Tables
      guard let operation = Operation(rawValue: operation) else { throw .EINVAL }
      let name = try tableName(name)
      let (tables, who) = (kernel.tables, process.credentials)
      switch operation {
      case .create:
        try tables.create(
          name, mode: a & ~process.files.umask, policy: TablePolicy(rawValue: b), extends: optionalTableName(c), by: who)
      case .remove: try tables.remove(name, by: who)
      case .mode: try tables.setMode(name, a, by: who)
      case .owner: try tables.setOwner(name, a == UInt32.max ? nil : a, b == UInt32.max ? nil : b, by: who)
      case .policy: try tables.setPolicy(name, TablePolicy(rawValue: a), by: who)
      case .parent: try tables.setParent(name, optionalTableName(a), by: who)
      case .revoke: try tables.setRevoked(name, a != 0, by: who)
      case .stat: try memory.store(syscall_table_stat(try tables.description(of: name, for: who)), at: OutBuffer(a))
      }
      return Success()
    #else
      throw .ENOSYS
    #endif
  }

  /// NULL: none.
  private func optionalTableName(_ address: UInt32) throws(Errno) -> String? {
    address == 0 ? nil : try tableName(UserString(address))
  }
}

extension syscall_table_stat {
  fileprivate init(_ table: TableRegistry.Description) {
    self.init()
    generation = table.generation
    (owner, group, mode) = (table.attributes.owner, table.attributes.group, table.attributes.mode)
    policy = table.attributes.policy.rawValue
    flags = (table.isDefined ? UInt32(SYSCALL_TABLE_DEFINED) : 0) | (table.isRevoked ? UInt32(SYSCALL_TABLE_REVOKED) : 0)
    users = UInt32(table.users)
    entries = UInt32(table.entries.count)
    withUnsafeMutableBytes(of: &parent) { $0.copyBytes(from: (table.parent ?? "").utf8) }
  }
}
