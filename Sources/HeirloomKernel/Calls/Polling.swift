internal import HeirloomABI
internal import HeirloomMachine

// Waiting for descriptors (poll(2), epoll(7)).

extension Task {
  func poll(_ list: UserPointer, _ count: UInt32, _ milliseconds: Int32) throws(Errno) -> Int32 {
    let descriptors = try pollList(list, count)
    if milliseconds < 0 { return try poll(descriptors, count, until: nil) }
    if milliseconds == 0 { return Int32(try Host.call(.poll, descriptors, Int(count), 0)) }
    do throws(Errno) { return Int32(try blocking(.poll, descriptors, Int(count), Int(milliseconds))) } catch {
      guard error == .ERESTARTSYS else { throw error }
    }
    // Rare: interrupted. What is left is measured from here, which only a signal without a handler can notice.
    let end = try Clock.now(Clock.monotonic).total + Int64(milliseconds) * 1_000_000
    restart = { (task) throws(Errno) in try task.poll(descriptors, count, until: end) }
    throw .ERESTART_RESTARTBLOCK
  }

  /// Until `end` by the monotonic clock; nil: for ever.
  private func poll(_ descriptors: Int, _ count: UInt32, until end: Int64?) throws(Errno) -> Int32 {
    do throws(Errno) {
      guard let end else { return Int32(try blocking(.ppoll, descriptors, Int(count), 0, 0, 8)) }
      var left = HostTimespec(total: max(0, end - (try Clock.now(Clock.monotonic).total)))
      return try withHostPointer(to: &left) { (left) throws(Errno) in
        Int32(try blocking(.ppoll, descriptors, Int(count), left, 0, 8))
      }
    } catch {
      guard error == .ERESTARTSYS else { throw error }
      restart = { (task) throws(Errno) in try task.poll(descriptors, count, until: end) }
      throw .ERESTART_RESTARTBLOCK
    }
  }

  /// `struct pollfd` is the same everywhere, so the host works on the guest's array.
  private func pollList(_ list: UserPointer, _ count: UInt32) throws(Errno) -> Int {
    guard UInt64(count) <= process.limits[HostLimits.files].soft else { throw .EINVAL }
    return memory.output(OutBuffer(list.address), Int(count) * 8)
  }

  func ppoll(
    _ list: UserPointer, _ count: UInt32, _ timeout: UserPointer, _ mask: InBuffer, _ size: UInt32
  ) throws(Errno) -> Int32 {
    var time = timeout.isNull ? nil : try memory.load(timeout, as: Timespec32.self).host
    return try ppoll(list, count, &time, mask, size) { (left) throws(Errno) in
      try memory.store(Timespec32(truncating: left), at: timeout)
    }
  }

  func ppoll_time64(
    _ list: UserPointer, _ count: UInt32, _ timeout: UserPointer, _ mask: InBuffer, _ size: UInt32
  ) throws(Errno) -> Int32 {
    var time = timeout.isNull ? nil : try memory.timespec64(timeout)
    return try ppoll(list, count, &time, mask, size) { (left) throws(Errno) in try memory.store(left, at: timeout) }
  }

  private func ppoll(
    _ list: UserPointer, _ count: UInt32, _ timeout: inout HostTimespec?, _ mask: InBuffer, _ size: UInt32,
    _ report: (HostTimespec) throws(Errno) -> Void
  ) throws(Errno) -> Int32 {
    if let timeout { guard timeout.isValid else { throw .EINVAL } }
    return try withMask(mask, size) { () throws(Errno) in
      let descriptors = try pollList(list, count)
      return try withTimeout(&timeout, report) { (time) throws(Errno) in
        try blocking(.ppoll, descriptors, Int(count), time, 0, 8)
      }
    }
  }

