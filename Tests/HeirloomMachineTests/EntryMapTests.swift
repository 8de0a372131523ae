import Testing

@testable import HeirloomMachine

/// What the tables of pages say is what a dictionary says, whatever is done to them.
@Suite("entry map")
struct EntryMapTests {
  /// Repeatable.
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64 = 0x9e37_79b9_7f4a_7c15
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 29
    }
  }

  /// From a few addresses on one page, at both ends of the address space among them, to every address of it and many pages.
  @Test("as a dictionary", arguments: [(pages: 1, offsets: 40), (pages: 3, offsets: 4096), (pages: 500, offsets: 300)])
  func isADictionary(pages: Int, offsets: Int) {
    var numbers = Numbers()
    var map = EntryMap()
    defer { map.deallocate() }
    var expected: [UInt32: UInt32] = [:]
    func address() -> UInt32 {
      let page = UInt32.random(in: 0..<UInt32(pages), using: &numbers)
      let offset = UInt32.random(in: 0..<UInt32(offsets), using: &numbers)
      // Every other page is at the top.
      return page % 2 == 0 ? page << 12 | offset : ~(page << 12 | offset)
    }
    for _ in 0..<60_000 {
      let pc = address()
      switch UInt8.random(in: 0..<8, using: &numbers) {
      case 0:
        map.remove(pc, expected[pc] ?? 1)
        expected[pc] = nil
      case 1:
        // Another place's entry stays.
        map.remove(pc, (expected[pc] ?? 1) &+ 1)
      default:
        let place = UInt32.random(in: 1..<(1 << 28), using: &numbers)
        map.insert(pc, place)
        expected[pc] = place
      }
      let other = address()
      #expect(map[other] == expected[other] ?? 0)
    }
    for (pc, place) in expected { #expect(map[pc] == place) }
  }

  @Test("pages keep what they are given")
  func directory() {
    var pages = PageDirectory(initial: -1)
    defer { pages.deallocate() }
    #expect(pages[7] == nil)
    for page in UInt32(0)..<3000 { pages.take(page * 331).pointee = Int(page) }
    #expect(pages.count == 3000)
    for page in UInt32(0)..<3000 { #expect(pages[page * 331]?.pointee == Int(page)) }
    #expect(pages[1] == nil)
    #expect(pages.take(1).pointee == -1)
    var sum = 0
    pages.forEach { _, number in sum += number }
    #expect(sum == 2999 * 1500 - 1)
  }
}
