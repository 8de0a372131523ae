internal import CMachine
internal import HeirloomABI

/// What a processor needs beside its state. It is kept for the next processor when one has gone.
final class ProcessorMemory: @unchecked Sendable {
  let cache = LookupCache()
  let buffers = TranslationBuffers()
  /// For the host's signal handlers.
  let alternateStack: UnsafeMutableRawPointer
  static let alternateStackSize = 32 << 10
  let fpu: UnsafeMutableRawPointer
  /// The stack of guest code's calls; see `heirloom_cpu`.
  private let returns: UnsafeMutableRawPointer
  private static let returnsSize = 2 * Int(HEIRLOOM_RETURNS + HEIRLOOM_RETURNS_GUARD)
  var middleOfReturns: UInt64 { UInt64(UInt(bitPattern: returns)) + UInt64(Self.returnsSize / 2) }

  private init() throws(Errno) {
    guard let returns = HostMemory.reserveGuarded(Self.returnsSize, guards: Int(HEIRLOOM_RETURNS_GUARD)) else { throw .EAGAIN }
    self.returns = returns
    alternateStack = .allocate(byteCount: Self.alternateStackSize, alignment: 64)
    fpu = .allocate(byteCount: Processor.fpuSize, alignment: 64)
  }

  deinit {
    alternateStack.deallocate()
    fpu.deallocate()
    HostMemory.release(returns, Self.returnsSize)
  }

  private static let kept = 16
  private static let lock = MachineLock()
  nonisolated(unsafe) private static var free: [ProcessorMemory] = []

  static func take() throws(Errno) -> ProcessorMemory {
    if let kept = lock.withLock({ free.popLast() }) { return kept }
    return try ProcessorMemory()
  }

  func giveBack() {
    cache.clear()
    Self.lock.withLock { if Self.free.count < Self.kept { Self.free.append(self) } }
  }
}
