public import CHeirloom
public import CMachine

/// One overriding handler in a table's slot, in memory of its own that lives until no task is inside it.
public struct SyscallEntry {
  /// Runs the handler with its arguments taken from the processor's SAVE_ALL frame; its answer goes to eax.
  public var invoke: @convention(c) (UnsafeMutableRawPointer, UnsafeMutablePointer<heirloom_cpu>) -> Int
}

/// A named system call table: the paper's `syscall_t` (section 3).
public final class SyscallTable: @unchecked Sendable {
  public let name: String
  /// NR_syscalls slots; a slot that holds 0 is not overridden. Readers take no lock.
  public let entries: UnsafeMutablePointer<UnsafeMutableRawPointer?>

  init(name: String) {
    self.name = name
    entries = .allocate(capacity: Int(NR_syscalls))
    entries.initialize(repeating: nil, count: Int(NR_syscalls))
  }

  deinit { entries.deallocate() }
}
