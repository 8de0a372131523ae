import Testing

@testable import HeirloomMachine

@Suite("Lookup cache") struct LookupCacheTests {
  /// The place that a jump to `pc` comes to; nil for that of a jump to what is not known.
  private func place(_ cache: LookupCache, _ pc: UInt32) -> UInt32? {
    let address = cache.table.load(fromByteOffset: Int(pc) * 4, as: UInt32.self)
    // The host's handler takes a jump to 0 there.
    if address == 0 { return nil }
    let place = address - CodeArena.shared.address
    return place == LookupMiss.place ? nil : place
  }

  /// Some place in the code cache.
  private func host(_ pc: UInt32) -> UInt32 { LookupMiss.size + pc % 1_000_000 }

  @Test("holds what is inserted, at both ends of the address space, until it is forgotten", arguments: [
    LookupCache.Access.all, .blocks,
  ])
  func holds(access: LookupCache.Access) {
    let cache = LookupCache([access])
    let addresses: [UInt32] = [0, 1, 0x0804_8000, 0x0804_bfff, 0x0804_c000, 0xffff_ffff]
    for pc in addresses { #expect(place(cache, pc) == nil) }
    for pc in addresses { cache.insert(pc, host(pc)) }
    for pc in addresses { #expect(place(cache, pc) == host(pc)) }
    cache.forget(0x0804_c000)
    cache.forget(0x7000_0000)
    for pc in addresses { #expect(place(cache, pc) == (pc == 0x0804_c000 ? nil : host(pc))) }
    cache.clear()
    for pc in addresses { #expect(place(cache, pc) == nil) }
  }

  @Test("is empty after more than it forgets one by one", arguments: [LookupCache.Access.all, .blocks])
  func clears(access: LookupCache.Access) {
    let cache = LookupCache([access])
    let addresses = (0..<5000).map { 0x0804_8000 + UInt32($0) * 7 }
    for _ in 1...2 {
      for pc in addresses { cache.insert(pc, host(pc)) }
      for pc in addresses { #expect(place(cache, pc) == host(pc)) }
      cache.clear()
      for pc in addresses { #expect(place(cache, pc) == nil) }
    }
  }

  @Test("begins anew before it grows without end") func begins() {
    let cache = LookupCache([.all])
    for pc in UInt32(0)..<40_000 { cache.insert(pc, 100) }
    #expect(place(cache, 0) == nil)
    #expect(place(cache, 39_999) == 100)
  }

  @Test("takes jumps near what it knows to the machine without a fault") func fills() {
    let cache = LookupCache([.all])
    cache.insert(0x0804_8123, 100)
    for pc: UInt32 in [0x0804_8000, 0x0804_8122, 0x0804_8124, 0x0804_83ff] {
      #expect(cache.table.load(fromByteOffset: Int(pc) * 4, as: UInt32.self) == CodeArena.shared.address + LookupMiss.place)
    }
  }

  @Test("without addresses for a table of its own keeps nothing") func keepsNothing() throws {
    try Processor.setUpHost()
    let cache = LookupCache([.none])
    cache.insert(0x0804_8000, 100)
    #expect(place(cache, 0x0804_8000) == nil)
    cache.forget(0x0804_8000)
    cache.clear()
  }
}
