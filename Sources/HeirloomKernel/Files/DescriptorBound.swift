internal import Synchronization

/// Up to where a process may have descriptors open: execve, which has to look at each, then need not ask the host for a list.
///
/// Every descriptor that a guest gets is noted. What a module opens in a guest's table is not: where modules have been, nobody
/// knows.
struct DescriptorBound: ~Copyable {
  /// A multiple of `step`; above all numbers where nobody knows.
  private let end: Atomic<Int>
  private static let step = 16

  /// Nobody knows.
  init() { end = Atomic(Int.max) }

  /// None is open from here on; nil: nobody knows.
  var known: Int32? { Int32(exactly: end.load(ordering: .relaxed)) }

  /// `descriptor` is open, or about to be.
  @inline(__always)
  func note(_ descriptor: Int) {
    if descriptor >= end.load(ordering: .relaxed) { end.max(Self.end(above: descriptor), ordering: .relaxed) }
  }

  /// After a look at all of them: `highest` is the last one. Nobody else opens any meanwhile.
  func settle(highest: Int32?) { end.store(Self.end(above: Int(highest ?? 0)), ordering: .relaxed) }

  /// For a process that starts with a copy of the table that `other` is about.
  func inherit(_ other: borrowing DescriptorBound) { end.store(other.end.load(ordering: .relaxed), ordering: .relaxed) }

  private static func end(above descriptor: Int) -> Int { (descriptor / step + 1) * step }
}
