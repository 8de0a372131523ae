internal import Synchronization

/// The images of files that windows have executed, kept for the next that map the same bytes at the same place.
///
/// Lock order: `flushing`, then the stop of a window, then a space, then a window, then the library, then the arena. `FileCode`'s comes last.
public final class CodeLibrary: @unchecked Sendable {
  static let shared = CodeLibrary()

  private let lock = MachineLock()
  private struct Kept {
    let key: CodeImage.Key
    let space: CodeSpace
    var lastUse: UInt64
  }
  /// Each use of them maps a file, which takes longer than to look at all.
  private var images: [Kept] = []
  private var uses: UInt64 = 0
  private struct Weak { weak var window: Window? }
  /// By the number that each has been given.
  private var windows: [Weak] = []
  private var freeNumbers: [Int] = []
  private let flushing = MachineLock()
  private let lastEpoch = Atomic<UInt64>(0)
  private let instructions = Atomic<Int>(0)
  private let flushes = Atomic<Int>(0)

  func newEpoch() -> UInt64 { lastEpoch.add(1, ordering: .relaxed).newValue }

  /// The image of that key, for one window more.
  func take(_ key: CodeImage.Key) -> CodeImage {
    lock.withLock {
      uses += 1
      let index = images.firstIndex { $0.key == key } ?? images.count
      if index == images.count { images.append(Kept(key: key, space: CodeSpace(image: key.range), lastUse: uses)) }
      images[index].lastUse = uses
      images[index].space.addUser()
      return CodeImage(key: key, space: images[index].space)
    }
  }

  /// The same image for a forked window.
  func share(_ image: CodeImage) { image.space.addUser() }
  func giveBack(_ images: [CodeImage]) { for image in images { image.space.removeUser() } }

  /// Forgets the image that no window has used for the longest time. - Returns: false where all are in use.
  func evictOne() -> Bool {
    // Freed without the lock.
    let evicted = lock.withLock { () -> CodeSpace? in
      let unused = images.indices.filter { !images[$0].space.hasUsers }
      return unused.min { images[$0].lastUse < images[$1].lastUse }.map { images.remove(at: $0).space }
    }
    return evicted != nil
  }

  // MARK: When nothing is left

  /// - Returns: the window's number here.
  func add(_ window: Window) -> Int {
    lock.withLock {
      if let number = freeNumbers.popLast() {
        windows[number].window = window
        return number
      }
      windows.append(Weak(window: window))
      return windows.count - 1
    }
  }

  func remove(number: Int) { lock.withLock { freeNumbers.append(number) } }

  /// Forgets every translation of every window. Called without any lock by a thread that is not in guest code.
  ///
  /// - Parameter full: the map whose space had no room; nothing is done where its window has another meanwhile.
  func flush(_ window: Window, full: CodeMap) {
    flushing.withLock {
      guard window.lock.withLock({ window.code === full }) else { return }
      flushes.add(1, ordering: .relaxed)
      let old = lock.withLock { () -> [CodeSpace] in
        defer { images.removeAll() }
        return images.map(\.space)
      }
      for window in allWindows() { window.startAfresh() }
      // No thread can be in their code any more: all have left it and found another map.
      for space in old { space.retire() }
    }
  }

  func allWindows() -> [Window] { lock.withLock { windows.compactMap(\.window) } }

  // MARK: What has been done

  func count(instructions: Int) { self.instructions.add(instructions, ordering: .relaxed) }

  /// Instructions that have been translated since the start, and how often all was forgotten for want of room.
  public static var statistics: (translatedInstructions: Int, flushes: Int) {
    (shared.instructions.load(ordering: .relaxed), shared.flushes.load(ordering: .relaxed))
  }

  /// Limits the memory of translations, in bytes; before the first guest runs.
  public static func limit(to bytes: Int) { CodeArena.shared.limit(to: bytes) }
}
