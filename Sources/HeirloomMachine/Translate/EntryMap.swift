/// Guest address to place in the code cache. One thread at a time.
///
/// Each page has a small table of its own, for a translation goes along a page: what it looks at stays in the host's nearest
/// cache, and little has to be moved when a table grows.
struct EntryMap {
  /// A page's entries, open-addressed: `capacity` places, and behind them as many keys of 16 bits.
  private struct Page {
    var number = Self.none
    /// Its table's places less one.
    var mask: UInt16 = 0
    var used: UInt16 = 0
    var places: UnsafeMutablePointer<UInt32>! = nil

    static let none = UInt32.max

    /// The low bits of an address, of which 0 is a key too; 0 is a free slot.
    var keys: UnsafeMutablePointer<UInt16> {
      UnsafeMutableRawPointer(places + Int(mask) + 1).assumingMemoryBound(to: UInt16.self)
    }

    mutating func empty(capacity: Int, _ memory: UnsafeMutableRawPointer) {
      places = memory.bindMemory(to: UInt32.self, capacity: capacity)
      (memory + capacity * MemoryLayout<UInt32>.size).bindMemory(to: UInt16.self, capacity: capacity)
      mask = UInt16(capacity - 1)
      used = 0
    }

    /// Where the key stands, or the free slot where it would.
    @inline(__always)
    func slot(of key: UInt16) -> Int {
      let keys = keys
      var index = Int((UInt32(key) &* 0x9e37_79b1) >> 16) & Int(mask)
      while keys[index] != key && keys[index] != 0 { index = (index + 1) & Int(mask) }
      return index
    }

    /// Whether its table must grow before something is inserted.
    var isFull: Bool { Int(used) * 4 > Int(mask) * 3 }

    @inline(__always)
    mutating func insert(_ key: UInt16, _ place: UInt32) {
      let slot = slot(of: key)
      if keys[slot] == 0 {
        keys[slot] = key
        used += 1
      }
      places[slot] = place
    }
  }

  /// Open-addressed by number.
  private var pages: UnsafeMutablePointer<Page>
  private var mask: Int
  private var used = 0

  private var memory = TableMemory()

  private static let capacityToBeginWith = 64

  init() {
    mask = 31
    pages = Self.empty(mask + 1)
  }

  mutating func deallocate() {
    memory.release()
    pages.deallocate()
  }

  private static func empty(_ count: Int) -> UnsafeMutablePointer<Page> {
    let pages = UnsafeMutablePointer<Page>.allocate(capacity: count)
    pages.initialize(repeating: Page(), count: count)
    return pages
  }

  @inline(__always) private static func key(_ pc: UInt32) -> UInt16 { UInt16(truncatingIfNeeded: pc & 0xfff) + 1 }

  /// The page's slot, or the free one where it would stand.
  @inline(__always)
  private func page(_ number: UInt32) -> UnsafeMutablePointer<Page> {
    var index = Int((number &* 0x9e37_79b1) >> 12) & mask
    while pages[index].number != number && pages[index].number != Page.none { index = (index + 1) & mask }
    return pages + index
  }

  /// 0 where there is none.
  @inline(__always)
  subscript(pc: UInt32) -> UInt32 {
    let page = page(pc >> 12)
    return page.pointee.number == Page.none ? 0 : page.pointee.places[page.pointee.slot(of: Self.key(pc))]
  }

  @inline(__always)
  mutating func insert(_ pc: UInt32, _ place: UInt32) {
    var page = page(pc >> 12)
    if page.pointee.number == Page.none { page = add(pc >> 12) }
    if page.pointee.isFull { grow(page) }
    page.pointee.insert(Self.key(pc), place)
  }

  private mutating func grow(_ page: UnsafeMutablePointer<Page>) {
    let old = page.pointee
    let count = Int(old.mask) + 1
    page.pointee.empty(capacity: count * 2, memory.take(count * 2))
    for index in 0..<count where old.places[index] != 0 { page.pointee.insert(old.keys[index], old.places[index]) }
    memory.giveBack(old.places, count)
  }

  private mutating func add(_ number: UInt32) -> UnsafeMutablePointer<Page> {
    if used * 2 > mask { grow() }
    used += 1
    let page = page(number)
    page.pointee.number = number
    page.pointee.empty(capacity: Self.capacityToBeginWith, memory.take(Self.capacityToBeginWith))
    return page
  }

  private mutating func grow() {
    let (old, count) = (pages, mask + 1)
    mask = mask * 2 + 1
    pages = Self.empty(mask + 1)
    for index in 0..<count where old[index].number != Page.none { page(old[index].number).pointee = old[index] }
    old.deallocate()
  }

  /// Takes the entry out if it still names `place`. Its slot stays taken, so that others are found behind it.
  mutating func remove(_ pc: UInt32, _ place: UInt32) {
    let page = page(pc >> 12)
    guard page.pointee.number != Page.none else { return }
    let slot = page.pointee.slot(of: Self.key(pc))
    if page.pointee.places[slot] == place { page.pointee.places[slot] = 0 }
  }
}

/// The memory of an entry map's tables: pieces of larger ones, by powers of two.
private struct TableMemory {
  private var blocks: [UnsafeMutableRawPointer] = []
  private var unused = 0
  /// Of each size the first that was given back, which begins with where the next one is.
  private var free = [UnsafeMutableRawPointer?](repeating: nil, count: 16)

  private static let blockSize = 64 << 10

  private static func bytes(_ capacity: Int) -> Int { capacity * (MemoryLayout<UInt32>.size + MemoryLayout<UInt16>.size) }

  /// Zeroed memory for a table of `capacity` entries.
  mutating func take(_ capacity: Int) -> UnsafeMutableRawPointer {
    let (size, bytes) = (capacity.trailingZeroBitCount, Self.bytes(capacity))
    if let piece = free[size] {
      free[size] = piece.load(as: UnsafeMutableRawPointer?.self)
      piece.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
      return piece
    }
    if unused < bytes {
      guard let block = HostMemory.reserve(Self.blockSize) else { fatalError("the host has no memory for translations") }
      blocks.append(block)
      unused = Self.blockSize
    }
    defer { unused -= bytes }
    return blocks[blocks.count - 1] + (Self.blockSize - unused)
  }

  mutating func giveBack(_ memory: UnsafeMutableRawPointer, _ capacity: Int) {
    let size = capacity.trailingZeroBitCount
    memory.storeBytes(of: free[size], as: UnsafeMutableRawPointer?.self)
    free[size] = memory
  }

  mutating func release() {
    for block in blocks { HostMemory.release(block, Self.blockSize) }
    blocks = []
  }
}
