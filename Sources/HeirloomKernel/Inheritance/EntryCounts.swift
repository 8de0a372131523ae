internal import CMachine

/// How much is counted of an entry's calls.
public enum StatisticsLevel: UInt8, Sendable {
  case off
  /// Calls, errors, and how many are inside.
  case counters
  /// The same, and how long they take: that asks for the time twice a call.
  case latency
}

/// One entry's counts. Each running task has a cell of its own, so that counting is an addition in memory that nobody else
/// writes; a cell whose task has ended goes on with the next task of the same index, and no count is lost.
struct EntryCounts {
  var level: StatisticsLevel
  /// By `TaskBlock.index`, in groups; a group is made by the first task that needs it.
  let groups: UnsafeMutablePointer<UnsafeMutableRawPointer?>

  static let groupSize = 16
  /// Tasks of higher indices share cells, and may then lose a count.
  static let maximumTasks = 8192

  /// Whole numbers without a sign: a shift and a mask.
  @inline(__always)
  static func group(of index: Int) -> UInt {
    UInt(bitPattern: index) / UInt(groupSize) % UInt(maximumTasks / groupSize)
  }

  /// A cache line.
  struct Cell {
    var entered: UInt64 = 0
    var left: UInt64 = 0
    var errors: UInt64 = 0
    var longest: UInt64 = 0
    /// Calls by `LatencyBuckets`; nil where none has been timed.
    var latencies: UnsafeMutablePointer<UInt64>?
    var padding: (UInt64, UInt64, UInt64) = (0, 0, 0)
  }

  /// Holds an entry's counts, and frees them with its layer.
  final class Owner {
    private var memory: UnsafeMutablePointer<EntryCounts>?

    func pointer(_ level: StatisticsLevel) -> UnsafeMutablePointer<EntryCounts> {
      if let memory {
        memory.pointee.level = level
        return memory
      }
      let groups = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: maximumTasks / groupSize)
      groups.initialize(repeating: nil, count: maximumTasks / groupSize)
      let made = UnsafeMutablePointer<EntryCounts>.allocate(capacity: 1)
      made.initialize(to: EntryCounts(level: level, groups: groups))
      memory = made
      return made
    }

    var snapshot: EntryStatistics {
      guard let memory else { return EntryStatistics(level: .off) }
      var sum = EntryStatistics(level: memory.pointee.level)
      var entered: UInt64 = 0
      for cell in memory.cells {
        // Left first: a call that comes and goes meanwhile is not counted as inside.
        sum.calls &+= cell.pointee.left
        entered &+= cell.pointee.entered
        sum.errors &+= cell.pointee.errors
        sum.latencies.add(cell.pointee.latencies, longest: cell.pointee.longest)
      }
      sum.inFlight = entered > sum.calls ? entered - sum.calls : 0
      return sum
    }

    deinit {
      guard let memory else { return }
      for cell in memory.cells { cell.pointee.latencies?.deallocate() }
      for group in 0..<(maximumTasks / groupSize) { memory.pointee.groups[group]?.deallocate() }
      memory.pointee.groups.deallocate()
      memory.deallocate()
    }
  }
}

extension UnsafeMutablePointer<EntryCounts> {
  @inline(__always)
  func cell(of index: Int) -> UnsafeMutablePointer<EntryCounts.Cell> {
    let place = pointee.groups + Int(EntryCounts.group(of: index))
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
    (0..<(EntryCounts.maximumTasks / EntryCounts.groupSize)).flatMap { group in
      heirloom_atomic_load_pointer(pointee.groups + group).map { cells in
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

  init(level: StatisticsLevel) { self.level = level }

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
