internal import HeirloomABI

/// The host's addresses for a window, and the states of its pages. They are kept for the next window when one has gone.
final class WindowAddresses: @unchecked Sendable {
  private static let guardSize = 2 << 30
  private static let reserved = Window.size * 2 + guardSize * 2

  private let reservation: UnsafeMutableRawPointer
  let base: UnsafeMutableRawPointer
  let pages: UnsafeMutablePointer<UInt8>
  /// A bit for each 4096 pages, of which some have been other than 0.
  private var used: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  private init() throws(Errno) {
    guard let reservation = HostMemory.reserveNothing(Self.reserved) else { throw .ENOMEM }
    guard let states = HostMemory.reserve(Window.pageCount) else {
      HostMemory.release(reservation, Self.reserved)
      throw .ENOMEM
    }
    self.reservation = reservation
    let lowest = UInt(bitPattern: reservation) + UInt(Self.guardSize)
    base = UnsafeMutableRawPointer(bitPattern: (lowest + UInt(Window.size) - 1) & ~UInt(Window.size - 1)).unsafelyUnwrapped
    pages = states.bindMemory(to: UInt8.self, capacity: Window.pageCount)
  }

  private func release() {
    HostMemory.release(reservation, Self.reserved)
    HostMemory.release(pages, Window.pageCount)
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

  /// Nothing is mapped any more.
  private func clear() -> Bool {
    guard HostMemory.mapFixed(base, Window.size, 0, HostMemory.Flag.nothing, -1, 0) == 0 else { return false }
    withUnsafeMutableBytes(of: &used) { bytes in
      let words = bytes.bindMemory(to: UInt64.self)
      for bit in 0..<Window.pageCount / Self.statesPerBit where words[bit / 64] >> (bit % 64) & 1 != 0 {
        (pages + bit * Self.statesPerBit).update(repeating: 0, count: Self.statesPerBit)
      }
    }
    used = (0, 0, 0, 0)
    return true
  }

  // MARK: Those that are kept

  private static let kept = 8
  private static let lock = MachineLock()
  nonisolated(unsafe) private static var free: [WindowAddresses] = []

  static func take() throws(Errno) -> WindowAddresses {
    if let used = lock.withLock({ free.popLast() }) { return used }
    return try WindowAddresses()
  }

  /// The window has gone, with all that ran in it.
  func giveBack() {
    guard clear() else { return release() }
    let isKept = Self.lock.withLock { () -> Bool in
      if Self.free.count >= Self.kept { return false }
      Self.free.append(self)
      return true
    }
    if !isKept { release() }
  }
}
