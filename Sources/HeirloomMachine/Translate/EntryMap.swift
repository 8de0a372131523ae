/// Guest address to place in the code cache. One thread at a time.
///
/// Each page has a small table of its own, for a translation goes along a page: what it looks at stays in the host's nearest
/// cache, and little has to be moved when a table grows.
struct EntryMap {
  /// A page's entries, open-addressed: places, and behind them as many keys of 16 bits.
  private struct Table: BitwiseCopyable {
    /// nil until something is inserted.
    var places: UnsafeMutablePointer<UInt32>?
    /// Its places less one.
    var mask: UInt16 = 0
    var used: UInt16 = 0

    init() {}

    init(capacity: Int, _ memory: UnsafeMutableRawPointer) {
      places = memory.bindMemory(to: UInt32.self, capacity: capacity)
      (memory + capacity * MemoryLayout<UInt32>.size).bindMemory(to: UInt16.self, capacity: capacity)
      mask = UInt16(capacity - 1)
    }

    /// The low bits of an address, of which 0 is a key too; 0 is a free slot.
    @inline(__always)
    func keys(_ places: UnsafeMutablePointer<UInt32>) -> UnsafeMutablePointer<UInt16> {
      UnsafeMutableRawPointer(places + Int(mask) + 1).assumingMemoryBound(to: UInt16.self)
    }

    /// Where the key stands, or the free slot where it would.
    @inline(__always)
    func slot(of key: UInt16, _ places: UnsafeMutablePointer<UInt32>) -> Int {
      let keys = keys(places)
      var index = Int((UInt32(key) &* 0x9e37_79b1) >> 16) & Int(mask)
      while keys[index] != key && keys[index] != 0 { index = (index + 1) & Int(mask) }
      return index
    }

    /// Whether it must grow before something is inserted.
    @inline(__always)
    var isFull: Bool { Int(used) * 4 >= Int(mask) * 3 }

    @inline(__always)
    mutating func insert(_ key: UInt16, _ place: UInt32) {
      guard let places else { return }
      let slot = slot(of: key, places)
      let keys = keys(places)
      if keys[slot] == 0 {
        keys[slot] = key
        used += 1
      }
      places[slot] = place
    }
  }

  private var tables = PageDirectory(initial: Table())
  private var memory = TableMemory()

  private static let capacityToBeginWith = 64

  mutating func deallocate() {
    memory.release()
    tables.deallocate()
  }

  @inline(__always) private static func key(_ pc: UInt32) -> UInt16 { UInt16(truncatingIfNeeded: pc & 0xfff) + 1 }

  /// 0 where there is none.
  @inline(__always)
  subscript(pc: UInt32) -> UInt32 {
    guard let table = tables[pc >> 12], let places = table.pointee.places else { return 0 }
    return places[table.pointee.slot(of: Self.key(pc), places)]
  }

  @inline(__always)
  mutating func insert(_ pc: UInt32, _ place: UInt32) {
    let table = tables.take(pc >> 12)
    if table.pointee.isFull { grow(table) }
    table.pointee.insert(Self.key(pc), place)
  }

  private mutating func grow(_ table: UnsafeMutablePointer<Table>) {
    let old = table.pointee
    let count = Int(old.mask) + 1
    let capacity = old.places == nil ? Self.capacityToBeginWith : count * 2
    table.pointee = Table(capacity: capacity, memory.take(capacity))
    guard let places = old.places else { return }
    let keys = old.keys(places)
    for index in 0..<count where places[index] != 0 { table.pointee.insert(keys[index], places[index]) }
    memory.giveBack(places, count)
  }

  /// Takes the entry out if it still names `place`. Its slot stays taken, so that others are found behind it.
  mutating func remove(_ pc: UInt32, _ place: UInt32) {
    guard let table = tables[pc >> 12], let places = table.pointee.places else { return }
    let slot = table.pointee.slot(of: Self.key(pc), places)
    if places[slot] == place { places[slot] = 0 }
  }
}

/// The memory of an entry map's tables: pieces of larger ones, by powers of two.
private struct TableMemory {
  private var blocks: [UnsafeMutableRawPointer] = []
  private var unused = 0
  /// Of each size the first that was given back, which begins with where the next one is.
  private var free: [UnsafeMutableRawPointer?] = []

  private static let blockSize = 64 << 10

  private static func bytes(_ capacity: Int) -> Int { capacity * (MemoryLayout<UInt32>.size + MemoryLayout<UInt16>.size) }

  /// Zeroed memory for a table of `capacity` entries.
  mutating func take(_ capacity: Int) -> UnsafeMutableRawPointer {
    let (size, bytes) = (capacity.trailingZeroBitCount, Self.bytes(capacity))
    if size < free.count, let piece = free[size] {
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
    if free.isEmpty { free = Array(repeating: nil, count: 16) }
    memory.storeBytes(of: free[size], as: UnsafeMutableRawPointer?.self)
    free[size] = memory
  }

  mutating func release() {
    for block in blocks { HostMemory.release(block, Self.blockSize) }
    blocks = []
  }
}
