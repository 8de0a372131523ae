import HeirloomABI
import HeirloomKernel
import Testing

/// Who may put what into which table, and how long a table lives.
@Suite struct RegistryTests {
  let tables = Kernels.shared.tables

  func register(_ name: String, _ claims: [TableRegistry.Claim], _ owner: Owner) -> Errno? {
    error { () throws(Errno) in try tables.register(name, claims, owner: owner) }
  }

  func withdraw(_ name: String, _ number: Int, _ owner: Owner) -> Errno? {
    error { () throws(Errno) in try tables.withdraw(name, number, owner: owner).release() }
  }

  func clear(_ owners: Owner...) {
    for owner in owners { for entry in tables.withdrawAll(of: owner) { entry.release() } }
  }

  @Test func aNameNotSeenBeforeMakesATable() {
    let owner = Owner("first")
    #expect(register("made", [makeClaim(20)], owner) == nil)
    #expect(Kernels.description(of: "made")?.entries == [20: "first"])
    #expect(Kernels.description(of: "made")?.users == 0)
    clear(owner)
    #expect(Kernels.description(of: "made") == nil, "without entries and users a table is gone")
  }

  static let refusals: [(name: String, number: Int, error: Errno)] = [
    ("", 20, .EINVAL), ("refused", -1, .EINVAL), ("refused", 1024, .EINVAL), ("refused", .max, .EINVAL),
    (String(repeating: "n", count: 64), 20, .ENAMETOOLONG),
  ]

  @Test(arguments: refusals.indices) func badNamesAndNumbersAreRefused(_ index: Int) {
    let (name, number, expected) = Self.refusals[index]
    let claim = makeClaim(number)
    #expect(register(name, [claim], Owner("x")) == expected)
    claim.discard()
    #expect(Kernels.description(of: name) == nil)
  }

  @Test func theLongestNameIsTaken() {
    let (owner, name) = (Owner("long"), String(repeating: "n", count: 63))
    #expect(register(name, [makeClaim(0), makeClaim(1023)], owner) == nil)
    #expect(Kernels.description(of: name)?.entries.keys.sorted() == [0, 1023])
    clear(owner)
  }

  @Test func anEntryBelongsToItsOwner() {
    let (owner, other) = (Owner("owner"), Owner("other"))
    #expect(register("owned", [makeClaim(5)], owner) == nil)
    let claim = makeClaim(5)
    #expect(register("owned", [claim], other) == .EBUSY)
    claim.discard()
    #expect(withdraw("owned", 5, other) == .EBUSY)
    #expect(withdraw("owned", 6, owner) == .ENOENT)
    #expect(withdraw("nowhere", 5, owner) == .ENOENT)
    #expect(Kernels.description(of: "owned")?.entries == [5: "owner"])
    #expect(withdraw("owned", 5, owner) == nil)
  }

  @Test func anOwnersNewEntryReplacesItsOld() throws {
    let owner = Owner("owner")
    #expect(register("replaced", [makeClaim(5)], owner) == nil)
    let replaced = try tables.register("replaced", [makeClaim(5), makeClaim(6)], owner: owner)
    #expect(replaced.count == 1)
    for entry in replaced { entry.release() }
    clear(owner)
  }

  @Test func severalEntriesAreAllOrNothing() {
    let (owner, other) = (Owner("owner"), Owner("other"))
    #expect(register("whole", [makeClaim(7)], other) == nil)
    let claims = [makeClaim(6), makeClaim(7), makeClaim(8)]
    #expect(register("whole", claims, owner) == .EBUSY)
    let twice = [makeClaim(9), makeClaim(9)]
    #expect(register("whole", twice, owner) == .EINVAL)
    #expect(Kernels.description(of: "whole")?.entries == [7: "other"])
    for claim in claims + twice { claim.discard() }
    clear(other)
  }

  @Test func aSuspendedEntryKeepsItsSlot() {
    let (owner, other) = (Owner("owner"), Owner("other"))
    #expect(register("suspended", [makeClaim(3)], owner) == nil)
    #expect(tables.suspend(owner).count == 1)
    let claim = makeClaim(3)
    #expect(register("suspended", [claim], other) == .EBUSY)
    claim.discard()
    tables.resume(owner)
    #expect(Kernels.description(of: "suspended")?.entries == [3: "owner"])
    clear(owner)
  }

