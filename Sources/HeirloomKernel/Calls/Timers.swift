internal import HeirloomABI
internal import HeirloomMachine

// alarm(2), getitimer(2), timer_create(2)

extension Task {
  func alarm(_ seconds: UInt32) throws(Errno) -> UInt32 {
    let timer = process.signals.timers.intervalTimer(0, of: process)
    let left = timer.set(by: .monotonic, UInt64(seconds) * 1_000_000_000, interval: 0).remaining
    // Never 0 for an alarm that is set, and rounded as Linux rounds.
    return UInt32((left + 500_000_000) / 1_000_000_000) + (left > 0 && left < 500_000_000 ? 1 : 0)
  }

  func getitimer(_ which: Int32, _ value: OutBuffer) throws(Errno) -> Success {
    try store(intervalTimer(which).setting, at: value)
    return Success()
  }

  func setitimer(_ which: Int32, _ new: InBuffer, _ old: OutBuffer) throws(Errno) -> Success {
    let timer = try intervalTimer(which)
    var setting = IntervalTimer.Setting()
    if !new.isNull {
      let words: [Int32] = try memory.array(new, count: 4)
      guard words.allSatisfy({ $0 >= 0 }), words[1] < 1_000_000, words[3] < 1_000_000 else { throw .EINVAL }
      setting.interval = UInt64(words[0]) * 1_000_000_000 + UInt64(words[1]) * 1000
      setting.remaining = UInt64(words[2]) * 1_000_000_000 + UInt64(words[3]) * 1000
    }
    let previous = timer.set(
      by: which == 0 ? .monotonic : .time(of: process), setting.remaining, interval: setting.interval)
    if !old.isNull { try store(previous, at: old) }
    return Success()
  }

  private func intervalTimer(_ which: Int32) throws(Errno) -> IntervalTimer {
    guard (0...2).contains(which) else { throw .EINVAL }
    return process.signals.timers.intervalTimer(which, of: process)
  }

  /// struct itimerval: interval, then what is left.
  private func store(_ setting: IntervalTimer.Setting, at address: OutBuffer) throws(Errno) {
    let words = [setting.interval, setting.remaining].flatMap {
      [UInt32(truncatingIfNeeded: $0 / 1_000_000_000), UInt32($0 % 1_000_000_000 / 1000)]
    }
    try memory.write(words.withUnsafeBytes { [UInt8]($0) }, at: address.address)
  }
}

// MARK: POSIX timers

/// `struct sigevent` (sigevent(3type)): the value, the signal, how it is told, and the thread.
private struct SignalEvent: BitwiseCopyable {
  var value: UInt32
  var signal: Int32
  var notify: Int32
  var thread: Int32

  static let none: Int32 = 1, toThread: Int32 = 4
}

extension Task {
  func timer_create(_ clock: Int32, _ event: InBuffer, _ result: OutBuffer) throws(Errno) -> Success {
    let event = event.isNull ? nil : try memory.load(event, as: SignalEvent.self)
    let counting = try timerClock(clock)
    let thread = try event.flatMap { (event) throws(Errno) in try receiver(of: event) }
    guard process.signals.timers.count < process.limits[HostLimits.pendingSignals].soft else { throw .EAGAIN }
    let process = process
    let timer = process.signals.timers.add { id in
      // Without an event: SIGALRM with the timer's own number.
      let told = event ?? SignalEvent(value: UInt32(bitPattern: id), signal: Signal.alarm, notify: 0, thread: 0)
      let isToThread = told.notify & SignalEvent.toThread != 0
      return PosixTimer(id: id, clock: counting) { [weak process, weak thread] missed in
        if told.notify == SignalEvent.none { return }
        let info = SignalInfo.timer(id, missed: missed, value: told.value)
        if isToThread { thread?.send(told.signal, info) } else { process?.send(told.signal, info) }
      }
    }
    do throws(Errno) { try memory.store(timer.id, at: result) } catch {
      _ = process.signals.timers.remove(timer.id)
      throw error
    }
    return Success()
  }

