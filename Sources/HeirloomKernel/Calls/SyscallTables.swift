internal import CHeirloom
internal import HeirloomABI
internal import HeirloomMachine

// set_syscall_table, the paper's new system call (section 3)

extension Task {
  /// `int set_syscall_table(char *tname, int flag)`: flag 1 uses the table of that name, flag 0 stops using it.
  ///
  /// With flag 0 the name may be NULL; where it is given it must be the table in use.
  ///
  /// - Throws: ENOENT for an unknown table, and for one that is not in use where it should be left; EFAULT; ENAMETOOLONG;
  ///   EINVAL for another flag or an empty name; ENOSYS where the kernel is built without tables.
  func set_syscall_table(_ name: UserString, _ flag: Int32) throws(Errno) -> Success {
    #if Tables
      switch flag {
      case 1: try selectTable(try tableName(name))
      case 0:
        if !name.isNull {
          let name = try tableName(name)
          guard table?.name == name else { throw .ENOENT }
        }
        dropTable()
      default: throw .EINVAL
      }
      return Success()
    #else
      throw .ENOSYS
    #endif
  }

  private func tableName(_ name: UserString) throws(Errno) -> String {
    try memory.string(name, limit: Int(SYSCALL_TABLE_NAME_MAX))
  }
}
