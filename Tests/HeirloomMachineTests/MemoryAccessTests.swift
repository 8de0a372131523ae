import HeirloomABI
import HeirloomMachine
import Testing

/// The kernel's door to guest memory: what faults is EFAULT.
@Suite struct MemoryAccessTests {
  private let hole = Guest.data + UInt32(Guest.dataSize)

  @Test func loadsAndStores() throws {
    let guest = try Guest([])
    try guest.window.store(UInt64(0x1122_3344_5566_7788), at: Guest.data)
    #expect(try guest.window.load(Guest.data, as: UInt32.self) == 0x5566_7788)
    #expect(try guest.window.load(Guest.data + 7, as: UInt8.self) == 0x11)
    #expect(try guest.window.compareExchange(Guest.data, expected: 0x5566_7788, desired: 1) == 0x5566_7788)
    #expect(try guest.window.compareExchange(Guest.data, expected: 7, desired: 2) == 1)
    #expect(try guest.window.load(Guest.data, as: UInt32.self) == 1)
  }

  @Test func faultsAreErrors() throws {
    let window = try Guest([]).window
    #expect(throws: Errno.EFAULT) { try window.load(hole, as: UInt32.self) }
    #expect(throws: Errno.EFAULT) { try window.load(hole - 2, as: UInt32.self) }
    #expect(throws: Errno.EFAULT) { try window.store(UInt32(1), at: hole - 2) }
    #expect(throws: Errno.EFAULT) { try window.store(UInt32(1), at: Guest.code) }
    #expect(throws: Errno.EFAULT) { try window.load(0, as: UInt8.self) }
    #expect(throws: Errno.EFAULT) { try window.load(0xffff_ffff, as: UInt64.self) }
    #expect(throws: Errno.EFAULT) { try window.clear(hole - 16, count: 32) }
    #expect(throws: Errno.EFAULT) { try window.compareExchange(hole, expected: 0, desired: 1) }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 0x3000, alignment: 16)
    defer { buffer.deallocate() }
    #expect(throws: Errno.EFAULT) { try window.copyIn(Guest.data, into: buffer) }
    #expect(throws: Errno.EFAULT) { try window.copyOut(UnsafeRawBufferPointer(buffer), to: Guest.data) }
  }

  @Test func stringsEndAtTheirNUL() throws {
    let window = try Guest([]).window
    try [UInt8]("heirloom".utf8).withUnsafeBytes { try window.copyOut($0, to: Guest.data) }
    #expect(try window.string(at: Guest.data, limit: 4096) == "heirloom")
    #expect(throws: Errno.ENAMETOOLONG) { try window.string(at: Guest.data, limit: 8) }
    try window.store(UInt8(65), at: hole - 1)
    #expect(throws: Errno.EFAULT) { try window.string(at: hole - 1, limit: 10) }
  }

  /// Once for the test's process.
  private static let store: Void = {
    try! SnapshotStore.open { $0 }
    try! PageMap.open { $0 }
  }()

  @Test(arguments: [true, false]) func aChildsWindowIsACopy(_ isAlone: Bool) throws {
    Self.store
    let parent = try Guest([])
    try parent.window.store(UInt32(1), at: Guest.data)
    let shared = PageRange(start: 0x60_0000, length: 0x1000)
    try parent.window.mapAnonymousShared(shared, [.read, .write], .ofNewMemory())
    let range = PageRange(start: Guest.data, length: Guest.dataSize)
    var mapping = PrivateMapping(range: range, protection: [.read, .write], isFile: false, snapshot: nil)
    var children: [(window: Window, snapshot: SnapshotPiece?)] = []
    for round in UInt32(1)...5 {
      try parent.window.store(round, at: Guest.data)
      let page = Int(range.start >> 12)
      let runs = parent.window.privateRuns().filter { $0.overlaps(page..<Int(range.end >> 12)) }
      #expect(runs.contains { $0.contains(page) })
      #expect(parent.window.privateRuns(outside: [range, shared]) == parent.window.privateRuns().filter { !runs.contains($0) })
      let inheritance = try parent.window.freeze(mapping, runs: runs, isAlone: isAlone)
      mapping.snapshot = inheritance.parent
      let child = try Window()
      if let snapshot = inheritance.child {
        try child.mapSnapshot(snapshot, range, [.read, .write])
      } else {
        try child.mapAnonymous(range, [.read, .write])
      }
      try child.copy(inheritance.copies, of: parent.window, range, [.read, .write])
      try child.shareMapping(of: parent.window, shared, [.read, .write])
      // The last one but one goes before the next: its snapshot may be written to again.
      if round == 3 { children.removeAll() }
      children.append((child, inheritance.child))
    }
    try parent.window.store(UInt32(99), at: Guest.data)
    try parent.window.store(UInt32(3), at: 0x60_0000)
    for ((child, _), round) in zip(children, UInt32(3)...5) {
      #expect(try child.load(Guest.data, as: UInt32.self) == round)
      #expect(try child.load(0x60_0000, as: UInt32.self) == 3)
      try child.store(UInt32(7), at: Guest.data)
    }
    #expect(try parent.window.load(Guest.data, as: UInt32.self) == 99)
  }
}
