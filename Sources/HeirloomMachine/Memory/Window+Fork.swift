internal import CMachine
public import HeirloomABI

/// What an address space shows, instead of a mapping's origin, since a fork: so many bytes of a snapshot from `offset` on.
///
/// Large anonymous memory is made as such a piece: it is live, which is to say that writes go into the file, as long as nobody
/// has forked. The first fork then finds the snapshot made.
public struct SnapshotPiece: Sendable {
  let share: Snapshot.Share
  /// In bytes, in the store's file.
  private(set) var offset: UInt64
  public private(set) var isLive: Bool

  fileprivate init(_ snapshot: Snapshot) {
    share = Snapshot.Share(snapshot)
    offset = snapshot.offset
    isLive = false
  }

  /// Zeroes, live.
  public init(length: UInt64) {
    self.init(Snapshot(length: length))
    isLive = true
  }

  /// The part of it that begins `distance` bytes further on.
  public func advanced(by distance: UInt64) -> SnapshotPiece {
    var part = self
    part.offset += distance
    return part
  }

  /// Whether `next` goes on where this one ends after `length` bytes.
  public func continues(in next: SnapshotPiece, after length: UInt64) -> Bool {
    share === next.share && offset + length == next.offset && isLive == next.isLive
  }

  /// Bytes of the snapshot behind the piece's first `length`.
  public func room(after length: UInt64) -> UInt64 {
    share.snapshot.offset + share.snapshot.length - (offset + length)
  }

  public var source: Shown.Source { .snapshot(offset) }

  /// Nobody else shows any of it.
  public var isOnlyHere: Bool { isLive || share.isOnly }

  /// The file has zeroes again, and no memory for them.
  public func discard(_ length: UInt64) { SnapshotStore.discard(offset, length) }

  /// The same, no longer live.
  fileprivate var frozen: SnapshotPiece {
    var piece = self
    piece.isLive = false
    return piece
  }

  /// The same for another address space.
  fileprivate func shared() -> SnapshotPiece {
    var piece = SnapshotPiece(share.snapshot)
    piece.offset = offset
    return piece
  }
}

/// A private mapping as a fork finds it.
public struct PrivateMapping: Sendable {
  public var range: PageRange
  public var protection: Protection
  /// Its origin is a file, else zeroes.
  public var isFile: Bool
  public var snapshot: SnapshotPiece?

  public init(range: PageRange, protection: Protection, isFile: Bool, snapshot: SnapshotPiece?) {
    self.range = range
    self.protection = protection
    self.isFile = isFile
    self.snapshot = snapshot
  }
}

/// How a child gets a private mapping.
public struct Inheritance: Sendable {
  /// What the parent shows from now on; nil: the origin.
  public var parent: SnapshotPiece?
  /// What the child is to show; nil: the origin.
  public var child: SnapshotPiece?
  /// Pages of the window that are to be copied to the child on top.
  public var copies: [Range<Int>] = []
}

