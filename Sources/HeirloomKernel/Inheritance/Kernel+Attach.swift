public import HeirloomABI

extension Kernel {
  /// Makes a process that runs use a table, or none, from its next call on: all its threads.
  ///
  /// The rights that are looked at are each process's own, as if it had asked for it.
  ///
  /// - Parameters:
  ///   - table: nil: none.
  ///   - wholeTree: all that descend from it too, all or none.
  /// - Returns: the processes that it was done to.
  /// - Throws: ESRCH for no such process; else as `TableRegistry.select` and `drop`.
  @discardableResult
  public func attach(_ pid: Int32, to table: String?, wholeTree: Bool) throws(BindingError) -> [Int32] {
    try treeLock.withLock { () throws(BindingError) in
      guard let process = processes[pid], !process.isZombie else { throw BindingError(.ESRCH) }
      var all = [process]
      if wholeTree {
        var index = 0
        while index < all.count {
          all += all[index].family.children
          index += 1
        }
      }
      let tasks = all.flatMap(\.family.tasks)
      if let table {
        try tables.select(table, for: tasks, .host)
      } else {
        try tables.drop(nil, for: tasks)
      }
      return all.filter { !$0.family.tasks.isEmpty }.map(\.id)
    }
  }
}
