internal import CHeirloom
internal import HeirloomABI
internal import HeirloomMachine

// set_syscall_table, the paper's new system call (section 3)

extension Task {
  /// Bits of `set_syscall_table`'s flag. The first is the paper's.
  private struct Selection: OptionSet {
    let rawValue: Int32
    static let use = Selection(rawValue: 1)
    /// For all threads of the process.
    static let allThreads = Selection(rawValue: 2)
    /// The table cannot be left from then on.
    static let lock = Selection(rawValue: 4)
  }

  /// `int set_syscall_table(char *tname, int flag)`: flag 1 uses the table of that name, flag 0 stops using it.
  ///
  /// To stop, the name may be NULL; where it is given it must be the table in use. 2 more means all threads of the process; 4
  /// more, where a table is used, that they and their descendants cannot leave it.
  ///
  /// - Throws: ENOENT for an unknown table, and for one that is not in use where it should be left; EACCES for one that the
  ///   caller may not select; EPERM where a table cannot be left; EFAULT; ENAMETOOLONG; EINVAL for another flag or a name that
  ///   cannot be; ENOSYS where the kernel is built without tables.
  func set_syscall_table(_ name: UserString, _ flag: Int32) throws(Errno) -> Success {
    #if Tables
      let selection = Selection(rawValue: flag)
      guard selection.isSubset(of: [.use, .allThreads, .lock]) else { throw .EINVAL }
      let isUsing = selection.contains(.use)
      if !isUsing, selection.contains(.lock) { throw .EINVAL }
      let name = isUsing || !name.isNull ? try tableName(name) : nil
      do throws(BindingError) {
        try withTasks(all: selection.contains(.allThreads)) { (tasks) throws(BindingError) in
          if isUsing, let name {
            try kernel.tables.select(name, for: tasks, locking: selection.contains(.lock), .selected)
          } else {
            try kernel.tables.drop(name, for: tasks)
          }
        }
      } catch { throw error.error }
      return Success()
    #else
      throw .ENOSYS
    #endif
  }

  func tableName(_ name: UserString) throws(Errno) -> String {
    try memory.string(name, limit: Int(SYSCALL_TABLE_NAME_MAX))
  }
}
