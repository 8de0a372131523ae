internal import HeirloomABI

/// What a timer counts by.
struct TimerClock: Sendable {
  /// In nanoseconds; nil where who is counted has gone.
  let now: @Sendable () -> UInt64?
  /// How many threads the clock runs for; nil: it runs by itself.
  let threads: (@Sendable () -> Int)?

  /// One of the host's own (clock_gettime(2)).
  static func host(_ clock: Int32) -> TimerClock {
    TimerClock(now: { (try? Clock.now(clock)).map { UInt64(max(0, $0.total)) } }, threads: nil)
  }

  static let monotonic = TimerClock(now: { monotonicTime() }, threads: nil)

  static func time(of process: Process) -> TimerClock {
    TimerClock(
      now: { [weak process] in process.map { UInt64($0.cpuTime.total) } },
      threads: { [weak process] in process.map { process in process.kernel.treeLock.withLock { process.family.tasks.count } } ?? 1 })
  }

  static func time(of task: Task) -> TimerClock {
    TimerClock(
      now: { [weak task] in task.flatMap { try? Clock.now($0.cpuClock) }.map { UInt64($0.total) } }, threads: { 1 })
  }

  /// How long to sleep at least, in nanoseconds, before `left` may have passed. What threads use is looked at once in a
  /// millisecond at the most, as they may not run.
  func pause(_ left: UInt64) -> UInt64 {
    guard let threads else { return left }
    return max(left / UInt64(max(1, threads())), 1_000_000)
  }
}

/// A timer that rings once or again and again (getitimer(2), timer_create(2)).
final class IntervalTimer: @unchecked Sendable {
  /// In nanoseconds: until it rings, 0 where it is not set; and from then on.
  struct Setting {
    var remaining: UInt64 = 0
    var interval: UInt64 = 0
  }

  private let lock = Lock()
  private var clock = TimerClock.monotonic
  private var deadline: UInt64 = 0
  private var interval: UInt64 = 0
  /// Changes with every setting, so that an alarm that was set before does not ring.
  private var generation: UInt64 = 0
  private var ticket: Alarms.Ticket?
  private let ring: @Sendable (_ missed: UInt64) -> Void

  /// - Parameter ring: what it does on the kernel's own thread; `missed` times more it should have rung before.
  init(_ ring: @escaping @Sendable (_ missed: UInt64) -> Void) { self.ring = ring }

  /// However short the interval, it rings no more often; what it has missed is counted.
  private static let shortest: UInt64 = 50_000

  var setting: Setting { lock.withLock { present } }

  private var present: Setting {
    guard deadline != 0, let now = clock.now() else { return Setting(remaining: 0, interval: interval) }
    return Setting(remaining: deadline > now ? deadline - now : 1, interval: interval)
  }

  /// - Parameters:
  ///   - clock: what it counts by.
  ///   - time: when it rings, by the clock, or how long until then; 0: never.
  /// - Returns: the old setting.
  @discardableResult
  func set(by clock: TimerClock, _ time: UInt64, isAbsolute: Bool = false, interval: UInt64) -> Setting {
    lock.withLock {
      let old = present
      unset()
      self.clock = clock
      self.interval = interval
      let start = isAbsolute ? 0 : clock.now() ?? 0
      deadline = time == 0 ? 0 : start.addingReportingOverflow(time).overflow ? .max : start + time
      schedule()
      return old
    }
  }

  func cancel() { lock.withLock { unset() } }

  // Callers of the next two hold the lock.

  private func unset() {
    (deadline, generation) = (0, generation + 1)
    if let ticket { Alarms.shared.remove(ticket) }
    ticket = nil
  }

  private func schedule(notBefore earliest: UInt64 = 0) {
    guard deadline != 0, let now = clock.now() else { return }
    let pause = max(deadline > now ? clock.pause(deadline - now) : 0, earliest)
    let (time, overflow) = monotonicTime().addingReportingOverflow(pause)
    ticket = Alarms.shared.add(at: overflow ? .max : time) { [weak self, generation] in self?.look(generation) }
  }

  private func look(_ generation: UInt64) {
    let missed = lock.withLock { () -> UInt64? in
      guard generation == self.generation, deadline != 0, let now = clock.now() else { return nil }
      guard now >= deadline else {
        schedule()
        return nil
      }
      guard interval != 0 else {
        deadline = 0
        return 0
      }
      let missed = (now - deadline) / interval
      deadline += (missed + 1) * interval
      schedule(notBefore: Self.shortest)
      return missed
    }
    if let missed { ring(missed) }
  }
}
