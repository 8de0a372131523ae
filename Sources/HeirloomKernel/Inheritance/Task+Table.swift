internal import CHeirloom
public import HeirloomABI

extension Task {
  /// Uses the table of that name from the next call on; one that was used before is released first (paper, 4.4).
  ///
  /// - Throws: ENOENT, EINVAL, ENAMETOOLONG; the task then goes on with what it had.
  public func selectTable(_ name: String) throws(Errno) {
    let new = try kernel.tables.use(name)
    dropTable()
    bind(new)
  }

  /// The child's part of inheritance, before its first instruction: the creator's table, counted once more.
  func inheritTable(of parent: Task) {
    guard let inherited = parent.table else { return }
    kernel.tables.share(inherited)
    bind(inherited)
  }

  /// Stops using the table, whose count falls by one. Every call is the default one again.
  public func dropTable() {
    guard let old = table else { return }
    table = nil
    block.pointee.current.sysflag = 0
    block.pointee.current.syscall_table = TableHeads.none.directory
    kernel.tables.release(old)
  }

  private func bind(_ new: SyscallTable) {
    table = new
    block.pointee.current.syscall_table = new.heads.directory
    block.pointee.current.sysflag = 1
  }
}
