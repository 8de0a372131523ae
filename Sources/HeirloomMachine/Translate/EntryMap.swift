/// Guest address to place in the code cache. One thread at a time.
///
/// A page has a bit for each address, and the places of those whose bits are set, ascending. That most addresses have none is
/// then seen at one look, and a translation, which goes along a page, adds to the end.
struct EntryMap {
  private struct Table: BitwiseCopyable {
    /// A bit for each address, and behind them, for each word of bits, how many places stand before its own. nil until
    /// something is inserted.
    var bits: UnsafeMutablePointer<UInt64>?
    var places: UnsafeMutablePointer<UInt32>?
    var count: UInt16 = 0
    var capacity: UInt16 = 0

    static let wordCount = 4096 / 64
    static let headSize = wordCount * (MemoryLayout<UInt64>.size + MemoryLayout<UInt16>.size)

    @inline(__always)
    func counts(_ bits: UnsafeMutablePointer<UInt64>) -> UnsafeMutablePointer<UInt16> {
      UnsafeMutableRawPointer(bits + Self.wordCount).assumingMemoryBound(to: UInt16.self)
    }

    @inline(__always) static func word(_ pc: UInt32) -> Int { Int(pc >> 6) & (wordCount - 1) }

    /// Where the address's place stands; nil where it has none.
    @inline(__always)
    func index(_ pc: UInt32) -> Int? {
      guard let bits, bits[Self.word(pc)] >> UInt64(pc & 63) & 1 != 0 else { return nil }
      return rank(pc, bits)
    }

    /// How many addresses before this one have a place.
    @inline(__always)
    func rank(_ pc: UInt32, _ bits: UnsafeMutablePointer<UInt64>) -> Int {
      let lower = bits[Self.word(pc)] & (1 << UInt64(pc & 63) &- 1)
      return Int(counts(bits)[Self.word(pc)]) + lower.nonzeroBitCount
    }
  }

  private var tables = PageDirectory(initial: Table())
  private var memory = TableMemory()

  mutating func deallocate() {
    memory.release()
    tables.deallocate()
  }

  /// 0 where there is none.
  @inline(__always)
  subscript(pc: UInt32) -> UInt32 {
    guard let table = tables[pc >> 12], let index = table.pointee.index(pc) else { return 0 }
    return table.pointee.places.unsafelyUnwrapped[index]
  }

  @inline(__always)
  mutating func insert(_ pc: UInt32, _ place: UInt32) {
    let table = tables.take(pc >> 12)
    if let index = table.pointee.index(pc) {
      table.pointee.places.unsafelyUnwrapped[index] = place
      return
    }
    if table.pointee.count == table.pointee.capacity { grow(table) }
    let bits = table.pointee.bits.unsafelyUnwrapped
    let places = table.pointee.places.unsafelyUnwrapped
    let rank = table.pointee.rank(pc, bits)
    let count = Int(table.pointee.count)
    if rank < count { (places + rank + 1).update(from: places + rank, count: count - rank) }
    places[rank] = place
    bits[Table.word(pc)] |= 1 << UInt64(pc & 63)
    let counts = table.pointee.counts(bits)
    for word in Table.word(pc) + 1..<Table.wordCount { counts[word] &+= 1 }
    table.pointee.count += 1
  }

  private mutating func grow(_ table: UnsafeMutablePointer<Table>) {
    if table.pointee.bits == nil {
      let head = memory.take(Table.headSize)
      // It is zeroed; but where the host's first touch of a page is a read, the first write is one more fault.
      head.initializeMemory(as: UInt8.self, repeating: 0, count: Table.headSize)
      (head + Table.wordCount * MemoryLayout<UInt64>.size).bindMemory(to: UInt16.self, capacity: Table.wordCount)
      table.pointee.bits = head.bindMemory(to: UInt64.self, capacity: Table.wordCount)
    }
    let old = table.pointee
    let (places, capacity) = memory.takePlaces(moreThan: Int(old.capacity))
    table.pointee.places = places
    table.pointee.capacity = UInt16(capacity)
    guard let former = old.places else { return }
    places.update(from: former, count: Int(old.count))
    memory.giveBack(former, Int(old.capacity))
  }

  /// Takes the entry out if it still names `place`. Its bit stays set.
  mutating func remove(_ pc: UInt32, _ place: UInt32) {
    guard let table = tables[pc >> 12], let index = table.pointee.index(pc) else { return }
    let places = table.pointee.places.unsafelyUnwrapped
    if places[index] == place { places[index] = 0 }
  }
}

/// The memory of an entry map's tables: pieces of larger ones. Those for places are given back for others of their size.
private struct TableMemory {
  private var blocks: [UnsafeMutableRawPointer] = []
  private var unused = 0
  /// Of each power of two of places the first piece that was given back, which begins with where the next one is.
  private var free: [UnsafeMutableRawPointer?] = []

  private static let blockSize = 64 << 10
  private static let fewestPlaces = 32

  /// Zeroed memory, for good.
  mutating func take(_ bytes: Int) -> UnsafeMutableRawPointer {
    if unused < bytes {
      guard let block = HostMemory.reserve(Self.blockSize) else { fatalError("the host has no memory for translations") }
      blocks.append(block)
      unused = Self.blockSize
    }
    defer { unused -= bytes }
    return blocks[blocks.count - 1] + (Self.blockSize - unused)
  }

  /// Room for the next power of two above `count`, whatever it holds.
  mutating func takePlaces(moreThan count: Int) -> (UnsafeMutablePointer<UInt32>, capacity: Int) {
    let capacity = max(count * 2, Self.fewestPlaces)
    let size = capacity.trailingZeroBitCount
    let piece: UnsafeMutableRawPointer
    if size < free.count, let given = free[size] {
      free[size] = given.load(as: UnsafeMutableRawPointer?.self)
      piece = given
    } else {
      piece = take(capacity * MemoryLayout<UInt32>.size)
    }
    return (piece.bindMemory(to: UInt32.self, capacity: capacity), capacity)
  }

  mutating func giveBack(_ places: UnsafeMutablePointer<UInt32>, _ capacity: Int) {
    let size = capacity.trailingZeroBitCount
    if free.isEmpty { free = Array(repeating: nil, count: 16) }
    let piece = UnsafeMutableRawPointer(places)
    piece.storeBytes(of: free[size], as: UnsafeMutableRawPointer?.self)
    free[size] = piece
  }

  mutating func release() {
    for block in blocks { HostMemory.release(block, Self.blockSize) }
    blocks = []
  }
}
