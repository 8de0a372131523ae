internal import CHeirloom
internal import CMachine
internal import HeirloomABI
internal import HeirloomMachine

// futex(2), set_thread_area(2), set_robust_list(2), restart_syscall(2)

/// struct user_desc (asm/ldt.h).
struct UserDescriptor: BitwiseCopyable {
  var entry: UInt32
  var base: UInt32
  var limit: UInt32
  /// seg_32bit, contents, read_exec_only, limit_in_pages, seg_not_present, useable.
  var flags: UInt32

  /// The first of the three GDT entries that a thread may set (GDT_ENTRY_TLS_MIN of a 64-bit kernel).
  static let firstEntry: UInt32 = 12
  /// Written by a program that wants the entry cleared: read_exec_only and seg_not_present.
  var isEmpty: Bool { base == 0 && limit == 0 && (flags == 0x28 || flags == 0) }
}

extension Task {
  /// Restartable sequences need the kernel to know where a thread is within one; every C library can do without.
  func rseq(_ area: UserPointer, _ length: UInt32, _ flags: Flags, _ signature: UInt32) throws(Errno) -> Success {
    throw .ENOSYS
  }

  func set_thread_area(_ address: UserPointer) throws(Errno) -> Success {
    var descriptor = try memory.load(address, as: UserDescriptor.self)
    let wasOpen = descriptor.entry == UInt32.max
    descriptor.entry = try setThreadArea(descriptor)
    if wasOpen { try memory.store(descriptor.entry, at: address) }
    return Success()
  }

  /// - Returns: the entry that was set.
  /// - Throws: EINVAL for an entry that is not a thread's; ESRCH where none is free.
  func setThreadArea(_ descriptor: UserDescriptor) throws(Errno) -> UInt32 {
    let slots = 0..<3
    var slot = Int(descriptor.entry &- UserDescriptor.firstEntry)
    if descriptor.entry == UInt32.max {
      guard let free = slots.first(where: { threadArea($0).present == 0 }) else { throw .ESRCH }
      slot = free
    }
    guard slots.contains(slot) else { throw .EINVAL }
    processor.setThreadArea(
      slot,
      heirloom_tls_slot(
        base: descriptor.base, limit: descriptor.limit, flags: descriptor.flags,
        present: descriptor.isEmpty ? 0 : 1))
    return UserDescriptor.firstEntry + UInt32(slot)
  }

  func get_thread_area(_ address: UserPointer) throws(Errno) -> Success {
    var descriptor = try memory.load(address, as: UserDescriptor.self)
    let slot = Int(descriptor.entry &- UserDescriptor.firstEntry)
    guard (0..<3).contains(slot) else { throw .EINVAL }
    let area = threadArea(slot)
    descriptor.base = area.base
    descriptor.limit = area.limit
    descriptor.flags = area.present != 0 ? area.flags : 0x28
    try memory.store(descriptor, at: address)
    return Success()
  }

  private func threadArea(_ slot: Int) -> heirloom_tls_slot {
    let slots = processor.state.pointee.tls
    return slot == 0 ? slots.0 : slot == 1 ? slots.1 : slots.2
  }

  func set_robust_list(_ head: UserPointer, _ size: UInt32) throws(Errno) -> Success {
    guard size == 12 else { throw .EINVAL }
    robustList = head.address
    return Success()
  }

  func get_robust_list(_ id: Int32, _ head: OutBuffer, _ size: OutBuffer) throws(Errno) -> Success {
    guard let task = id == 0 ? self : kernel.task(id) else { throw .ESRCH }
    try memory.store(task.robustList, at: head)
    try memory.store(UInt32(12), at: size)
    return Success()
  }

  func restart_syscall() throws(Errno) -> Int32 {
    guard let restart else { throw .EINTR }
    self.restart = nil
    return try restart(self)
  }

  /// With a timeout of two 32-bit words.
  func futex(
    _ address: UserPointer, _ operation: Int32, _ value: UInt32, _ timeout: UserPointer, _ second: UserPointer,
    _ third: UInt32
  ) throws(Errno) -> Int32 {
    guard Self.takesTimeout(operation), !timeout.isNull else {
      return try futexCall(address, operation, value, Int(timeout.address), second, third)
    }
    let words: [Int32] = try memory.array(timeout, count: 2)
    return try timedFutex(address, operation, value, (Int(words[0]), Int(words[1])), second, third)
  }

  /// With a timeout of two 64-bit words.
  func futex_time64(
    _ address: UserPointer, _ operation: Int32, _ value: UInt32, _ timeout: UserPointer, _ second: UserPointer,
    _ third: UInt32
  ) throws(Errno) -> Int32 {
    guard Self.takesTimeout(operation), !timeout.isNull else {
      return try futexCall(address, operation, value, Int(timeout.address), second, third)
    }
    let words: [Int64] = try memory.array(timeout, count: 2)
    return try timedFutex(address, operation, value, (Int(words[0]), Int(words[1] & 0xffff_ffff)), second, third)
  }

  /// FUTEX_WAIT, LOCK_PI, WAIT_BITSET, WAIT_REQUEUE_PI, LOCK_PI2. The others take a number in the timeout's place.
  private static func takesTimeout(_ operation: Int32) -> Bool { [0, 6, 9, 11, 13].contains(operation & 0x7f) }

  private func timedFutex(
    _ address: UserPointer, _ operation: Int32, _ value: UInt32, _ timeout: (seconds: Int, nanoseconds: Int),
    _ second: UserPointer, _ third: UInt32
  ) throws(Errno) -> Int32 {
    guard timeout.seconds >= 0, (0..<1_000_000_000).contains(timeout.nanoseconds) else { throw .EINVAL }
    func call() throws(Errno) -> Int32 {
      try Host.withAddress(of: timeout) { (timeout) throws(Errno) in
        try futexCall(address, operation, value, timeout, second, third)
      }
    }
    guard operation & 0x7f == 0 else { return try call() }
    // A relative wait goes on with what is left of it.
    let deadline = monotonicTime() + UInt64(timeout.seconds) * 1_000_000_000 + UInt64(timeout.nanoseconds)
    do throws(Errno) { return try call() } catch {
      guard error == .ERESTARTSYS else { throw error }
      restart = { task throws(Errno) in
        let now = monotonicTime()
        guard deadline > now else { throw .ETIMEDOUT }
        let left = Int(deadline - now)
        return try task.timedFutex(
          address, operation, value, (left / 1_000_000_000, left % 1_000_000_000), second, third)
      }
      throw .ERESTART_RESTARTBLOCK
    }
  }

  /// Futexes are the host's: a private one is known by its host address, a shared one by the memory behind it.
  private func futexCall(
    _ address: UserPointer, _ operation: Int32, _ value: UInt32, _ timeout: Int, _ second: UserPointer, _ third: UInt32
  ) throws(Errno) -> Int32 {
    guard address.address % 4 == 0 else { throw .EINVAL }
    // Priority inheritance writes the host's thread ids into the guest's word.
    if [6, 7, 8, 11, 12, 13].contains(operation & 0x7f) { throw .ENOSYS }
    let isPrivate: Int32 = 128
    if operation & isPrivate == 0 { for word in [address, second] { try process.memory.settle(word.address) } }
    return Int32(
      truncatingIfNeeded: try blocking(
        .futex, memory.output(address, 4), Int(operation), Int(value), timeout, memory.input(second), Int(third)))
  }
}