  /// Runs a host call that writes back what is left of its time, and passes that on; interruptions restart only where no
  /// handler runs.
  func withTimeout(
    _ timeout: inout HostTimespec?, _ report: (HostTimespec) throws(Errno) -> Void, _ body: (Int) throws(Errno) -> Int
  ) throws(Errno) -> Int32 {
    guard var left = timeout else {
      do throws(Errno) { return Int32(try body(0)) } catch { throw error == .ERESTARTSYS ? .ERESTARTNOHAND : error }
    }
    do throws(Errno) {
      let result = try withHostPointer(to: &left) { (left) throws(Errno) in try body(left) }
      // A timeout in read-only memory is left alone.
      try? report(left)
      return Int32(result)
    } catch {
      do throws(Errno) { try report(left) } catch { throw .EINTR }
      throw error == .ERESTARTSYS ? .ERESTARTNOHAND : error
    }
  }

  /// Runs `body` with the signal mask at `mask`, if there is one. After an interruption the old mask comes back when the
  /// handler has been set up.
  func withMask<R>(_ mask: InBuffer, _ size: UInt32, _ body: () throws(Errno) -> R) throws(Errno) -> R {
    if mask.isNull { return try body() }
    guard size == 8 else { throw .EINVAL }
    useTemporaryMask(try memory.load(mask, as: UInt64.self))
    do throws(Errno) {
      let result = try body()
      restoreMask()
      return result
    } catch {
      // A signal that only this mask lets in ends the call, whether it has begun to sleep or not.
      let error = error == .ERESTARTNOINTR ? .ERESTARTNOHAND : error
      if error != .ERESTARTNOHAND && error != .EINTR { restoreMask() }
      throw error
    }
  }

  private func restoreMask() {
    let saved = process.signals.lock.withLock {
      defer { signals.savedMask = nil }
      return signals.savedMask
    }
    if let saved { setMask(saved) }
  }
}

// MARK: epoll

// i386 and the host share `struct epoll_event`, because x86-64 packs it.

extension Task {
  func epoll_create(_ size: Int32) throws(Errno) -> Int32 {
    guard size > 0 else { throw .EINVAL }
    return try admit(Host.call(.epoll_create1, 0))
  }

  func epoll_create1(_ flags: Flags) throws(Errno) -> Int32 { try admit(Host.call(.epoll_create1, Int(flags.bits))) }

  func epoll_ctl(_ fd: FD, _ operation: Int32, _ target: FD, _ event: InBuffer) throws(Errno) -> Success {
    try Host.call(.epoll_ctl, fd.host, Int(operation), target.host, memory.input(event))
    return Success()
  }

  func epoll_wait(_ fd: FD, _ events: OutBuffer, _ count: Int32, _ milliseconds: Int32) throws(Errno) -> Int32 {
    let to = memory.output(events, Int(max(0, count)) * 12)
    do throws(Errno) {
      return Int32(try blocking(.epoll_wait, fd.host, to, Int(count), Int(milliseconds)))
    } catch { throw error == .ERESTARTSYS ? .EINTR : error }
  }

  func epoll_pwait(
    _ fd: FD, _ events: OutBuffer, _ count: Int32, _ milliseconds: Int32, _ mask: InBuffer, _ size: UInt32
  ) throws(Errno) -> Int32 {
    try withMask(mask, size) { () throws(Errno) in try epoll_wait(fd, events, count, milliseconds) }
  }

  func epoll_pwait2(
    _ fd: FD, _ events: OutBuffer, _ count: Int32, _ timeout: InBuffer, _ mask: InBuffer, _ size: UInt32
  ) throws(Errno) -> Int32 {
    if timeout.isNull { return try epoll_pwait(fd, events, count, -1, mask, size) }
    var time = try memory.timespec64(timeout)
    return try withMask(mask, size) { () throws(Errno) in
      let to = memory.output(events, Int(max(0, count)) * 12)
      do throws(Errno) {
        return try withHostPointer(to: &time) { (time) throws(Errno) in
          Int32(try blocking(.epoll_pwait2, fd.host, to, Int(count), time, 0, 8))
        }
      } catch { throw error == .ERESTARTSYS ? .EINTR : error }
    }
  }
}
