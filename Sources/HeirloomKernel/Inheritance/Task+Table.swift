internal import HeirloomABI

extension Task {
  /// The child's part of inheritance, before its first instruction: the creator's table, counted once more.
  func inheritTable(of parent: Task) {}

  /// At exit: stops using the table, whose count falls by one.
  func dropTable() {}
}

extension Kernel {
  /// Makes `task` use the table of that name. - Throws: ENOENT.
  func selectTable(_ name: String, for task: Task) throws(Errno) { throw .ENOENT }
  /// Names of the tables there are, sorted.
  var tableNames: [String] { [] }
}