  @Test func aTableCostsWhatItHolds() {
    let owner = Owner("costs")
    func memory() -> Int? { Kernels.description(of: "costs")?.memory }
    #expect(register("costs", [makeClaim(0), makeClaim(63)], owner) == nil)
    #expect(memory() == 128 + 512)
    #expect(register("costs", [makeClaim(1023)], owner) == nil)
    #expect(memory() == 128 + 2 * 512)
    clear(owner)
  }

  @Test func thereMayBeTensOfThousands() {
    let (owner, neighbour) = (Owner("many"), Owner("neighbour"))
    for index in 0..<20_000 { #expect(register("many-\(index)", [makeClaim(index % 1024)], owner) == nil) }
    #expect(register("many-7", [makeClaim(500)], neighbour) == nil)
    #expect(tables.suspend(neighbour).count == 1)
    #expect(tables.suspend(owner).count == 20_000)
    tables.resume(owner)
    clear(neighbour)
    clear(owner)
    #expect(Kernels.description(of: "many-7") == nil)
  }

  @Test func anOwnerRegistersWithItsOwnRights() throws {
    let (root, user) = (Owner("root"), Owner("user", Credentials(uid: 1000, gid: 100, groups: [50])))
    func attempt(_ number: Int) -> Errno? {
      let claim = makeClaim(number)
      let error = register("rights", [claim], user)
      if error != nil { claim.discard() }
      return error
    }
    #expect(register("rights", [makeClaim(1)], root) == nil)
    #expect(attempt(2) == .EACCES)
    try tables.setMode("rights", 0o775, by: .kernel)
    #expect(attempt(2) == .EACCES)
    try tables.setOwner("rights", nil, 50, by: .kernel)
    #expect(attempt(2) == nil)
    // What has been registered stays after the right is lost, and may be taken out.
    try tables.setMode("rights", 0o700, by: .kernel)
    #expect(attempt(3) == .EACCES)
    #expect(withdraw("rights", 2, user) == nil)
    // A name not seen before makes a table that is the registering one's.
    #expect(register("users-own", [makeClaim(1)], user) == nil)
    #expect(Kernels.description(of: "users-own")?.attributes == TableAttributes(owner: 1000, group: 100))
    #expect(error { () throws(Errno) in try tables.setMode("users-own", 0o700, by: user.credentials) } == nil)
    clear(root, user)
  }
}

/// Where several owners' layers of one number stand.
@Suite struct LayerOrderTests {
  let tables = Kernels.shared.tables

  /// One layer: its owner's name and what it says of its place.
  struct Row: Sendable {
    let name: String
    let placement: LayerPlacement
    init(_ name: String, _ priority: Int32 = 0, before: [String] = [], after: [String] = []) {
      self.name = name
      placement = LayerPlacement(priority: priority, before: before, after: after)
    }
    init(alone name: String) {
      self.name = name
      placement = .alone
    }
  }

  static let orders: [(what: String, rows: [Row], order: [String])] = [
    ("the higher priority is above", [Row("a", 1), Row("b", 5), Row("c", 3)], ["b", "c", "a"]),
    ("a negative priority too", [Row("a", -1), Row("b", -5), Row("c", 0)], ["c", "a", "b"]),
    ("before", [Row("a"), Row("b", before: ["a"])], ["b", "a"]),
    ("after", [Row("a"), Row("b", after: ["a"])], ["a", "b"]),
    ("before one that comes later", [Row("b", before: ["a"]), Row("a")], ["b", "a"]),
    ("before and after overrule the priority", [Row("a", 9), Row("b", 1, before: ["a"])], ["b", "a"]),
    ("between two", [Row("a", 1), Row("c", 1, after: ["a"]), Row("b", 1, before: ["c"], after: ["a"])], ["a", "b", "c"]),
    ("one that does not stack is below all that do", [Row(alone: "a"), Row("b", -100)], ["b", "a"]),
    ("unless one asks to be below it", [Row(alone: "a"), Row("b", 7, after: ["a"])], ["a", "b"]),
    ("a new one may settle the order of two", [Row("a", 1), Row("b", 5), Row("c", before: ["b"], after: ["a"])], ["a", "c", "b"]),
  ]

