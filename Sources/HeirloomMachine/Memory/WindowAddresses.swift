internal import HeirloomABI

/// The host's addresses for a window, and the states of its pages. They are kept for the next window when one has gone.
///
/// Nothing is mapped there but what guests map: a mapping is then one step for the host's kernel, which would have to split a
/// reservation for it. The host gives the addresses to nobody else, for it goes downwards from the top (or, under the legacy
/// layout, upwards from a third) of its address space, and these lie below both.
final class WindowAddresses: @unchecked Sendable {
  private static let first = 64 << 30
  /// A third of an address space of 47 bits.
  private static let end = (1 << 47) / 3
  /// From one window to the next: the last one's upper guard and the next one's lower one are between them.
  private static let distance = Window.size * 2
  private static let guardSize = Window.size / 2

  let base: UnsafeMutableRawPointer
  let pages: UnsafeMutablePointer<UInt8>
  /// A bit for each 4096 pages, of which some have been other than 0.
  private var used: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  private init(base: UnsafeMutableRawPointer) throws(Errno) {
    guard let states = HostMemory.reserve(Window.pageCount) else { throw .ENOMEM }
    self.base = base
    pages = states.bindMemory(to: UInt8.self, capacity: Window.pageCount)
  }

  // MARK: The states

  private static let statesPerBit = 4096

  /// Before states from page `first` up to `end` are set.
  func willUse(_ first: Int, _ end: Int) {
    if first == end { return }
    withUnsafeMutableBytes(of: &used) { bytes in
      let words = bytes.bindMemory(to: UInt64.self)
      for bit in first / Self.statesPerBit...(end - 1) / Self.statesPerBit { words[bit / 64] |= 1 << (bit % 64) }
    }
  }

  /// Private pages in `range` go, and what is mapped there shows its origin again. - Returns: false where the host refuses.
  func discardPages(_ range: PageRange?) -> Bool {
    guard let range else { return true }
    return HostMemory.discardAcross(base + Int(range.start), Int(range.length))
  }

  /// Nothing is mapped any more.
  private func clear() {
    HostMemory.release(base, Window.size)
    withUnsafeMutableBytes(of: &used) { bytes in
      let words = bytes.bindMemory(to: UInt64.self)
      for bit in 0..<Window.pageCount / Self.statesPerBit where words[bit / 64] >> (bit % 64) & 1 != 0 {
        (pages + bit * Self.statesPerBit).update(repeating: 0, count: Self.statesPerBit)
      }
    }
    used = (0, 0, 0, 0)
  }

  // MARK: Those that are kept

  private static let kept = 8
  private static let lock = MachineLock()
  nonisolated(unsafe) private static var free: [WindowAddresses] = []
  /// Addresses of windows that have been before, without states.
  nonisolated(unsafe) private static var freeBases: [UnsafeMutableRawPointer] = []
  nonisolated(unsafe) private static var next = first

  /// - Throws: ENOMEM where all addresses are taken.
  static func take() throws(Errno) -> WindowAddresses {
    if let used = lock.withLock({ free.popLast() }) { return used }
    let base = try lock.withLock { () throws(Errno) -> UnsafeMutableRawPointer in
      if let base = freeBases.popLast() { return base }
      return try nextBase()
    }
    do throws(Errno) { return try WindowAddresses(base: base) } catch {
      lock.withLock { freeBases.append(base) }
      throw error
    }
  }

  /// The lock is held.
  private static func nextBase() throws(Errno) -> UnsafeMutableRawPointer {
    while next + distance <= end {
      let lowest = UnsafeMutableRawPointer(bitPattern: next - guardSize).unsafelyUnwrapped
      next += distance
      if HostMemory.isFree(lowest, distance) { return lowest + guardSize }
    }
    throw .ENOMEM
  }

  /// The window has gone, with all that ran in it.
  func giveBack() {
    clear()
    let isKept = Self.lock.withLock { () -> Bool in
      if Self.free.count < Self.kept {
        Self.free.append(self)
        return true
      }
      Self.freeBases.append(base)
      return false
    }
    if !isKept { HostMemory.release(pages, Window.pageCount) }
  }
}
