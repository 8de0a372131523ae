internal import CHeirloom
public import HeirloomABI

extension Task {
  /// Uses the table of that name from the next call on; one that was used before is released first (paper, 4.4).
  ///
  /// - Throws: as `TableRegistry.select`; the task then goes on with what it had.
  func selectTable(_ name: String, _ origin: TableOrigin) throws(BindingError) {
    try kernel.tables.select(name, for: [self], origin)
  }

  /// The table that this task uses, if any.
  public var table: TableRegistry.Use? { kernel.tables.use(by: self) }

  /// Runs `body` with this task and then, where all are meant, the process's others, of which none begins meanwhile.
  func withTasks<R, Failure: Error>(all: Bool, _ body: ([Task]) throws(Failure) -> R) throws(Failure) -> R {
    if !all { return try body([self]) }
    return try kernel.treeLock.withLock { () throws(Failure) in
      try body([self] + process.family.tasks.filter { $0 !== self })
    }
  }

  /// What dispatch reads from the task's next call on. The registry's.
  func setHeads(_ heads: TableHeads, isUsed: Bool) {
    block.pointee.current.syscall_table = heads.directory
    block.pointee.current.sysflag = isUsed ? 1 : 0
  }
}
