/// A processor's cache of indirect jumps: two tables of 65,536 entries {-pc, host address}.
final class LookupCache {
  private struct Entry { var negatedPC: UInt32; var place: UInt32 }

  let table: UnsafeMutableRawPointer
  /// What has been inserted, as long as that is little: to be emptied without giving the memory up.
  private var inserted: [UInt32] = []
  private static let countedInserts = 512
  private static let entries = 1 << 16
  private static let size = entries * 16

  init() {
    guard let table = HostMemory.reserve(Self.size) else {
      fatalError("the host gives no memory for a processor's lookup cache")
    }
    self.table = table
    poison()
  }

  deinit { HostMemory.release(table, Self.size) }

  private var first: UnsafeMutablePointer<Entry> { table.assumingMemoryBound(to: Entry.self) }
  private var second: UnsafeMutablePointer<Entry> { first + Self.entries }

  /// Address 0 must not find the empty entry 0.
  private func poison() {
    if first[0].place == 0 { first[0] = Entry(negatedPC: 1, place: 0) }
    if second[0].place == 0 { second[0] = Entry(negatedPC: 1, place: 0) }
  }

  func clear() {
    if inserted.count < Self.countedInserts {
      for pc in inserted { forget(pc) }
    } else {
      HostMemory.discard(table, Self.size)
      poison()
    }
    inserted.removeAll(keepingCapacity: true)
  }

  func forget(_ pc: UInt32) {
    for slot in [first + Int(pc & 0xffff), second + LookupStub.secondIndex(pc)] where slot.pointee.negatedPC == 0 &- pc {
      slot.pointee = Entry(negatedPC: 0, place: 0)
    }
    poison()
  }

  /// What stood in the first table goes to the second.
  func insert(_ pc: UInt32, _ host: UInt64) {
    if inserted.count < Self.countedInserts { inserted.append(pc) }
    let slot = first + Int(pc & 0xffff)
    let old = slot.pointee
    if old.place != 0 { second[LookupStub.secondIndex(0 &- old.negatedPC)] = old }
    slot.pointee = Entry(negatedPC: 0 &- pc, place: UInt32(truncatingIfNeeded: host))
  }
}
