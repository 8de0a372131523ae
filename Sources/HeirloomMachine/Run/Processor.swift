public import CMachine
public import HeirloomABI

/// Why `Processor.run()` came back. The registers are the guest's at that point.
public enum Trap: Sendable {
  /// `int $0x80`, after which the gate asked to come back. eip is behind the instruction.
  case systemCall
  /// The instruction at eip cannot go on; it has changed nothing that native would not have changed.
  case fault(Fault)
  /// `interrupt` was set in the state.
  case interrupt
}

/// A synchronous exception as a guest's signal frame reports it (sigaction(2), "The siginfo_t argument").
public struct Fault: Sendable, Equatable {
  /// SIGSEGV, SIGBUS, SIGFPE, SIGILL or SIGTRAP.
  public let signal: Int32
  public let code: Int32
  /// si_addr.
  public let address: UInt32
  /// The processor's vector and error code: trapno and err in a sigcontext.
  public let vector: UInt32
  public let errorCode: UInt32
  public init(signal: Int32, code: Int32, address: UInt32, vector: UInt32, errorCode: UInt32) {
    self.signal = signal; self.code = code; self.address = address; self.vector = vector; self.errorCode = errorCode
  }
}

/// One guest processor: the registers of one task, and the way into guest code.
///
/// A processor belongs to one host thread, which calls `bind()` before it runs.
public final class Processor: @unchecked Sendable {
  public let state: UnsafeMutablePointer<heirloom_cpu>
  /// Bytes that a processor takes at the top of its task's kernel stack; a multiple of 64.
  public static let storageSize = (MemoryLayout<heirloom_cpu>.size + 63) & ~63

  /// - Parameter storage: `storageSize` bytes, aligned to 64, zeroed; owned by the caller and outliving the processor.
  public init(storage: UnsafeMutableRawPointer, window: Window) { fatalError() }

  /// Makes the calling host thread this processor's: GS base, alternate signal stack, the thread's current processor.
  public func bind() { fatalError() }
  /// Undoes `bind()`, before the thread ends.
  public func unbind() { fatalError() }
  /// Moves to another address space (execve, or a vforked child's own).
  public func enter(_ window: Window) { fatalError() }
  /// Runs guest code from `regs.eip` until the kernel has to look.
  public func run() -> Trap { fatalError() }

  /// A new thread's or forked child's registers, flags, TLS and FPU state are its creator's. Runs on the creator's thread;
  /// the FPU state is loaded by `bind()`.
  public func copyState(of parent: Processor) { fatalError() }
  /// As execve leaves them: zero registers, cleared FPU, flat segments, no TLS.
  public func reset(eip: UInt32, esp: UInt32) { fatalError() }
  /// The FPU and SSE state as FXSAVE writes it for 32-bit code, 512 bytes aligned to 16.
  public func saveFPU(to image: UnsafeMutableRawPointer) { fatalError() }
  /// Loads such an image; bits of MXCSR that would fault are dropped.
  public func loadFPU(from image: UnsafeRawPointer) { fatalError() }
  /// Sets a TLS descriptor (slots 0...2 are selectors 0x63, 0x6b, 0x73) and reloads gs and fs if they name it.
  public func setThreadArea(_ slot: Int, _ descriptor: heirloom_tls_slot) { fatalError() }
  /// Loads gs and fs from selectors in a signal frame; unknown ones become null.
  public func loadSegments(gs: UInt32, fs: UInt32) { fatalError() }

  /// Installs the host's signal handlers, once a process: faults in guest code, the interruption signal. To be called
  /// before the first `bind()`.
  public static func installHostHandlers() { fatalError() }
  /// The host signal that takes a thread out of guest code or out of a blocking host call; `state.interrupt` is set first.
  public static let interruptSignal: Int32 = 63
}

extension Processor {
  /// AT_HWCAP: CPUID leaf 1's edx.
  public static var hardwareCapabilities: UInt32 { 0x178b_fbff }
}