// Fork. Pages that are a process's own go into a snapshot, which both show from then on; the next fork writes into the same
// snapshot what has changed since, if nobody else shows it any more. So a fork costs what was written since the last one.
extension Window {
  /// Runs of pages that the process has written or faulted in as its own, ascending by number.
  ///
  /// - Parameter others: memory that has none, ascending. The host would look at every page that is there.
  public func privateRuns(outside others: [PageRange] = []) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var next = 0
    for other in others {
      PageMap.appendPrivateRuns(base, next..<Int(other.start >> 12), to: &runs)
      next = Int(other.end >> 12)
    }
    PageMap.appendPrivateRuns(base, next..<Self.pageCount, to: &runs)
    return runs
  }

  /// Pages that a writable mapping keeps as its own after they have been written into its snapshot. They are written there
  /// again at the next fork, which costs less than copying them anew at the next write, as long as they are few.
  private static let keptPages = 64
  /// Pages of a file's mapping that are frozen as a whole, with those that are still the file's.
  private static let smallFile = 64
  /// Frozen as a whole also where so great a part is private.
  private static let greatPart = 4

  /// Readies a private mapping for a fork.
  ///
  /// - Parameters:
  ///   - runs: the mapping's private pages.
  ///   - isAlone: `hasOneProcessor`; else what the window maps stays as it is, for other threads' writes, the host's on
  ///     their behalf too, may happen at any moment.
  /// - Throws: ENOMEM where the host gives no memory for the snapshot.
  public func freeze(_ mapping: PrivateMapping, runs: [Range<Int>], isAlone: Bool) throws(Errno) -> Inheritance {
    if let live = mapping.snapshot, live.isLive {
      // What was written is in the file already; the host's writes for other threads come before this, or go elsewhere.
      try show(live, mapping.range, mapping.protection)
      return Inheritance(parent: live.frozen, child: live.shared())
    }
    let shown = mapping.snapshot
    let count = runs.reduce(0) { $0 + $1.count }
    if count == 0 { return Inheritance(parent: shown, child: shown?.shared()) }
    if let shown, shown.share.isOnly {
      try write(runs, of: mapping, to: shown.offset)
      if isAlone, count > Self.keptPages || !mapping.protection.contains(.write) { drop(runs) }
      return Inheritance(parent: shown, child: shown.shared())
    }
    let pages = Int(mapping.range.length >> 12)
    let isWhole = shown != nil || mapping.isFile
    let isGreatPart = count * Self.greatPart > pages
    guard !isWhole || isGreatPart || mapping.isFile && shown == nil && pages <= Self.smallFile else {
      return Inheritance(parent: shown, child: shown?.shared(), copies: runs)
    }
    let piece = SnapshotPiece(Snapshot(length: mapping.range.length))
    let first = Int(mapping.range.start >> 12)
    do throws(Errno) {
      try write(isWhole ? [first..<first + pages] : runs, of: mapping, to: piece.offset)
    } catch {
      // A file's mapping that reaches beyond the file's end.
      if !isWhole { throw error }
      return Inheritance(parent: shown, child: shown?.shared(), copies: runs)
    }
    guard isAlone else { return Inheritance(parent: shown, child: piece) }
    try show(piece, mapping.range, mapping.protection)
    return Inheritance(parent: piece, child: piece.shared())
  }

  /// Makes live memory the window's own, as after a fork: a word of it is then known to futex(2) by its address, for good.
  public func settle(_ live: SnapshotPiece, _ range: PageRange, _ protection: Protection) throws(Errno) -> SnapshotPiece {
    try show(live, range, protection)
    return live.frozen
  }

  private func write(_ runs: [Range<Int>], of mapping: PrivateMapping, to offset: UInt64) throws(Errno) {
    // What the guest may not read is readable for the copy only; nobody else can tell.
    let isReadable = !mapping.protection.isEmpty
    if !isReadable { HostMemory.protect(host(mapping.range.start), Int(mapping.range.length), 1) }
    defer { if !isReadable { HostMemory.protect(host(mapping.range.start), Int(mapping.range.length), 0) } }
    for run in runs {
      let start = UInt64(run.lowerBound) << 12
      guard SnapshotStore.write(host(start), run.count << 12, at: offset + start - mapping.range.start) else { throw .ENOMEM }
    }
  }

  /// What is in the snapshot need not be here too.
  private func drop(_ runs: [Range<Int>]) {
    for run in runs { HostMemory.discard(host(UInt64(run.lowerBound) << 12), run.count << 12) }
  }

  /// Puts the snapshot, which holds the same bytes, in place of what is mapped.
  private func show(_ piece: SnapshotPiece, _ range: PageRange, _ protection: Protection) throws(Errno) {
    forked = nil
    let result = lock.withLock { () -> Int in
      let result = HostMemory.mapFixed(
        host(range.start), Int(range.length), HostMemory.protection(protection), HostMemory.Flag.private,
        SnapshotStore.descriptor, Int(piece.offset))
      if result == 0 { guardAgain(range) }
      return result
    }
    if result < 0 { throw Errno(Int32(-result)) }
  }

  /// A child's mapping of a snapshot, or new live memory.
  public func mapSnapshot(_ piece: SnapshotPiece, _ range: PageRange, _ protection: Protection) throws(Errno) {
    let flags = piece.isLive ? HostMemory.Flag.shared | HostMemory.Flag.noReserve : HostMemory.Flag.private
    try map(range, protection, flags: flags, descriptor: SnapshotStore.descriptor, offset: piece.offset)
  }

  /// Copies pages of `source` to a child, where `range` is mapped from the same origin.
  public func copy(_ runs: [Range<Int>], of source: Window, _ range: PageRange, _ protection: Protection) throws(Errno) {
    if runs.isEmpty { return }
    if !protection.contains(.write) { HostMemory.protect(host(range.start), Int(range.length), 3) }
    defer {
      if !protection.contains(.write) {
        HostMemory.protect(host(range.start), Int(range.length), HostMemory.protection(protection))
      }
    }
    let isReadable = !protection.isEmpty
    if !isReadable { HostMemory.protect(source.host(range.start), Int(range.length), 1) }
    defer { if !isReadable { HostMemory.protect(source.host(range.start), Int(range.length), 0) } }
    for run in runs {
      let start = UInt64(run.lowerBound) << 12
      guard heirloom_copy(host(start), source.host(start), run.count << 12) == 0 else { throw .ENOMEM }
    }
  }

  private func host(_ address: UInt64) -> UnsafeMutableRawPointer { base + Int(address) }
}