  /// The thread that gets the signal; nil: any. - Throws: EINVAL for an event that is none.
  private func receiver(of event: SignalEvent) throws(Errno) -> Task? {
    if event.notify == SignalEvent.none { return nil }
    // SIGEV_SIGNAL and SIGEV_THREAD, with SIGEV_THREAD_ID or without.
    guard event.notify & ~SignalEvent.toThread == 0 || event.notify == 2, Signal.isValid(event.signal) else { throw .EINVAL }
    guard event.notify & SignalEvent.toThread != 0 else { return nil }
    guard let task = kernel.task(event.thread), task.process === process else { throw .EINVAL }
    return task
  }

  /// - Throws: EINVAL; ENOTSUP for a clock that has no timers.
  private func timerClock(_ clock: Int32) throws(Errno) -> TimerClock {
    switch clock {
    case Clock.realtime, Clock.monotonic, 7, 11: return .host(clock)  // CLOCK_BOOTTIME, CLOCK_TAI
    case Clock.processTime: return .time(of: process)
    case Clock.threadTime: return .time(of: self)
    case 4...6, 8, 9: throw .ENOTSUP  // the raw and the coarse ones, and those that wake the machine
    case ..<0 where clock & 7 == 3: throw .ENOTSUP  // a device's
    case ..<0:
      switch try cpuClockOwner(clock) {
      case .process(let owner): return .time(of: owner)
      case .thread(let owner): return .time(of: owner)
      }
    default: throw .EINVAL
    }
  }

  private func timer(_ id: Int32) throws(Errno) -> PosixTimer {
    guard let timer = process.signals.timers[id] else { throw .EINVAL }
    return timer
  }

  func timer_settime(_ id: Int32, _ flags: Flags, _ new: InBuffer, _ old: OutBuffer) throws(Errno) -> Success {
    let previous = try set(id, flags, try memory.load(new, as: TimerSpec32.self).host)
    if !old.isNull { try memory.store(TimerSpec32(truncating: previous), at: old) }
    return Success()
  }

  func timer_settime64(_ id: Int32, _ flags: Flags, _ new: InBuffer, _ old: OutBuffer) throws(Errno) -> Success {
    let previous = try set(id, flags, memory.timerSpec64(new))
    if !old.isNull { try memory.store(previous, at: old) }
    return Success()
  }

  private func set(_ id: Int32, _ flags: Flags, _ new: HostTimerSpec) throws(Errno) -> HostTimerSpec {
    let absolute: UInt32 = 1  // TIMER_ABSTIME
    guard new.interval.isValid, new.value.isValid else { throw .EINVAL }
    let timer = try timer(id)
    let old = timer.alarm.setting
    timer.alarm.cancel()
    forgetSignals(of: [timer])
    timer.alarm.set(
      by: timer.clock, UInt64(new.value.total), isAbsolute: flags.has(absolute), interval: UInt64(new.interval.total))
    return HostTimerSpec(old)
  }

  func timer_gettime(_ id: Int32, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(TimerSpec32(truncating: HostTimerSpec(timer(id).alarm.setting)), at: to)
    return Success()
  }

  func timer_gettime64(_ id: Int32, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(HostTimerSpec(timer(id).alarm.setting), at: to)
    return Success()
  }

  func timer_getoverrun(_ id: Int32) throws(Errno) -> Int32 {
    let timer = try timer(id)
    return process.signals.lock.withLock { timer.overrun }
  }

  func timer_delete(_ id: Int32) throws(Errno) -> Success {
    guard let timer = process.signals.timers.remove(id) else { throw .EINVAL }
    forgetSignals(of: [timer])
    return Success()
  }

  /// What they have sent and nobody has taken.
  func forgetSignals(of timers: [PosixTimer]) {
    // As at nearly every execve.
    if timers.isEmpty { return }
    let ids = Set(timers.map(\.id))
    let tasks = kernel.treeLock.withLock { process.family.tasks }
    process.signals.lock.withLock {
      for timer in timers { timer.overrun = 0 }
      process.signals.pending.discard(timers: ids)
      for task in tasks { task.signals.pending.discard(timers: ids) }
    }
  }
}

extension HostTimerSpec {
  fileprivate init(_ setting: IntervalTimer.Setting) {
    self.init(
      interval: HostTimespec(total: Int64(clamping: setting.interval)),
      value: HostTimespec(total: Int64(clamping: setting.remaining)))
  }
}
