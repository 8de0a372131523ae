/// The translations of one address space. Windows that fork has made alike share one until either changes its code.
///
/// Lock order: a space's lock, then a window's or the arena's.
final class CodeSpace: @unchecked Sendable {
  /// A piece of straight emitted code, with the guest pages it was made from.
  struct Run {
    var start: UInt32
    var end: UInt32
    var firstRow: Int
    var rowCount: Int
    var pages: [UInt32]
    var isLive = true
    /// Direct jumps into it.
    var incoming: [Link] = []
  }

  /// A jump's rel32, and what it jumps to when it is not linked.
  struct Link {
    /// Offset of the rel32 in the code cache.
    let site: UInt32
    let target: UInt32
  }

  struct Chunk {
    let number: Int
    var rows: [RecoveryRow] = []
    /// Indices in `runs`, ascending by start.
    var runs: [Int] = []
  }

  let lock = MachineLock()
  let arena = CodeArena.shared
  var entries = EntryMap()
  var runs: [Run] = []
  private(set) var chunks: [Chunk] = []
  private var chunkIndex: [Int: Int] = [:]
  private var runsOfPage: [UInt32: [Int]] = [:]
  /// Where the next run goes; no chunk yet: 0 and 0.
  var cursor: UInt32 = 0
  private(set) var chunkEnd: UInt32 = 0
  /// Raised by every removal: threads take what was removed out of their lookup caches.
  var generation: UInt64 { firstRemoval + UInt64(removals.count) }
  /// Guest addresses whose translations have gone lately, and the generation before the first of them.
  private var removals: [UInt32] = []
  private var firstRemoval: UInt64 = 1
  private static let removalLimit = 4096
  /// Windows that use it. Guarded by `lock`.
  var users = 0

  /// More than this, and a window starts afresh.
  static let chunkLimit = 512

  deinit {
    arena.giveBack(chunks.map(\.number))
    entries.deallocate()
  }

  /// Room for `bytes` in one chunk. - Returns: false where there is none.
  func reserve(_ bytes: UInt32) -> Bool {
    if cursor + bytes <= chunkEnd { return true }
    guard chunks.count < Self.chunkLimit, let number = arena.takeChunk(for: self) else { return false }
    chunkIndex[number] = chunks.count
    chunks.append(Chunk(number: number))
    // Place 0 of the arena is no code: 0 means none.
    cursor = UInt32(number * CodeArena.chunkSize) + (number == 0 ? LookupStub.second + LookupStub.size : 0)
    chunkEnd = UInt32((number + 1) * CodeArena.chunkSize)
    return true
  }

  /// No room is left, not even to unlink a jump: its windows must start afresh.
  private(set) var isExhausted = false

  /// Publishes a finished run that starts at `cursor`.
  func publish(end: UInt32, rows: UnsafeBufferPointer<RecoveryRow>, pages: [UInt32]) {
    let index = runs.count
    let last = chunks.count - 1
    runs.append(
      Run(start: cursor, end: end, firstRow: chunks[last].rows.count, rowCount: rows.count, pages: pages))
    chunks[last].rows.append(contentsOf: rows)
    chunks[last].runs.append(index)
    for page in pages { runsOfPage[page, default: []].append(index) }
    cursor = (end + 15) & ~15
  }

  /// The row that says what the host's standing at `host` means.
  func row(at host: UInt32) -> RecoveryRow? {
    guard let index = chunkIndex[Int(host) / CodeArena.chunkSize] else { return nil }
    return chunks[index].rows.withUnsafeBufferPointer { rows in
      var low = 0
      var high = rows.count
      while low < high {
        let middle = (low + high) / 2
        if rows[middle].host <= host { low = middle + 1 } else { high = middle }
      }
      return low == 0 ? nil : rows[low - 1]
    }
  }

  private func run(at host: UInt32) -> Int? {
    guard let index = chunkIndex[Int(host) / CodeArena.chunkSize] else { return nil }
    let candidates = chunks[index].runs
    var low = 0
    var high = candidates.count
    while low < high {
      let middle = (low + high) / 2
      if runs[candidates[middle]].start <= host { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : candidates[low - 1]
  }

  /// Notes that the jump at `site` goes straight to `host`, the translation of `target`.
  func noteLink(site: UInt32, target: UInt32, host: UInt32) {
    if let run = run(at: host) { runs[run].incoming.append(Link(site: site, target: target)) }
  }

  /// Makes the jump at `site` go to `host`. A rel32 never crosses a cache line, so other threads see the old or the new one.
  func patch(site: UInt32, to host: UInt32) {
    (arena.writable + Int(site)).storeBytes(of: host &- (site &+ 4), as: UInt32.self)
  }

  // MARK: Removal

  func hasRuns(onPage page: UInt32) -> Bool { runsOfPage[page] != nil }
  var hasRuns: Bool { !runsOfPage.isEmpty }

  /// Pages from `first` up to `end` that translations were made from.
  func translatedPages(_ first: UInt32, _ end: UInt32) -> [UInt32] {
    if Int(end - first) < runsOfPage.count { return (first..<end).filter { runsOfPage[$0] != nil } }
    return runsOfPage.keys.filter { $0 >= first && $0 < end }
  }

  /// Forgets what was made from a page's bytes, and unlinks the jumps there.
  func remove(page: UInt32) {
    guard let indices = runsOfPage.removeValue(forKey: page) else { return }
    for index in indices where runs[index].isLive {
      runs[index].isLive = false
      forgetEntries(of: runs[index])
      for link in runs[index].incoming { unlink(link) }
      runs[index].incoming = []
      for other in runs[index].pages where other != page {
        runsOfPage[other]?.removeAll { $0 == index }
        if runsOfPage[other]?.isEmpty == true { runsOfPage[other] = nil }
      }
    }
  }

  private func forgetEntries(of run: Run) {
    guard let chunk = chunkIndex[Int(run.start) / CodeArena.chunkSize] else { return }
    for index in run.firstRow..<run.firstRow + run.rowCount {
      let row = chunks[chunk].rows[index]
      entries.remove(row.pc, row.host)
      removals.append(row.pc)
    }
    if removals.count > Self.removalLimit {
      firstRemoval = generation
      removals.removeAll(keepingCapacity: true)
    }
  }

  /// What has been removed since a generation; nil where nobody remembers.
  func removals(since generation: UInt64) -> ArraySlice<UInt32>? {
    generation < firstRemoval ? nil : removals[Int(generation - firstRemoval)...]
  }

  /// Sends a jump back to the miss stub, by a stub of its own.
  private func unlink(_ link: Link) {
    guard reserve(64) else {
      isExhausted = true
      return
    }
    let stub = cursor
    var e = Emitter(output: arena.writable + Int(stub))
    Translator.emitMissStub(&e, target: link.target, site: link.site)
    cursor = (UInt32(e.output - arena.writable) + 15) & ~15
    chunks[chunks.count - 1].rows.append(
      RecoveryRow(host: stub, pc: link.target, pending: 0, recovery: Recovery.plain.code))
    patch(site: link.site, to: stub)
  }
}
