internal import HeirloomABI
internal import HeirloomMachine

// Waiting for descriptors (poll(2), select(2), epoll(7)).

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
  private func withTimeout(
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

// MARK: select

/// The sets of select(2), each of which may be missing.
private struct SelectSets {
  let input: UserPointer
  let output: UserPointer
  let exceptions: UserPointer
}

extension Task {
  func _newselect(
    _ count: Int32, _ input: UserPointer, _ output: UserPointer, _ exceptions: UserPointer, _ timeout: UserPointer
  ) throws(Errno) -> Int32 {
    let sets = SelectSets(input: input, output: output, exceptions: exceptions)
    var time: HostTimespec?
    if !timeout.isNull {
      let given = try memory.load(timeout, as: Timeval32.self)
      if given.seconds == 0 && given.microseconds == 0 { return try selectNow(count, sets) }
      // Microseconds may carry over into seconds.
      let seconds = Int64(given.seconds) + Int64(given.microseconds / 1_000_000)
      time = HostTimespec(seconds: seconds, nanoseconds: Int64(given.microseconds % 1_000_000) * 1000)
      guard given.seconds >= 0, given.microseconds >= 0 else { throw .EINVAL }
    }
    return try select(count, sets, &time) { (left) throws(Errno) in
      let micros = HostTimeval(seconds: left.seconds, microseconds: left.nanoseconds / 1000)
      try memory.store(Timeval32(truncating: micros), at: timeout)
    }
  }

  /// The arguments stand in memory.
  func select(_ arguments: InBuffer) throws(Errno) -> Int32 {
    let words = try memory.load(arguments, as: (Int32, UInt32, UInt32, UInt32, UInt32).self)
    return try _newselect(
      words.0, UserPointer(words.1), UserPointer(words.2), UserPointer(words.3), UserPointer(words.4))
  }

  func pselect6(
    _ count: Int32, _ input: UserPointer, _ output: UserPointer, _ exceptions: UserPointer, _ timeout: UserPointer,
    _ mask: InBuffer
  ) throws(Errno) -> Int32 {
    let sets = SelectSets(input: input, output: output, exceptions: exceptions)
    var time = timeout.isNull ? nil : try memory.load(timeout, as: Timespec32.self).host
    return try pselect(count, sets, &time, mask) { (left) throws(Errno) in
      try memory.store(Timespec32(truncating: left), at: timeout)
    }
  }

  func pselect6_time64(
    _ count: Int32, _ input: UserPointer, _ output: UserPointer, _ exceptions: UserPointer, _ timeout: UserPointer,
    _ mask: InBuffer
  ) throws(Errno) -> Int32 {
    let sets = SelectSets(input: input, output: output, exceptions: exceptions)
    var time = timeout.isNull ? nil : try memory.timespec64(timeout)
    return try pselect(count, sets, &time, mask) { (left) throws(Errno) in
      try memory.store(left, at: timeout)
    }
  }

  /// `mask` is where the mask's address and size stand.
  @inline(__always)
  private func pselect(
    _ count: Int32, _ sets: SelectSets, _ timeout: inout HostTimespec?, _ mask: InBuffer,
    _ report: (HostTimespec) throws(Errno) -> Void
  ) throws(Errno) -> Int32 {
    let (address, size) = mask.isNull ? (0, 0) : try memory.load(mask, as: (UInt32, UInt32).self)
    if let timeout {
      guard timeout.isValid else { throw .EINVAL }
      if address == 0 && timeout.seconds == 0 && timeout.nanoseconds == 0 { return try selectNow(count, sets) }
    }
    return try withMask(InBuffer(address), size) { () throws(Errno) in try select(count, sets, &timeout, report) }
  }

  /// Without waiting, which many programs do all the time: on the guest's own words where they are the host's too.
  private func selectNow(_ count: Int32, _ sets: SelectSets) throws(Errno) -> Int32 {
    guard count >= 0 else { throw .EINVAL }
    let bits = Int(min(count, DescriptorLimits.base))
    let words = (bits + 31) / 32
    if words & 1 == 0 {
      let size = words * 4
      return try selectNow(
        bits, memory.output(sets.input, size), memory.output(sets.output, size), memory.output(sets.exceptions, size))
    }
    if words > 1 {
      var none: HostTimespec? = HostTimespec()
      return try select(count, sets, &none) { (_) throws(Errno) in }
    }
    var words64 = (try word(sets.input), try word(sets.output), try word(sets.exceptions))
    let ready = try withHostPointer(to: &words64) { (host) throws(Errno) in
      try selectNow(
        bits, sets.input.isNull ? 0 : host, sets.output.isNull ? 0 : host + 8, sets.exceptions.isNull ? 0 : host + 16)
    }
    if !sets.input.isNull { try memory.store(UInt32(truncatingIfNeeded: words64.0), at: sets.input) }
    if !sets.output.isNull { try memory.store(UInt32(truncatingIfNeeded: words64.1), at: sets.output) }
    if !sets.exceptions.isNull { try memory.store(UInt32(truncatingIfNeeded: words64.2), at: sets.exceptions) }
    return ready
  }

  /// By select(2), which does with less than pselect6(2). A timeout of 0 is not written back.
  @inline(__always)
  private func selectNow(_ count: Int, _ input: Int, _ output: Int, _ exceptions: Int) throws(Errno) -> Int32 {
    var none = HostTimeval()
    return try withHostPointer(to: &none) { (none) throws(Errno) in
      Int32(truncatingIfNeeded: try Host.call(.select, count, input, output, exceptions, none))
    }
  }

  /// A set of one word; empty where there is none.
  @inline(__always)
  private func word(_ set: UserPointer) throws(Errno) -> UInt64 {
    set.isNull ? 0 : UInt64(try memory.load(set, as: UInt32.self))
  }

  /// The guest's sets are made of 32-bit words, the host's of 64-bit ones: the same bits, in copies that are long enough.
  private func select(
    _ count: Int32, _ sets: SelectSets, _ timeout: inout HostTimespec?,
    _ report: (HostTimespec) throws(Errno) -> Void
  ) throws(Errno) -> Int32 {
    guard count >= 0 else { throw .EINVAL }
    // No descriptor is open beyond the kernel's first number.
    let count = Int(min(count, DescriptorLimits.base))
    let guestSize = (count + 31) / 32 * 4
    let hostSize = (count + 63) / 64 * 8
    return try withScratch(3 * hostSize) { (space) throws(Errno) in
      space.initializeMemory(as: UInt8.self, repeating: 0)
      func part(_ index: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: space[(index * hostSize)..<(index * hostSize + guestSize)])
      }
      let sets = [sets.input, sets.output, sets.exceptions]
      func address(_ index: Int) -> Int { sets[index].isNull ? 0 : Int(bitPattern: space.baseAddress) + index * hostSize }
      for index in 0..<3 where !sets[index].isNull && guestSize > 0 { try memory.copyIn(sets[index], into: part(index)) }
      let ready = try withTimeout(&timeout, report) { (time) throws(Errno) in
        try blocking(.pselect6, count, address(0), address(1), address(2), time, 0)
      }
      for index in 0..<3 where !sets[index].isNull && guestSize > 0 {
        try memory.copyOut(UnsafeRawBufferPointer(part(index)), to: sets[index])
      }
      return ready
    }
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
