internal import Synchronization

/// Translations by guest address: of one window, or of an image of a file for all windows that show it.
///
/// Lock order: see `CodeLibrary`.
final class CodeSpace: @unchecked Sendable {
  /// A piece of straight emitted code.
  private struct Run {
    var start: UInt32
    var firstRow: Int
    var rowCount: Int
    /// Its notes: one for each page that it was made from.
    var notes: Range<Int>
    /// The first of the direct jumps into it, or `none`.
    var incoming = none
  }

  /// A run was made from a page's bytes.
  private struct PageNote {
    let page: UInt32
    let run: Int
    /// The page's next, or `none`.
    var next: Int
  }

  /// A jump's rel32, and what it jumps to when it is not linked.
  private struct Link {
    /// Offset of the rel32 in the code cache.
    let site: UInt32
    let target: UInt32
    /// The next into the same run, or `none`.
    let next: Int
  }

  private static let none = -1

  private struct Chunk {
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
  private var runs: [Run] = []
  private var chunks: [Chunk] = []
  private var notes: [PageNote] = []
  private var links: [Link] = []
  /// The first of each page's notes, or `none`.
  private var notesOfPage = PageDirectory(initial: none)
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
    notesOfPage.deallocate()
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
    let run = runs.count
    let last = chunks.count - 1
    for page in pages {
      let first = notesOfPage.take(page)
      notes.append(PageNote(page: page, run: run, next: first.pointee))
      first.pointee = notes.count - 1
    }
    runs.append(
      Run(start: cursor, firstRow: chunks[last].rows.count, rowCount: rows.count, notes: notes.count - pages.count..<notes.count))
    chunks[last].rows.append(contentsOf: rows)
    chunks[last].runs.append(run)
    cursor = (end + 15) & ~15
  }

  /// The chunk that has the place: most that are looked for are new.
  private func chunk(at host: UInt32) -> Int? {
    let number = Int(host) / CodeArena.chunkSize
    return chunks.lastIndex { $0.number == number }
  }

  /// The row that says what the host's standing at `host` means.
  func row(at host: UInt32) -> RecoveryRow? {
    guard let index = chunk(at: host) else { return nil }
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
    guard let index = chunk(at: host) else { return nil }
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
    guard let run = run(at: host) else { return }
    links.append(Link(site: site, target: target, next: runs[run].incoming))
    runs[run].incoming = links.count - 1
  }

  /// Makes the jump at `site` go to `host`. A rel32 never crosses a cache line, so other threads see the old or the new one.
  func patch(site: UInt32, to host: UInt32) {
    (arena.writable + Int(site)).storeBytes(of: host &- (site &+ 4), as: UInt32.self)
  }

  // MARK: Removal

  func hasRuns(onPage page: UInt32) -> Bool { notesOfPage[page].map { $0.pointee != Self.none } ?? false }

  /// Pages from `first` up to `end` that translations were made from.
  func translatedPages(_ first: UInt32, _ end: UInt32) -> [UInt32] {
    if Int(end - first) < notesOfPage.count { return (first..<end).filter(hasRuns) }
    var pages: [UInt32] = []
    notesOfPage.forEach { page, note in if note != Self.none, page >= first, page < end { pages.append(page) } }
    return pages
  }

  /// Forgets what was made from a page's bytes, and unlinks the jumps there.
  func remove(page: UInt32) {
    guard let first = notesOfPage[page] else { return }
    var note = first.pointee
    first.pointee = Self.none
    while note != Self.none {
      let run = notes[note].run
      forgetEntries(of: runs[run])
      var link = runs[run].incoming
      runs[run].incoming = Self.none
      while link != Self.none {
        unlink(links[link])
        link = links[link].next
      }
      for other in runs[run].notes where notes[other].page != page { takeOut(other) }
      note = notes[note].next
    }
  }

  /// Takes a note out of its page's.
  private func takeOut(_ note: Int) {
    guard let first = notesOfPage[notes[note].page] else { return }
    if first.pointee == note {
      first.pointee = notes[note].next
      return
    }
    var before = first.pointee
    while before != Self.none, notes[before].next != note { before = notes[before].next }
    if before != Self.none { notes[before].next = notes[note].next }
  }

  private func forgetEntries(of run: Run) {
    guard let chunk = chunk(at: run.start) else { return }
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
