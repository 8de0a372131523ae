/// A process's timers. The three of setitimer(2) last until it ends; those of timer_create(2) are gone with execve.
final class ProcessTimers: @unchecked Sendable {
  private let lock = Lock()
  private var intervalTimers: [Int32: IntervalTimer] = [:]
  private var timers: [Int32: PosixTimer] = [:]
  private var nextID: Int32 = 0

  /// - Parameter which: ITIMER_REAL, ITIMER_VIRTUAL or ITIMER_PROF.
  func intervalTimer(_ which: Int32, of process: Process) -> IntervalTimer {
    lock.withLock {
      if let timer = intervalTimers[which] { return timer }
      let signal = [Signal.alarm, Signal.virtualAlarm, Signal.profiling][Int(which)]
      let timer = IntervalTimer { [weak process] _ in process?.send(signal, .kernel) }
      intervalTimers[which] = timer
      return timer
    }
  }

  var count: Int { lock.withLock { timers.count } }

  func add(_ make: (_ id: Int32) -> PosixTimer) -> PosixTimer {
    lock.withLock {
      while timers[nextID] != nil { advanceID() }
      let timer = make(nextID)
      timers[nextID] = timer
      advanceID()
      return timer
    }
  }

  private func advanceID() { nextID = nextID == .max ? 0 : nextID + 1 }

  subscript(_ id: Int32) -> PosixTimer? { lock.withLock { timers[id] } }

  /// - Returns: the timer, which is set no more.
  func remove(_ id: Int32) -> PosixTimer? {
    let timer = lock.withLock { timers.removeValue(forKey: id) }
    timer?.alarm.cancel()
    return timer
  }

  /// execve. - Returns: the timers, which are set no more.
  func removeAll() -> [PosixTimer] {
    let all = lock.withLock { () -> [PosixTimer] in
      defer { timers = [:] }
      return Array(timers.values)
    }
    for timer in all { timer.alarm.cancel() }
    return all
  }

  /// The process has ended.
  func cancel() {
    _ = removeAll()
    for timer in lock.withLock({ intervalTimers.values }) { timer.cancel() }
  }
}

/// One of timer_create(2).
final class PosixTimer: @unchecked Sendable {
  let id: Int32
  let clock: TimerClock
  let alarm: IntervalTimer
  /// How often it should have rung, besides, before its last signal was taken (timer_getoverrun(2)). Guarded by the
  /// signals' lock.
  var overrun: Int32 = 0

  init(id: Int32, clock: TimerClock, ring: @escaping @Sendable (_ missed: UInt64) -> Void) {
    self.id = id
    self.clock = clock
    alarm = IntervalTimer(ring)
  }
}
