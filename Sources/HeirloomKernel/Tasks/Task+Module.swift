internal import CMachine
public import HeirloomABI
internal import HeirloomMachine

/// What modules may do with the task that has called them.
extension Task {
  /// The task whose call the running host thread serves; nil on the kernel's own threads.
  public static var current: Task? {
    guard let cpu = heirloom_current_cpu(), let block = cpu.pointee.kernel else { return nil }
    return block.assumingMemoryBound(to: TaskBlock.self).pointee.task.takeUnretainedValue()
  }

  /// Turns a handler's pointer argument back into the guest's. - Throws: EFAULT for what is not the guest's memory.
  public func guestAddress(of host: UInt) throws(Errno) -> UInt32 {
    if host == 0 { return 0 }
    let offset = host &- UInt(bitPattern: process.memory.window.base)
    guard offset <= UInt(UInt32.max) else { throw .EFAULT }
    return UInt32(offset)
  }

  /// Whether `count` bytes from a host address on lie in the guest's window.
  public func owns(_ host: UnsafeRawPointer, _ count: Int) -> Bool {
    let offset = UInt(bitPattern: host) &- UInt(bitPattern: process.memory.window.base)
    return offset <= UInt(UInt32.max) && count >= 0 && offset + UInt(count) <= 1 << 32
  }

  /// The guest's, at the call that is being served.
  public var stackPointer: UInt32 { registers.pointee.esp }

  /// The host address of a guest's byte.
  public func hostAddress(of guest: UInt32) -> UnsafeMutableRawPointer { process.memory.window.host(guest) }

  /// A module writes into the guest's memory: `store` answers whether it could. - Returns: whether it is done.
  public func write(_ host: UnsafeRawPointer, _ count: Int, _ store: () -> Bool) -> Bool {
    do throws(Errno) {
      try process.memory.window.write(try guestAddress(of: UInt(bitPattern: host)), count, store)
      return true
    } catch { return false }
  }

  /// A module's handler has ended badly while it served this task: the process dies of `signal`, which it cannot catch.
  public func die(of signal: Int32) { endProcess(.signaled(signal)) }

  /// Whether it will end as soon as it comes back from what it is doing.
  public var isDying: Bool {
    let kill = Signal.bit(Signal.kill)
    return process.signals.lock.withLock {
      process.ending != nil || (process.signals.pending.set | signals.pending.set) & kill != 0
    }
  }
}

extension Process {
  /// As getppid(2) gives it.
  public var parentProcessID: Int32 { parentID }
}

extension SystemCall {
  /// Serves one call for `task`; a negative answer is -errno.
  public func call(_ task: Task, _ words: UnsafePointer<UInt32>) -> Int { handler(Unmanaged.passUnretained(task), words) }
}