  func claim(_ row: Row) -> TableRegistry.Claim {
    let entry = UnsafeMutablePointer<SyscallEntry>.allocate(capacity: 1)
    entry.initialize(to: SyscallEntry { _, _, _ in 0 })
    return TableRegistry.Claim(number: 7, entry: entry, placement: row.placement) { $0.deallocate() }
  }

  func add(_ row: Row, to table: String, _ owner: Owner) -> Errno? {
    let claim = claim(row)
    let refusal = error { () throws(Errno) in try tables.register(table, [claim], owner: owner) }
    if refusal != nil { claim.discard() }
    return refusal
  }

  func clear(_ owners: [Owner]) {
    for owner in owners { for entry in tables.withdrawAll(of: owner) { entry.release() } }
  }

  @Test(arguments: orders.indices) func order(_ index: Int) {
    let (what, rows, order) = Self.orders[index]
    let name = "order-\(index)"
    let owners = rows.map { Owner($0.name) }
    for (row, owner) in zip(rows, owners) { #expect(add(row, to: name, owner) == nil, "\(what)") }
    #expect(Kernels.description(of: name)?.layers == [7: order], "\(what)")
    clear(owners)
  }

  static let refusals: [(what: String, rows: [Row], error: Errno)] = [
    ("a taken slot, not asking to stack", [Row("a"), Row(alone: "b")], .EBUSY),
    ("the same priority", [Row("a", 3), Row("b", 3)], .EEXIST),
    ("the same priority, the other one named is not there", [Row("a"), Row("b", before: ["c"])], .EEXIST),
    ("before and after the same", [Row("a"), Row("b", before: ["a"], after: ["a"])], .EINVAL),
    ("each before the other", [Row("a", before: ["b"]), Row("b", 1, before: ["a"])], .EINVAL),
    ("more layers than a slot has room for", (0...16).map { Row("\($0)", $0) }, .E2BIG),
  ]

  @Test(arguments: refusals.indices) func refusal(_ index: Int) {
    let (what, rows, expected) = Self.refusals[index]
    let name = "refusal-\(index)"
    let owners = rows.map { Owner($0.name) }
    for (row, owner) in zip(rows, owners).dropLast() { #expect(add(row, to: name, owner) == nil, "\(what)") }
    let before = Kernels.description(of: name)
    #expect(add(rows.last!, to: name, owners.last!) == expected, "\(what)")
    #expect(Kernels.description(of: name) == before, "a refusal changes nothing")
    clear(owners)
  }

  @Test func layersLeaveInAnyOrder() {
    let rows = [Row("a", 4), Row("b", 3), Row("c", 2), Row("d", 1)]
    for leaving in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 1, 3]] {
      let owners = rows.map { Owner($0.name) }
      for (row, owner) in zip(rows, owners) { #expect(add(row, to: "leaving", owner) == nil) }
      var left = ["a", "b", "c", "d"]
      for index in leaving {
        clear([owners[index]])
        left.removeAll { $0 == rows[index].name }
        #expect(Kernels.description(of: "leaving")?.layers == (left.isEmpty ? nil : [7: left]))
      }
    }
  }

  @Test func aReplacedLayerTakesTheSamePlaceAndAHiddenOneKeepsIt() {
    let owners = ["a", "b", "c"].map { Owner($0) }
    for (index, owner) in owners.enumerated() { #expect(add(Row(owner.name, Int32(-index)), to: "places", owner) == nil) }
    #expect(tables.suspend(owners[1]).count == 1)
    #expect(Kernels.description(of: "places")?.layers == [7: ["a", "b", "c"]])
    let other = Owner("other")
    #expect(add(Row("other", -1), to: "places", other) == .EEXIST, "a hidden layer keeps its place")
    tables.resume(owners[1])
    #expect(throws: Never.self) {
      for entry in try tables.register("places", [claim(Row("b", 9))], owner: owners[1]) { entry.release() }
    }
    #expect(Kernels.description(of: "places")?.layers == [7: ["b", "a", "c"]])
    clear(owners)
  }
}
