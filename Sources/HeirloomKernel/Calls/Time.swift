internal import HeirloomABI
internal import HeirloomMachine

// Clocks and sleeping (time(2), clock_gettime(2), nanosleep(2), timerfd_create(2)).

/// CLOCK_* numbers (clock_gettime(2)).
enum Clock {
  static let realtime: Int32 = 0
  static let monotonic: Int32 = 1
  static let processTime: Int32 = 2
  static let threadTime: Int32 = 3

  static func now(_ clock: Int32) throws(Errno) -> HostTimespec {
    var time = HostTimespec()
    try withHostPointer(to: &time) { (time) throws(Errno) in try Host.clock(clock, time) }
    return time
  }
}

extension Task {
  func time(_ to: OutBuffer) throws(Errno) -> UInt32 {
    let seconds = Int32(truncatingIfNeeded: try Clock.now(Clock.realtime).seconds)
    if !to.isNull { try memory.store(seconds, at: to) }
    return UInt32(bitPattern: seconds)
  }

  /// Setting the host's clock is not a guest's business, whoever it is.
  func stime(_ time: InBuffer) throws(Errno) -> Success { throw .EPERM }
  func settimeofday(_ time: InBuffer, _ zone: InBuffer) throws(Errno) -> Success { throw .EPERM }
  func clock_settime(_ clock: Int32, _ time: InBuffer) throws(Errno) -> Success {
    throw clock == Clock.realtime ? .EPERM : .EINVAL
  }

  func gettimeofday(_ to: OutBuffer, _ zone: OutBuffer) throws(Errno) -> Success {
    if !to.isNull {
      let now = try Clock.now(Clock.realtime)
      let micros = HostTimeval(seconds: now.seconds, microseconds: now.nanoseconds / 1000)
      try memory.store(Timeval32(truncating: micros), at: to)
    }
    // The kernel's time zone: none.
    if !zone.isNull { try memory.store(UInt64(0), at: zone) }
    return Success()
  }

  func clock_gettime(_ clock: Int32, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(Timespec32(truncating: now(clock)), at: to)
    return Success()
  }

  func clock_gettime64(_ clock: Int32, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(now(clock), at: to)
    return Success()
  }

  @inline(__always) private func now(_ clock: Int32) throws(Errno) -> HostTimespec {
    // A guest process's time is that of its threads, not of the whole kernel.
    if clock == Clock.processTime { return HostTimespec(total: process.cpuTime.total) }
    // Clocks of other processes and threads have negative numbers (clock_getcpuclockid(3)).
    guard clock >= 0 else { return try cpuClock(clock) }
    return try Clock.now(clock)
  }

  private func cpuClock(_ clock: Int32) throws(Errno) -> HostTimespec {
    switch try cpuClockOwner(clock) {
    case .process(let owner): HostTimespec(total: owner.cpuTime.total)
    case .thread(let owner): try Clock.now(owner.cpuClock)
    }
  }

  enum CPUClockOwner { case process(Process), thread(Task) }

  /// Whose time a clock with a negative number tells. - Throws: EINVAL.
  func cpuClockOwner(_ clock: Int32) throws(Errno) -> CPUClockOwner {
    let id = ~(clock >> 3)
    // Three kinds of them are counted; with the fourth number a clock is a device's, or none (clock_gettime(2)).
    guard clock & 3 != 3 else { throw .EINVAL }
    if clock & 4 != 0 {
      guard let task = id == 0 ? self : kernel.task(id), task.process === process else { throw .EINVAL }
      return .thread(task)
    }
    guard let other = id == 0 ? process : kernel.process(id) else { throw .EINVAL }
    return .process(other)
  }

  func clock_getres(_ clock: Int32, _ to: OutBuffer) throws(Errno) -> Success {
    let resolution = try resolution(of: clock)
    if !to.isNull { try memory.store(Timespec32(truncating: resolution), at: to) }
    return Success()
  }

  func clock_getres_time64(_ clock: Int32, _ to: OutBuffer) throws(Errno) -> Success {
    let resolution = try resolution(of: clock)
    if !to.isNull { try memory.store(resolution, at: to) }
    return Success()
  }

  private func resolution(of clock: Int32) throws(Errno) -> HostTimespec {
    var time = HostTimespec()
    try withHostPointer(to: &time) { (time) throws(Errno) in try Host.call(.clock_getres, Int(clock), time) }
    return time
  }
}

// MARK: Sleeping

extension Task {
  func nanosleep(_ request: InBuffer, _ remaining: OutBuffer) throws(Errno) -> Int32 {
    let time = try memory.load(request, as: Timespec32.self).host
    return try sleep(Clock.monotonic, time) { (task, left) throws(Errno) in
      if !remaining.isNull { try task.memory.store(Timespec32(truncating: left), at: remaining) }
    }
  }

  func clock_nanosleep(_ clock: Int32, _ flags: Flags, _ request: InBuffer, _ remaining: OutBuffer) throws(Errno) -> Int32 {
    let time = try memory.load(request, as: Timespec32.self).host
    return try sleep(clock, flags, time) { (task, left) throws(Errno) in
      if !remaining.isNull { try task.memory.store(Timespec32(truncating: left), at: remaining) }
    }
  }

