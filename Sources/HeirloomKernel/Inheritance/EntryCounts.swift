internal import CMachine

/// How much is counted of an entry's calls.
public enum StatisticsLevel: UInt8, Sendable, Comparable {
  case off
  /// Calls, errors, and how many are inside.
  case counters
  /// The same, and how long they take: that asks for the time twice a call.
  case latency

  public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}

/// One entry's counts. Each running task has a cell of its own, so that counting is an addition in memory that nobody else
/// writes; a cell whose task has ended goes on with the next task of the same index, and no count is lost.
///
/// Only ends of calls are counted: who is inside is known from the tasks' marks (`Kernel.tasksInside`).
struct EntryCounts {
  var level: StatisticsLevel

  static let groupSize = 16
  /// Tasks of higher indices share cells, and may then lose a count.
  static let maximumTasks = 8192
  static let groupCount = maximumTasks / groupSize

  /// Whole numbers without a sign: a shift and a mask.
  @inline(__always)
  static func group(of index: Int) -> UInt {
    UInt(bitPattern: index) / UInt(groupSize) % UInt(groupCount)
  }

  /// A cache line.
  struct Cell {
    var calls: UInt64 = 0
    var errors: UInt64 = 0
    var longest: UInt64 = 0
    /// Calls by `LatencyBuckets`; nil where none has been timed.
    var latencies: UnsafeMutablePointer<UInt64>?
    var padding: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
  }

  /// Holds an entry's counts, and frees them with its layer.
  final class Owner {
    private var memory: UnsafeMutablePointer<EntryCounts>?

    func pointer(_ level: StatisticsLevel) -> UnsafeMutablePointer<EntryCounts> {
      if let memory {
        memory.pointee.level = level
        return memory
      }
      let size = MemoryLayout<EntryCounts>.stride + groupCount * MemoryLayout<UnsafeMutableRawPointer?>.stride
      let bytes = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: MemoryLayout<UnsafeMutableRawPointer>.alignment)
      let made = bytes.initializeMemory(as: EntryCounts.self, to: EntryCounts(level: level))
      made.groups.initialize(repeating: nil, count: groupCount)
      memory = made
      return made
    }

    var snapshot: EntryStatistics {
      guard let memory else { return EntryStatistics(level: .off) }
      var sum = EntryStatistics(level: memory.pointee.level)
      for cell in memory.cells {
        sum.calls &+= cell.pointee.calls
        sum.errors &+= cell.pointee.errors
        sum.latencies.add(cell.pointee.latencies, longest: cell.pointee.longest)
      }
      return sum
    }

    deinit {
      guard let memory else { return }
      for cell in memory.cells { cell.pointee.latencies?.deallocate() }
      for group in 0..<groupCount { memory.groups[group]?.deallocate() }
      UnsafeMutableRawPointer(memory).deallocate()
    }
  }
}

extension UnsafeMutablePointer<EntryCounts> {
  /// By `TaskBlock.index`, right behind the rest; a group is made by the first task that needs it.
  @inline(__always)
  var groups: UnsafeMutablePointer<UnsafeMutableRawPointer?> {
    UnsafeMutableRawPointer(self + 1).assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
  }

  @inline(__always)
  func cell(of index: Int) -> UnsafeMutablePointer<EntryCounts.Cell> {
    let place = groups + Int(EntryCounts.group(of: index))
    let cells = place.pointee ?? newGroup(place)
    return cells.assumingMemoryBound(to: EntryCounts.Cell.self) + index & (EntryCounts.groupSize - 1)
  }

  /// Two tasks of a group may come here at once: one of them uses what the other has made.
  @inline(never)
  private func newGroup(_ place: UnsafeMutablePointer<UnsafeMutableRawPointer?>) -> UnsafeMutableRawPointer {
    let cells = UnsafeMutablePointer<EntryCounts.Cell>.allocate(capacity: EntryCounts.groupSize)
    cells.initialize(repeating: EntryCounts.Cell(), count: EntryCounts.groupSize)
    guard let other = heirloom_atomic_set_once(place, UnsafeMutableRawPointer(cells)) else { return UnsafeMutableRawPointer(cells) }
    cells.deallocate()
    return other
  }

  fileprivate var cells: [UnsafeMutablePointer<EntryCounts.Cell>] {
    (0..<EntryCounts.groupCount).flatMap { group in
      heirloom_atomic_load_pointer(groups + group).map { cells in
        (0..<EntryCounts.groupSize).map { cells.assumingMemoryBound(to: EntryCounts.Cell.self) + $0 }
      } ?? []
    }
  }
}

