import Testing

@testable import HeirloomMachine

@Suite("Lookup cache") struct LookupCacheTests {
  private func entry(_ cache: LookupCache, _ pc: UInt32) -> UInt32 {
    cache.table.load(fromByteOffset: Int(pc) * 4, as: UInt32.self)
  }

  @Test("holds what is inserted, at both ends of the address space, until it is forgotten", arguments: [
    LookupCache.Access.all, .blocks,
  ])
  func holds(access: LookupCache.Access) {
    let cache = LookupCache([access])
    let addresses: [UInt32] = [0, 1, 0x0804_8000, 0x0804_bfff, 0x0804_c000, 0xffff_ffff]
    for pc in addresses { #expect(entry(cache, pc) == 0) }
    for pc in addresses { cache.insert(pc, pc ^ 0x5555) }
    for pc in addresses { #expect(entry(cache, pc) == pc ^ 0x5555) }
    cache.forget(0x0804_c000)
    cache.forget(0x7000_0000)
    for pc in addresses { #expect(entry(cache, pc) == (pc == 0x0804_c000 ? 0 : pc ^ 0x5555)) }
    cache.clear()
    for pc in addresses { #expect(entry(cache, pc) == 0) }
  }

  @Test("is empty after more than it forgets one by one", arguments: [LookupCache.Access.all, .blocks])
  func clears(access: LookupCache.Access) {
    let cache = LookupCache([access])
    let addresses = (0..<5000).map { 0x0804_8000 + UInt32($0) * 7 }
    for _ in 1...2 {
      for pc in addresses { cache.insert(pc, pc) }
      for pc in addresses { #expect(entry(cache, pc) == pc) }
      cache.clear()
      for pc in addresses { #expect(entry(cache, pc) == 0) }
    }
  }

  @Test("begins anew before it grows without end") func begins() {
    let cache = LookupCache([.all])
    for pc in UInt32(0)..<40_000 { cache.insert(pc, 1) }
    #expect(entry(cache, 0) == 0)
    #expect(entry(cache, 39_999) == 1)
  }

  @Test("without addresses for a table of its own keeps nothing") func keepsNothing() throws {
    try Processor.setUpHost()
    let cache = LookupCache([.none])
    cache.insert(0x0804_8000, 1)
    #expect(entry(cache, 0x0804_8000) == 0)
    cache.forget(0x0804_8000)
    cache.clear()
  }
}