  func clock_nanosleep_time64(
    _ clock: Int32, _ flags: Flags, _ request: InBuffer, _ remaining: OutBuffer
  ) throws(Errno) -> Int32 {
    let time = try memory.timespec64(request)
    return try sleep(clock, flags, time) { (task, left) throws(Errno) in
      if !remaining.isNull { try task.memory.store(left, at: remaining) }
    }
  }

  typealias ReportRemaining = @Sendable (Task, HostTimespec) throws(Errno) -> Void

  private func sleep(
    _ clock: Int32, _ flags: Flags, _ time: HostTimespec, _ report: @escaping ReportRemaining
  ) throws(Errno) -> Int32 {
    let absolute: UInt32 = 1  // TIMER_ABSTIME
    // A thread cannot sleep by its own running time.
    guard clock >= 0, clock != Clock.threadTime else { throw clock < 0 && clock & 7 != 7 ? .ENOTSUP : .EINVAL }
    guard time.isValid else { throw .EINVAL }
    if !flags.has(absolute) {
      // A relative sleep by the wall clock does not follow its jumps.
      return try sleep(clock == Clock.realtime ? Clock.monotonic : clock, time, report)
    }
    do throws(Errno) { try sleep(clock, until: time) } catch { throw error == .ERESTARTSYS ? .ERESTARTNOHAND : error }
    return 0
  }

  /// A relative sleep. Its end is fixed at the start, so that interruptions do not make it longer.
  private func sleep(_ clock: Int32, _ time: HostTimespec, _ report: @escaping ReportRemaining) throws(Errno) -> Int32 {
    guard time.isValid else { throw .EINVAL }
    let (end, overflow) = try Clock.now(clock).total.addingReportingOverflow(time.total)
    return try sleep(clock, until: overflow ? Int64.max : end, report)
  }

  private func sleep(_ clock: Int32, until end: Int64, _ report: @escaping ReportRemaining) throws(Errno) -> Int32 {
    do throws(Errno) { try sleep(clock, until: HostTimespec(total: end)) } catch {
      guard error == .ERESTARTSYS else { throw error }
      let left = end - (try Clock.now(clock).total)
      if left <= 0 { return 0 }
      try report(self, HostTimespec(total: left))
      restart = { (task) throws(Errno) in try task.sleep(clock, until: end, report) }
      throw .ERESTART_RESTARTBLOCK
    }
    return 0
  }

  private func sleep(_ clock: Int32, until end: HostTimespec) throws(Errno) {
    var end = end
    try withHostPointer(to: &end) { (end) throws(Errno) in try blocking(.clock_nanosleep, Int(clock), 1, end) }
  }
}

extension UserMemory {
  /// A `__kernel_timespec` of a 32-bit caller: the upper half of tv_nsec is padding.
  func timespec64(_ at: some UserAddress) throws(Errno) -> HostTimespec {
    var time = try load(at, as: HostTimespec.self)
    time.nanoseconds &= 0xffff_ffff
    return time
  }

  /// A `__kernel_itimerspec` of a 32-bit caller.
  func timerSpec64(_ at: InBuffer) throws(Errno) -> HostTimerSpec {
    HostTimerSpec(interval: try timespec64(at), value: try timespec64(InBuffer(at.address &+ 16)))
  }
}

// MARK: Timers that are descriptors

extension Task {
  func timerfd_create(_ clock: Int32, _ flags: Flags) throws(Errno) -> Int32 {
    try admit(Host.call(.timerfd_create, Int(clock), Int(flags.bits)))
  }

  func timerfd_settime(_ fd: FD, _ flags: Flags, _ new: InBuffer, _ old: OutBuffer) throws(Errno) -> Success {
    let spec = try memory.load(new, as: TimerSpec32.self).host
    let previous = try setTimer(fd, flags, spec)
    if !old.isNull { try memory.store(TimerSpec32(truncating: previous), at: old) }
    return Success()
  }

  func timerfd_settime64(_ fd: FD, _ flags: Flags, _ new: InBuffer, _ old: OutBuffer) throws(Errno) -> Success {
    let previous = try setTimer(fd, flags, memory.timerSpec64(new))
    if !old.isNull { try memory.store(previous, at: old) }
    return Success()
  }

  private func setTimer(_ fd: FD, _ flags: Flags, _ new: HostTimerSpec) throws(Errno) -> HostTimerSpec {
    var new = new
    var old = HostTimerSpec()
    try withHostPointer(to: &new) { (new) throws(Errno) in
      try withHostPointer(to: &old) { (old) throws(Errno) in
        try Host.call(.timerfd_settime, fd.host, Int(flags.bits), new, old)
      }
    }
    return old
  }

  func timerfd_gettime(_ fd: FD, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(TimerSpec32(truncating: timer(fd)), at: to)
    return Success()
  }

  func timerfd_gettime64(_ fd: FD, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(timer(fd), at: to)
    return Success()
  }

  private func timer(_ fd: FD) throws(Errno) -> HostTimerSpec {
    var spec = HostTimerSpec()
    try withHostPointer(to: &spec) { (spec) throws(Errno) in try Host.call(.timerfd_gettime, fd.host, spec) }
    return spec
  }
}
