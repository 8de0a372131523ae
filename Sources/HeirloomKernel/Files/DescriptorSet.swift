internal import CMachine
internal import Synchronization

/// Which descriptors a process may have open: execve, which has to look at each, then need not ask the host for a list.
///
/// Every descriptor that a guest gets is noted, none is taken out before the next execve. What a module opens in a guest's
/// table is not noted: where modules have been, nobody knows.
struct DescriptorSet: ~Copyable {
  private let words = UnsafeMutablePointer<UInt32>.allocate(capacity: count)
  /// Else nobody knows.
  private var isKnown = false
  /// They are as the host's execve has left them: none carries FD_CLOEXEC.
  var areAsExecLeftThem = false
  /// Another process has the same table, or has had it, and notes for itself.
  var isShared = false
  private static let count = Int(DescriptorLimits.base) / 32 + 1

  init() { words.initialize(repeating: 0, count: Self.count) }
  deinit { words.deallocate() }

  /// `descriptor`, one of the guest's, is open, or about to be.
  @inline(__always)
  func note(_ descriptor: Int) {
    let (word, bit) = (words + descriptor / 32, UInt32(1) << UInt32(descriptor % 32))
    if heirloom_atomic_load(word) & bit == 0 { _ = heirloom_atomic_or(word, bit) }
  }

  /// Nobody knows, and a look would tell.
  var mayBeSettled: Bool { !isKnown && !isShared }

  /// Those that may be open, ascending; nil: nobody knows.
  var noted: [Int32]? {
    guard isKnown, !isShared else { return nil }
    var noted: [Int32] = []
    for index in 0..<Self.count {
      var word = heirloom_atomic_load(words + index)
      while word != 0 {
        noted.append(Int32(index * 32 + word.trailingZeroBitCount))
        word &= word - 1
      }
    }
    return noted
  }

  /// After a look at all of them. Nobody else opens any meanwhile.
  mutating func settle(_ open: [Int32]) {
    words.update(repeating: 0, count: Self.count)
    for descriptor in open { note(Int(descriptor)) }
    isKnown = true
  }

  /// For a process that starts with a copy of the table that `other` is about.
  mutating func inherit(_ other: borrowing DescriptorSet) {
    words.update(from: other.words, count: Self.count)
    isKnown = other.isKnown && !other.isShared
  }
}

extension Process {
  private var areAllNoted: Bool { !kernel.hasHadModules.load(ordering: .relaxed) }

  /// The descriptors that may be open in its table, ascending; nil: nobody knows.
  var notedDescriptors: [Int32]? { areAllNoted ? descriptors.noted : nil }

  /// Looks at all of them where nobody knows, before there are children, each of which would have to. By its only thread.
  func settleDescriptors() {
    if areAllNoted, descriptors.mayBeSettled { descriptors.settle(DescriptorLimits.openDescriptors()) }
  }

  /// At an execve: whether none can carry FD_CLOEXEC, as before the first one of the program that the host has started.
  func takeDescriptorsAsExecLeftThem() -> Bool {
    defer { descriptors.areAsExecLeftThem = false }
    return areAllNoted && descriptors.areAsExecLeftThem
  }
}
