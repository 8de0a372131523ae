/// Which slots each owner has entries in, so that finding them does not depend on how many tables there are. Guarded by the
/// registry's lock.
struct Holdings {
  struct Holding: Hashable {
    let table: SyscallTable
    let number: Int

    static func == (one: Holding, other: Holding) -> Bool { one.table === other.table && one.number == other.number }

    func hash(into hasher: inout Hasher) {
      hasher.combine(table.generation)
      hasher.combine(number)
    }
  }

  private var holdings: [ObjectIdentifier: Set<Holding>] = [:]

  func of(_ owner: any EntryOwner) -> Set<Holding> { holdings[ObjectIdentifier(owner)] ?? [] }

  mutating func insert(_ table: SyscallTable, _ number: Int, of owner: any EntryOwner) {
    if holdings[ObjectIdentifier(owner), default: []].insert(Holding(table: table, number: number)).inserted {
      table.holdings += 1
    }
  }

  /// - Parameter present: what there still is at the number: an owner's handler may leave and its observer stay.
  mutating func remove(_ table: SyscallTable, _ number: Int, of owner: any EntryOwner, unless present: [Layer]) {
    if present.contains(where: { $0.owner === owner }) { return }
    let key = ObjectIdentifier(owner)
    if holdings[key]?.remove(Holding(table: table, number: number)) != nil { table.holdings -= 1 }
    if holdings[key]?.isEmpty ?? false { holdings[key] = nil }
  }
}
