internal import CMachine
internal import Glibc
internal import HeirloomABI
internal import HeirloomMachine

/// The host stack of a guest thread, which is its kernel stack: the processor with the SAVE_ALL frame stands at its top.
///
/// Stacks are kept for the next task once their thread has ended.
final class KernelStack: @unchecked Sendable {
  /// Room for a module's handler and libffi below the processor; only touched pages cost memory.
  static let size = Int(HEIRLOOM_KERNEL_STACK)
  private static let guardSize = 64 << 10

  private let base: UnsafeMutableRawPointer
  /// The thread that runs on it, noted by that thread before all else.
  var thread: pthread_t?

  private init() throws(Errno) {
    // PROT_NONE below: an overflow faults instead of reaching another mapping.
    let address = try Host.call(.mmap, 0, Self.size + Self.guardSize, 0, 0x22 | 0x4000, -1, 0)
    try Host.call(.mprotect, address + Self.guardSize, Self.size, 3)
    base = UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
  }

  /// Where the host thread's stack begins, and its bytes: all but the processor.
  var threadStack: UnsafeMutableRawPointer { base + Self.guardSize }
  var threadStackSize: Int { Self.size - Processor.storageSize }
  var processorStorage: UnsafeMutableRawPointer { base + Self.guardSize + Self.size - Processor.storageSize }

  private static let lock = Lock()
  nonisolated(unsafe) private static var retired: [KernelStack] = []

  static func take() throws(Errno) -> KernelStack {
    let used = lock.withLock { () -> KernelStack? in
      guard let index = retired.firstIndex(where: { HostThread.hasEnded($0.thread.unsafelyUnwrapped) }) else { return nil }
      return retired.remove(at: index)
    }
    guard let used else { return try KernelStack() }
    used.thread = nil
    used.processorStorage.initializeMemory(as: UInt8.self, repeating: 0, count: Processor.storageSize)
    return used
  }

  /// Gives the stack up. The caller may still be running on it.
  func retire() { Self.lock.withLock { Self.retired.append(self) } }

  /// Frees the stack of a thread that was never started.
  func discard() { _ = try? Host.call(.munmap, Int(bitPattern: base), Self.size + Self.guardSize) }
}
