internal import CMachine
public import HeirloomABI
internal import Synchronization

/// The bytes of some pages as a fork has found them: a range of one file in the host's memory, which windows map privately
/// from then on. So the host's own copy-on-write serves them: what nobody writes is there once, a page that is written is
/// copied by the host's kernel, whoever writes it, and nobody has to fault in user space.
///
/// Each address space that shows it has a `Share`. A range's memory is given back with its last share.
final class Snapshot: @unchecked Sendable {
  /// In bytes, in the store's file.
  let offset: UInt64
  let length: UInt64
  private let shares = Atomic<Int>(0)

  init(length: UInt64) {
    self.length = length
    offset = SnapshotStore.allocate(length)
  }

  deinit { SnapshotStore.release(offset, length) }

  /// One address space's use of a snapshot.
  final class Share: Sendable {
    let snapshot: Snapshot
    init(_ snapshot: Snapshot) {
      self.snapshot = snapshot
      snapshot.shares.add(1, ordering: .acquiringAndReleasing)
    }
    deinit { snapshot.shares.subtract(1, ordering: .acquiringAndReleasing) }

    /// Nobody else shows the snapshot, or can come to.
    var isOnly: Bool { snapshot.shares.load(ordering: .acquiring) == 1 }
  }
}

/// The file that snapshots are ranges of. Its offsets are used once: it is as sparse as it is long.
public enum SnapshotStore {
  nonisolated(unsafe) static private(set) var descriptor: Int32 = -1
  private static let next = Atomic<UInt64>(0)
  private static let limit: UInt64 = 1 << 62

  /// Makes the file, before the first window; `hold` moves its descriptor to where every thread's table has it.
  public static func open(hold: (Int32) throws(Errno) -> Int32) throws(Errno) {
    guard let made = HostMemory.memoryFile(named: "heirloom-memory", size: Int(limit)) else { throw .ENOMEM }
    descriptor = try hold(made)
  }

  fileprivate static func allocate(_ length: UInt64) -> UInt64 {
    next.add(length, ordering: .relaxed).oldValue
  }

  fileprivate static func release(_ offset: UInt64, _ length: UInt64) { discard(offset, length) }

  /// The range reads as zeroes again, and takes no memory.
  static func discard(_ offset: UInt64, _ length: UInt64) {
    let keepSizeAndPunchHole = 3
    _ = heirloom_host_call(285, Int(descriptor), keepSizeAndPunchHole, Int(offset), Int(length), 0, 0)
  }

  /// Copies from memory into the file. - Returns: false where not all of it could be read or stored.
  static func write(_ source: UnsafeRawPointer, _ count: Int, at offset: UInt64) -> Bool {
    var done = 0
    while done < count {
      let wrote = heirloom_host_call(
        18, Int(descriptor), Int(bitPattern: source + done), count - done, Int(offset) + done, 0, 0)
      if wrote <= 0 { return false }
      done += wrote
    }
    return true
  }
}
