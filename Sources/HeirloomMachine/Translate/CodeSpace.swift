internal import Synchronization

/// Translations by guest address: of one window, or of an image of a file for all windows that show it.
///
/// Lock order: see `CodeLibrary`.
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
    /// With room for a full chunk's at once: memory is only taken for what is written, and growing would copy it.
    var rows: [RecoveryRow] = []
    /// Indices in `runs`, ascending by start.
    var runs: [Int] = []
  }

  let lock = MachineLock()
  let arena = CodeArena.shared
  /// The addresses that runs may begin at, which for an image are its own without the last few: no instruction reaches out.
  private let first: UInt32
  private let count: UInt64
  let isImage: Bool
  /// Windows that show the image.
  private let users = Atomic<Int>(0)
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

  /// An estimate; where there are more rows, theirs is a larger array.
  private static let emittedBytesARow = 8
  /// More than this, and a window starts afresh.
  static let chunkLimit = 512

  /// A window's own, for all addresses.
  init() {
    first = 0
    count = 1 << 32
    isImage = false
  }

  init(image range: PageRange) {
    first = UInt32(range.start)
    count = range.length - UInt64(Decoder.longestInstruction)
    isImage = true
  }

  deinit {
    if !isRetired { arena.giveBack(chunks.map(\.number)) }
    entries.deallocate()
  }

  /// Whether a run may begin at `pc`.
  @inline(__always) func covers(_ pc: UInt32) -> Bool { UInt64(pc &- first) < count }

  func addUser() { users.add(1, ordering: .relaxed) }
  func removeUser() { users.subtract(1, ordering: .relaxed) }
  var hasUsers: Bool { users.load(ordering: .relaxed) != 0 }

  /// Gives the code's memory back, when no thread is in it or can come to it. What is known of the code stays, for threads
  /// that have just left it.
  func retire() {
    lock.withLock {
      if isRetired { return }
      isRetired = true
      arena.giveBack(chunks.map(\.number))
    }
  }
  private var isRetired = false

  /// Room for `bytes` in one chunk. - Returns: false where there is none.
  func reserve(_ bytes: UInt32) -> Bool {
    if cursor + bytes <= chunkEnd { return true }
    guard chunks.count < Self.chunkLimit, let number = arena.takeChunk(for: self) else { return false }
    chunkIndex[number] = chunks.count
    chunks.append(Chunk(number: number))
    chunks[chunks.count - 1].rows.reserveCapacity(CodeArena.chunkSize / Self.emittedBytesARow)
    // Place 0 of the arena means none.
    cursor = UInt32(number * CodeArena.chunkSize) + (number == 0 ? LookupMiss.size : 0)
    chunkEnd = UInt32((number + 1) * CodeArena.chunkSize)
    return true
  }

  /// No room is left, not even to unlink a jump: its windows must start afresh.
  private var hasFailed = false
  var isExhausted: Bool { hasFailed || isRetired }

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
      hasFailed = true
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
