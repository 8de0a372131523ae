public import HeirloomABI

/// What a private mapping shows, and where.
public struct Shown: Equatable, Sendable {
  public enum Source: Equatable, Sendable {
    case zeroes
    /// A snapshot, from this byte of the store's file on.
    case snapshot(UInt64)
    case file(device: UInt64, inode: UInt64, offset: UInt64)
  }

  public let range: PageRange
  public let protection: Protection
  public let source: Source

  public init(range: PageRange, protection: Protection, source: Source) {
    self.range = range
    self.protection = protection
    self.source = source
  }
}

/// The mappings of a forked window as the fork has made them, all of them private: what can be left for the next child.
public struct ForkedMappings: Sendable {
  /// Ascending.
  public private(set) var all: [Shown] = []
  /// From the first to the last mapping where the child may have pages of its own.
  private(set) var own: PageRange?
  private var length: UInt64 = 0

  public init() {}

  /// - Parameter hasCopies: pages of the child's own stand there from the beginning.
  public mutating func append(_ mapping: Shown, hasCopies: Bool) {
    all.append(mapping)
    length += mapping.range.length
    if hasCopies || mapping.protection.contains(.write) {
      own = PageRange(own?.start ?? mapping.range.start, mapping.range.end)
    }
  }

  /// Few enough for the host's limit on mappings, and too little for large page tables.
  fileprivate var mayBeKept: Bool { all.count <= 64 && length <= 64 << 20 }
}

/// Addresses that children of one window have left with their mappings. The window's next child mostly needs the same ones, and
/// finds them there with their page tables. What the children had of their own is gone.
///
/// They go with the window, so that they hold no file longer than a process does that has mapped it.
final class SpareAddresses: @unchecked Sendable {
  struct Spare {
    let addresses: WindowAddresses
    let mappings: ForkedMappings
  }

  private static let limit = 2
  /// Of all windows' together: addresses and mappings of the host process are limited.
  private static let totalLimit = 64
  private static let totalLock = MachineLock()
  nonisolated(unsafe) private static var total = 0

  private let lock = MachineLock()
  private var spares: [Spare] = []
  private var isClosed = false

  func take() -> Spare? {
    let spare = lock.withLock { spares.popLast() }
    if spare != nil { Self.count(-1) }
    return spare
  }

  /// A child has gone. - Returns: false where the addresses are still the caller's to give back.
  func keep(_ addresses: WindowAddresses, _ mappings: ForkedMappings) -> Bool {
    guard mappings.mayBeKept, Self.count(1) else { return false }
    let isKept = addresses.discardPages(mappings.own) && lock.withLock {
      guard !isClosed, spares.count < Self.limit else { return false }
      spares.append(Spare(addresses: addresses, mappings: mappings))
      return true
    }
    if !isKept { Self.count(-1) }
    return isKept
  }

  /// The window has gone.
  func close() {
    let left = lock.withLock {
      isClosed = true
      defer { spares = [] }
      return spares
    }
    for spare in left {
      Self.count(-1)
      spare.addresses.giveBack()
    }
  }

  /// - Returns: false where there would be too many.
  @discardableResult
  private static func count(_ change: Int) -> Bool {
    totalLock.withLock {
      guard total + change <= totalLimit else { return false }
      total += change
      return true
    }
  }
}

// A forked window that begins with what an earlier child of the same parent has left.
extension Window {
  /// For a child of `parent`. The kernel maps all of it anew, in ascending order: what `reuse` finds need not be.
  public convenience init(childOf parent: Window) throws(Errno) {
    let spares = parent.sparesOfChildren()
    if let spare = spares?.take() {
      self.init(spare.addresses, left: spare.mappings.all, spares: spares)
    } else {
      self.init(try WindowAddresses.take(), left: [], spares: spares)
    }
  }

  /// nil for the first child: most processes have no other.
  private func sparesOfChildren() -> SpareAddresses? {
    lock.withLock {
      if !hasForked {
        hasForked = true
        return nil
      }
      if spares == nil { spares = SpareAddresses() }
      return spares
    }
  }

  /// Whether `mapping` is there already. What is there in its place goes.
  public func reuse(_ mapping: Shown) -> Bool {
    unmapLeft(below: mapping.range.start)
    if left.first == mapping {
      left.removeFirst()
      return true
    }
    unmapLeft(below: mapping.range.end)
    return false
  }

  /// What an earlier child has left goes, as far as it begins below `end`.
  public func unmapLeft(below end: UInt64) {
    while let next = left.first, next.range.start < end {
      left.removeFirst()
      unmap(next.range)
    }
  }

  /// All is mapped, as `mappings` says: a later child may find it there. nil: no later child can.
  public func finishFork(_ mappings: ForkedMappings?) {
    unmapLeft(below: UInt64(Self.size))
    left = []
    if parentsSpares != nil { forked = mappings }
  }
}
