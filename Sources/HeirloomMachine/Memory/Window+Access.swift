internal import CMachine
public import HeirloomABI

// Access with faults answered as EFAULT, whatever another thread unmaps meanwhile.
extension Window {
  @inline(__always)
  public func load<T: BitwiseCopyable>(_ address: UInt32, as type: T.Type = T.self) throws(Errno) -> T {
    let size = MemoryLayout<T>.size
    return try withUnsafeTemporaryAllocation(of: T.self) { (value) throws(Errno) in
      try copyIn(address, into: UnsafeMutableRawBufferPointer(start: value, count: size))
      return value.pointee
    }
  }

  @inline(__always)
  public func store<T: BitwiseCopyable>(_ value: T, at address: UInt32) throws(Errno) {
    let failure: Errno? = withUnsafeBytes(of: value) { bytes in
      do throws(Errno) {
        try copyOut(bytes, to: address)
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
  }

  /// Room for one value on the stack.
  @inline(__always)
  private func withUnsafeTemporaryAllocation<T: BitwiseCopyable>(
    of type: T.Type, _ body: (UnsafeMutablePointer<T>) throws(Errno) -> T
  ) throws(Errno) -> T {
    let result: Result<T, Errno> = Swift.withUnsafeTemporaryAllocation(of: T.self, capacity: 1) { buffer in
      do throws(Errno) { return .success(try body(buffer.baseAddress.unsafelyUnwrapped)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  public func copyIn(_ address: UInt32, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) {
    guard let target = buffer.baseAddress, buffer.count > 0 else { return }
    guard heirloom_copy(target, base + Int(address), buffer.count) == 0 else { throw .EFAULT }
  }

  public func copyOut(_ buffer: UnsafeRawBufferPointer, to address: UInt32) throws(Errno) {
    guard let source = buffer.baseAddress, buffer.count > 0 else { return }
    try write(address, buffer.count) { heirloom_copy(base + Int(address), source, buffer.count) == 0 }
  }

  /// Sets `count` bytes to zero.
  public func clear(_ address: UInt32, count: UInt32) throws(Errno) {
    try write(address, Int(count)) { heirloom_clear(base + Int(address), Int(count)) == 0 }
  }

  /// The bytes before the NUL, as UTF-8; what is not is replaced.
  /// - Throws: EFAULT; ENAMETOOLONG where there is no NUL within `limit` bytes.
  public func string(at address: UInt32, limit: Int) throws(Errno) -> String {
    let length = heirloom_string_length(base + Int(address), limit)
    guard length >= 0 else { throw .EFAULT }
    guard length < limit else { throw .ENAMETOOLONG }
    var bytes = [UInt8](repeating: 0, count: length)
    let failed = bytes.withUnsafeMutableBytes { buffer in
      guard let target = buffer.baseAddress else { return false }
      return heirloom_copy(target, base + Int(address), length) != 0
    }
    if failed { throw .EFAULT }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// One aligned word, compared and exchanged atomically; the word that was there.
  public func compareExchange(_ address: UInt32, expected: UInt32, desired: UInt32) throws(Errno) -> UInt32 {
    var seen: UInt32 = 0
    try write(address, 4) { heirloom_compare_exchange(base + Int(address), expected, desired, &seen) == 0 }
    return seen
  }

  /// Carries `store` out, which writes `count` bytes of guest memory and answers whether it could.
  @inline(__always)
  public func write(_ address: UInt32, _ count: Int, _ store: () -> Bool) throws(Errno) {
    willWrite(address, UInt64(count))
    if !store() { try writeAgain(address, count, store) }
  }

  /// For a store that could not: because another thread has translated code from the same pages since, or for good.
  @inline(never)
  public func writeAgain(_ address: UInt32, _ count: Int, _ store: () -> Bool) throws(Errno) {
    while true {
      // Nobody guards a page in between.
      let isDone = lock.withLock { isGuarded(address, UInt64(count)) ? nil : store() }
      if let isDone {
        if isDone { return }
        throw .EFAULT
      }
      unguard(address, UInt64(count))
    }
  }
}
