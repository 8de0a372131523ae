internal import HeirloomABI
internal import HeirloomMachine

// Waiting for sets of descriptors (select(2)).

/// The sets of select(2), each of which may be missing.
private struct SelectSets {
  let input: UserPointer
  let output: UserPointer
  let exceptions: UserPointer
}

/// What select(2) means by its sets, in the bits of poll(2) (select(2), "Correspondence between select() and poll()
/// notifications").
private enum SelectEvent {
  /// POLLIN, POLLRDNORM, POLLRDBAND.
  static let input: UInt16 = 0xc1
  /// POLLOUT, POLLWRNORM, POLLWRBAND.
  static let output: UInt16 = 0x304
  /// POLLPRI.
  static let exception: UInt16 = 0x2
  /// With POLLERR and POLLHUP, which poll(2) tells unasked.
  static let inputAnswer: UInt16 = input | 0x18
  /// With POLLERR.
  static let outputAnswer: UInt16 = output | 0x8
  /// POLLNVAL.
  static let invalid: UInt16 = 0x20
}

/// `struct pollfd`.
private struct PollEntry: BitwiseCopyable {
  var descriptor: Int32
  var events: UInt16
  var answer: UInt16 = 0
}

extension Task {
  @inline(__always)  // into its row: a return behind a host call is slow
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

  @inline(__always)  // into its row
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

  /// Without waiting, which many programs do all the time.
  @inline(never)
  private func selectNow(_ count: Int32, _ sets: SelectSets) throws(Errno) -> Int32 {
    guard count >= 0 else { throw .EINVAL }
    let bits = Int(min(count, DescriptorLimits.base))
    let words = (bits + 31) / 32
    // The guest's own words are the host's too where they are even in number.
    if let ready = try words == 1 ? pollNow(bits, sets) : words & 1 == 0 ? selectInPlace(bits, sets) : nil { return ready }
    var none: HostTimespec? = HostTimespec()
    return try select(count, sets, &none) { (_) throws(Errno) in }
  }

  /// nil: the host was interrupted. A timeout of 0 is not written back.
  @inline(__always)
  private func selectInPlace(_ count: Int, _ sets: SelectSets) throws(Errno) -> Int32? {
    let size = (count + 31) / 32 * 4
    let (input, output) = (memory.output(sets.input, size), memory.output(sets.output, size))
    let exceptions = memory.output(sets.exceptions, size)
    var none = HostTimeval()
    return try withHostPointer(to: &none) { (none) throws(Errno) in
      do throws(Errno) {
        return Int32(truncatingIfNeeded: try Host.call(.select, count, input, output, exceptions, none))
      } catch {
        if error == .EINTR { return nil }
        throw error
      }
    }
  }

  /// One word of each set by poll(2), which takes a host half as long for a few descriptors, and tells the same. nil: one is not
  /// open, of which select(2) has an opinion of its own, or the host was interrupted.
  @inline(__always)
  private func pollNow(_ count: Int, _ sets: SelectSets) throws(Errno) -> Int32? {
    let asked = UInt32.max >> UInt32(32 - count)
    let input = try word(sets.input) & asked
    let output = try word(sets.output) & asked
    let exceptions = try word(sets.exceptions) & asked
    var ready: (input: UInt32, output: UInt32, exceptions: UInt32) = (0, 0, 0)
    let isAnswered = withUnsafeTemporaryAllocation(of: PollEntry.self, capacity: 32) { list in
      var length = 0
      var left = input | output | exceptions
      while left != 0 {
        let bit = left & (0 &- left)
        var events: UInt16 = 0
        if input & bit != 0 { events |= SelectEvent.input }
        if output & bit != 0 { events |= SelectEvent.output }
        if exceptions & bit != 0 { events |= SelectEvent.exception }
        list.initializeElement(at: length, to: PollEntry(descriptor: Int32(truncatingIfNeeded: left.trailingZeroBitCount), events: events))
        length &+= 1
        left &= left &- 1
      }
      guard let answers = try? Host.call(.poll, Int(bitPattern: list.baseAddress), length, 0) else { return false }
      if answers == 0 { return true }
      left = input | output | exceptions
      for index in 0..<length {
        let bit = left & (0 &- left)
        let answer = list[index].answer
        if answer & SelectEvent.invalid != 0 { return false }
        if answer & SelectEvent.inputAnswer != 0 { ready.input |= bit & input }
        if answer & SelectEvent.outputAnswer != 0 { ready.output |= bit & output }
        if answer & SelectEvent.exception != 0 { ready.exceptions |= bit & exceptions }
        left &= left &- 1
      }
      return true
    }
    guard isAnswered else { return nil }
    try store(ready.input, to: sets.input)
    try store(ready.output, to: sets.output)
    try store(ready.exceptions, to: sets.exceptions)
    return Int32(truncatingIfNeeded: ready.input.nonzeroBitCount &+ ready.output.nonzeroBitCount &+ ready.exceptions.nonzeroBitCount)
  }

  /// A set's first word; empty where there is no set.
  @inline(__always)
  private func word(_ set: UserPointer) throws(Errno) -> UInt32 { set.isNull ? 0 : try memory.load(set, as: UInt32.self) }

  @inline(__always)
  private func store(_ word: UInt32, to set: UserPointer) throws(Errno) {
    if !set.isNull { try memory.store(word, at: set) }
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
