extension Task {
  /// The child's part of inheritance, before its first instruction: the creator's table, counted once more.
  func inheritTable(of parent: Task) {}

  /// At exit: stops using the table, whose count falls by one.
  func dropTable() {}
}
