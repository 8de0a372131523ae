internal import CMachine
public import HeirloomABI
internal import HeirloomMachine

/// The host stack of a guest thread, which is its kernel stack: the processor with the SAVE_ALL frame stands at its top.
final class KernelStack {
  /// Room for a module's handler and libffi below the processor; touched pages only cost memory.
  static let size = 256 << 10
  let base: UnsafeMutableRawPointer

  init() throws(Errno) {
    // PROT_NONE below: an overflow faults instead of reaching another mapping.
    let address = try Host.call(.mmap, 0, Self.size + Self.guardSize, 0, 0x22 | 0x4000, -1, 0)
    base = UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
    try Host.call(.mprotect, address + Self.guardSize, Self.size, 3)
  }

  deinit { _ = try? Host.call(.munmap, Int(bitPattern: base), Self.size + Self.guardSize) }

  private static let guardSize = 64 << 10

  /// Where the host thread's stack begins, and its bytes: all but the processor.
  var threadStack: UnsafeMutableRawPointer { base + Self.guardSize }
  var threadStackSize: Int { Self.size - Processor.storageSize }
  var processorStorage: UnsafeMutableRawPointer { base + Self.guardSize + Self.size - Processor.storageSize }
}
