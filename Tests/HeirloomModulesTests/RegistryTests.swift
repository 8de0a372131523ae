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
}