extension UnsafeMutablePointer<EntryCounts.Cell> {
  /// A call has taken `nanoseconds`.
  @inline(never)
  func add(_ nanoseconds: UInt64) {
    if pointee.latencies == nil {
      let buckets = UnsafeMutablePointer<UInt64>.allocate(capacity: LatencyBuckets.count)
      buckets.initialize(repeating: 0, count: LatencyBuckets.count)
      pointee.latencies = buckets
    }
    pointee.latencies.unsafelyUnwrapped[LatencyBuckets.index(nanoseconds)] &+= 1
    if nanoseconds > pointee.longest { pointee.longest = nanoseconds }
  }
}

/// A histogram's buckets: eight to each power of two, so that a quantile is right to 12 %.
enum LatencyBuckets {
  private static let bits = 3
  static let count = (64 - bits + 1) << bits

  static func index(_ value: UInt64) -> Int {
    if value < 1 << bits { return Int(value) }
    let exponent = 63 - value.leadingZeroBitCount
    return (exponent - bits + 1) << bits | Int(value >> UInt64(exponent - bits)) & (1 << bits - 1)
  }

  /// The largest value of a bucket.
  static func upperBound(_ index: Int) -> UInt64 {
    if index < 1 << bits { return UInt64(index) }
    let exponent = index >> bits + bits - 1
    let start = UInt64(1 << bits | index & (1 << bits - 1)) << UInt64(exponent - bits)
    return start + (1 << UInt64(exponent - bits) - 1)
  }
}

/// Small numbers for running tasks, no two of which have the same: where each counts.
final class TaskIndices: @unchecked Sendable {
  private let lock = Lock()
  private var free: [Int] = []
  private var used = 0

  func take() -> Int {
    lock.withLock {
      if let index = free.popLast() { return index }
      defer { used += 1 }
      return used
    }
  }

  func giveBack(_ index: Int) { lock.withLock { free.append(index) } }
}

/// What has been counted of an entry's calls.
public struct EntryStatistics: Sendable, Equatable {
  public internal(set) var level: StatisticsLevel
  /// Calls that have ended.
  public internal(set) var calls: UInt64 = 0
  /// Of these, those that answered -errno.
  public internal(set) var errors: UInt64 = 0
  /// Calls that have not ended.
  public internal(set) var inFlight: UInt64 = 0
  /// How long calls took, as far as that was measured.
  public internal(set) var latencies = Latencies()

  public init(level: StatisticsLevel) { self.level = level }

  /// Adds another entry's counts, or the same one's of another time.
  public mutating func add(_ other: EntryStatistics) {
    level = max(level, other.level)
    calls &+= other.calls
    errors &+= other.errors
    inFlight &+= other.inFlight
    latencies.add(other.latencies)
  }

  /// What has been counted since `earlier`, the same entry's: with the calls that are inside now.
  public func since(_ earlier: EntryStatistics) -> EntryStatistics {
    var new = self
    new.calls = calls > earlier.calls ? calls - earlier.calls : 0
    new.errors = errors > earlier.errors ? errors - earlier.errors : 0
    new.latencies = latencies.since(earlier.latencies)
    return new
  }

  public struct Latencies: Sendable, Equatable {
    private var buckets: [UInt64] = []
    /// Calls that were timed.
    public private(set) var count: UInt64 = 0
    /// In nanoseconds.
    public private(set) var longest: UInt64 = 0

    mutating func add(_ more: UnsafeMutablePointer<UInt64>?, longest: UInt64) {
      guard let more else { return }
      if buckets.isEmpty { buckets = Array(repeating: 0, count: LatencyBuckets.count) }
      for index in buckets.indices {
        buckets[index] &+= more[index]
        count &+= more[index]
      }
      self.longest = max(self.longest, longest)
    }

    mutating func add(_ more: Latencies) {
      if buckets.isEmpty { buckets = more.buckets }
      else { for index in more.buckets.indices { buckets[index] &+= more.buckets[index] } }
      count &+= more.count
      longest = max(longest, more.longest)
    }

    /// Those that have come since `earlier` was read. The longest of them is right to 12 %.
    func since(_ earlier: Latencies) -> Latencies {
      var new = self
      for (index, old) in earlier.buckets.enumerated() where index < buckets.count {
        // Each is read while tasks add to it.
        new.buckets[index] = buckets[index] > old ? buckets[index] - old : 0
      }
      new.count = new.buckets.reduce(0, &+)
      new.longest = min(longest, new.buckets.lastIndex { $0 > 0 }.map(LatencyBuckets.upperBound) ?? 0)
      return new
    }

    /// Nanoseconds that the given part of the calls did not exceed; nil where none was timed. Right to 12 %.
    public func quantile(_ part: Double) -> UInt64? {
      guard count > 0 else { return nil }
      var left = UInt64((Double(count) * part).rounded(.up))
      for (index, calls) in buckets.enumerated() {
        if calls >= left { return min(LatencyBuckets.upperBound(index), longest) }
        left -= calls
      }
      return longest
    }
  }
}
