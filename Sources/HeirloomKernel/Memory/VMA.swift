internal import HeirloomABI
internal import HeirloomMachine

/// A file that memory is mapped from, through a descriptor of the kernel's own in the guest's table.
///
/// A forked child's table holds the same number, so the object is copied with the address space, not shared.
final class FileBacking: @unchecked Sendable {
  let descriptor: Int32
  let device: UInt64
  let inode: UInt64
  /// The access mode that it is open with: O_RDONLY, O_WRONLY or O_RDWR.
  let mode: Int

  var file: FileID { FileID(device: device, inode: inode) }

  /// Takes over `descriptor`, a held one.
  init(descriptor: Int32, device: UInt64, inode: UInt64, mode: Int) {
    self.descriptor = descriptor
    self.mode = mode
    self.device = device
    self.inode = inode
  }
}

/// A run of pages with one origin and one protection (the kernel's vm_area_struct).
struct VMA {
  enum Purpose { case other, heap, stack, trampoline }
  /// What a forked child finds there (madvise(2)): the same, zeroes, or nothing.
  enum ForkRule { case copy, wipe, leaveOut }

  var range: PageRange
  var protection: Protection
  var isShared: Bool
  var backing: FileBacking?
  /// What is shared where there is no file.
  var memory: FileID?
  /// Where in the file or the shared memory `range` starts, in bytes.
  var offset: UInt64 = 0
  var purpose = Purpose.other
  var forkRule = ForkRule.copy
  /// What is shown instead of the origin since a fork, from `range.start` on.
  var snapshot: SnapshotPiece?

  /// The part of it that lies in `part`, which overlaps it.
  func clipped(to part: PageRange) -> VMA {
    var clipped = self
    clipped.range = PageRange(max(range.start, part.start), min(range.end, part.end))
    clipped.offset = offset + (clipped.range.start - range.start)
    clipped.snapshot = snapshot?.advanced(by: clipped.range.start - range.start)
    return clipped
  }

  /// Whether `next`, which starts where this one ends, continues it.
  func continues(in next: VMA) -> Bool { looksContinued(in: next) && isShownAlike(next) }

  private func isShownAlike(_ next: VMA) -> Bool {
    guard let snapshot else { return next.snapshot == nil }
    return next.snapshot.map { snapshot.continues(in: $0, after: range.length) } ?? false
  }

  /// The same, as far as the guest can tell.
  func looksContinued(in next: VMA) -> Bool {
    range.end == next.range.start && protection == next.protection && isShared == next.isShared
      && backing === next.backing && memory == next.memory && purpose == next.purpose && forkRule == next.forkRule
      && (backing == nil && memory == nil || offset + range.length == next.offset)
  }
}

extension PageRange {
  func overlaps(_ other: PageRange) -> Bool { start < other.end && other.start < end }
  func contains(_ other: PageRange) -> Bool { start <= other.start && other.end <= end }
}

/// The VMAs of an address space, ascending and disjoint.
struct VMAList {
  private(set) var areas: [VMA] = []

  /// Index of the first area that ends after `address`.
  func firstIndex(after address: UInt64) -> Int {
    var low = 0
    var high = areas.count
    while low < high {
      let middle = (low + high) / 2
      if areas[middle].range.end <= address { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func area(at address: UInt64) -> VMA? {
    let index = firstIndex(after: address)
    return index < areas.count && areas[index].range.start <= address ? areas[index] : nil
  }

  /// The areas' parts within `range`, ascending.
  func overlapping(_ range: PageRange) -> [VMA] {
    var found: [VMA] = []
    var index = firstIndex(after: range.start)
    while index < areas.count, areas[index].range.start < range.end {
      found.append(areas[index].clipped(to: range))
      index += 1
    }
    return found
  }

  /// The areas' parts that make up `range` where the guest sees one area there; else none.
  func parts(of range: PageRange) -> [VMA] {
    let parts = overlapping(range)
    guard let first = parts.first, let last = parts.last, first.range.start == range.start, last.range.end == range.end,
      zip(parts, parts.dropFirst()).allSatisfy({ $0.looksContinued(in: $1) })
    else { return [] }
    return parts
  }

  func isFree(_ range: PageRange) -> Bool {
    let index = firstIndex(after: range.start)
    return index == areas.count || areas[index].range.start >= range.end
  }

  /// Whether every page of `range` is mapped.
  func covers(_ range: PageRange) -> Bool {
    var next = range.start
    for area in overlapping(range) {
      if area.range.start != next { return false }
      next = area.range.end
    }
    return next >= range.end
  }

  mutating func remove(_ range: PageRange) {
    let first = firstIndex(after: range.start)
    var last = first
    var kept: [VMA] = []
    while last < areas.count, areas[last].range.start < range.end {
      let area = areas[last]
      if area.range.start < range.start { kept.append(area.clipped(to: PageRange(area.range.start, range.start))) }
      if area.range.end > range.end { kept.append(area.clipped(to: PageRange(range.end, area.range.end))) }
      last += 1
    }
    areas.replaceSubrange(first..<last, with: kept)
  }

  /// Adds an area that stands behind all others.
  mutating func append(_ area: VMA) { areas.append(area) }

  /// Puts `area` in place of whatever is there, joined with its neighbours where it continues them.
  mutating func insert(_ area: VMA) {
    remove(area.range)
    var index = firstIndex(after: area.range.start)
    var joined = area
    if index > 0, areas[index - 1].continues(in: joined) {
      joined.offset = areas[index - 1].offset
      joined.snapshot = areas[index - 1].snapshot
      joined.range = PageRange(areas[index - 1].range.start, joined.range.end)
      index -= 1
      areas.remove(at: index)
    }
    if index < areas.count, joined.continues(in: areas[index]) {
      joined.range = PageRange(joined.range.start, areas[index].range.end)
      areas.remove(at: index)
    }
    areas.insert(joined, at: index)
  }

  /// The origin, or what is shown instead of it, of an area has changed.
  mutating func show(_ snapshot: SnapshotPiece?, at index: Int) { areas[index].snapshot = snapshot }

  /// The highest free range of `length` bytes that ends at or below `ceiling`.
  func freeRange(length: UInt64, below ceiling: UInt64, floor: UInt64) -> PageRange? {
    var end = ceiling
    for area in areas.reversed() where area.range.start < ceiling {
      let start = max(area.range.end, floor)
      if end > start, end - start >= length { return PageRange(end - length, end) }
      end = min(end, area.range.start)
    }
    return end >= floor + length ? PageRange(end - length, end) : nil
  }
}
