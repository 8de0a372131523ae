/// Guest address to place in the code cache, open-addressed. One writer at a time.
struct EntryMap {
  private struct Slot { var pc: UInt32; var host: UInt32 }

  private var slots: UnsafeMutablePointer<Slot>
  private var mask: Int
  private var used = 0

  /// - Parameter capacity: slots to begin with, a power of two.
  init(capacity: Int) {
    mask = capacity - 1
    slots = Self.empty(capacity)
  }

  func deallocate() { HostMemory.freeZeroed(slots) }

  /// What a file of so many bytes of code begins with: that its map need not grow while a small program runs, for the memory of
  /// a smaller one is touched in vain.
  static func capacity(forCode bytes: UInt64) -> Int {
    var capacity = 1024
    while capacity < 16384, UInt64(capacity) * 128 < bytes { capacity *= 2 }
    return capacity
  }

  private static func empty(_ count: Int) -> UnsafeMutablePointer<Slot> {
    HostMemory.allocateZeroed(count * MemoryLayout<Slot>.stride).bindMemory(to: Slot.self, capacity: count)
  }

  @inline(__always) private static func hash(_ pc: UInt32) -> Int { Int(truncatingIfNeeded: pc &* 0x9e37_79b1 >> 7) }

  /// 0 where there is none.
  @inline(__always)
  subscript(pc: UInt32) -> UInt32 {
    var index = Self.hash(pc) & mask
    while true {
      let slot = slots[index]
      if slot.pc == pc { return slot.host }
      if slot.pc == 0 { return 0 }
      index = (index + 1) & mask
    }
  }

  @inline(__always)
  mutating func insert(_ pc: UInt32, _ host: UInt32) {
    if used * 2 > mask { grow() }
    var index = Self.hash(pc) & mask
    while slots[index].pc != 0 && slots[index].pc != pc { index = (index + 1) & mask }
    if slots[index].pc == 0 { used += 1 }
    slots[index] = Slot(pc: pc, host: host)
  }

  /// Takes the entry out if it still names `host`. Its slot stays taken, so that others are found behind it.
  mutating func remove(_ pc: UInt32, _ host: UInt32) {
    var index = Self.hash(pc) & mask
    while slots[index].pc != 0 {
      if slots[index].pc == pc {
        if slots[index].host == host { slots[index].host = 0 }
        return
      }
      index = (index + 1) & mask
    }
  }

  private mutating func grow() {
    let old = slots
    let count = mask + 1
    mask = mask * 2 + 1
    slots = Self.empty(mask + 1)
    used = 0
    for index in 0..<count where old[index].host != 0 { insert(old[index].pc, old[index].host) }
    HostMemory.freeZeroed(old)
  }
}
