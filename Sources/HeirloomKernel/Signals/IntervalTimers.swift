internal import CMachine
internal import HeirloomABI

/// A process's ITIMER_REAL, which alarm(2) shares (getitimer(2)). It lives until the process ends and is kept over execve.
final class IntervalTimers: @unchecked Sendable {
  private let lock = Lock()
  private var deadline: UInt64 = 0
  private var interval: UInt64 = 0
  /// Changes with every setting, so that an alarm that was set before does not ring.
  private var generation: UInt64 = 0

  struct Setting { var remaining: UInt64; var interval: UInt64 }

  /// Nanoseconds until it rings, 0 where it is not set, and its interval.
  var setting: Setting {
    lock.withLock { Setting(remaining: remaining(), interval: interval) }
  }

  private func remaining() -> UInt64 {
    guard deadline != 0 else { return 0 }
    let now = monotonicTime()
    return deadline > now ? deadline - now : 1
  }

  /// Rings after `new.remaining` nanoseconds (0: never), then every `new.interval`. - Returns: the old setting.
  func set(_ new: Setting, for process: Process) -> Setting {
    let (old, wake) = lock.withLock { () -> (Setting, (UInt64, UInt64)?) in
      let old = Setting(remaining: remaining(), interval: interval)
      generation += 1
      interval = new.interval
      deadline = new.remaining == 0 ? 0 : monotonicTime() + new.remaining
      return (old, deadline == 0 ? nil : (deadline, generation))
    }
    if let (time, generation) = wake { schedule(time, generation, process) }
    return old
  }

  func cancel() { lock.withLock { deadline = 0; generation += 1 } }

  private func schedule(_ time: UInt64, _ generation: UInt64, _ process: Process) {
    Alarms.shared.add(at: time) { [weak self, weak process] in
      guard let self, let process else { return }
      let next = lock.withLock { () -> UInt64?? in
        guard generation == self.generation, deadline != 0 else { return nil }
        deadline = interval == 0 ? 0 : max(time + interval, monotonicTime())
        return .some(deadline == 0 ? nil : deadline)
      }
      guard let next else { return }
      process.send(Signal.alarm, .kernel)
      if let next { schedule(next, generation, process) }
    }
  }
}

/// The kernel thread that does things at a time.
final class Alarms: @unchecked Sendable {
  static let shared = Alarms()

  private struct Entry { let time: UInt64; let action: @Sendable () -> Void }

  private let lock = Lock()
  /// Latest first.
  private var entries: [Entry] = []
  private var isRunning = false
  private let word = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)

  private init() { word.initialize(to: 0) }

  /// Calls `action` on the kernel's thread at `time` of CLOCK_MONOTONIC.
  func add(at time: UInt64, _ action: @escaping @Sendable () -> Void) {
    let mustStart = lock.withLock {
      let index = entries.firstIndex { $0.time < time } ?? entries.endIndex
      entries.insert(Entry(time: time, action: action), at: index)
      defer { isRunning = true }
      return !isRunning
    }
    if mustStart { precondition(ServiceThread.start { self.run() }, "the host has no thread left for timers") }
    _ = heirloom_atomic_add(word, 1)
    _ = heirloom_host_call(HostCall.futex.rawValue, Int(bitPattern: word), 129, 1, 0, 0, 0)
  }

  private func run() {
    while true {
      let ticket = heirloom_atomic_load(word)
      let now = monotonicTime()
      let (due, next) = lock.withLock { () -> ([Entry], UInt64?) in
        var due: [Entry] = []
        while let last = entries.last, last.time <= now { due.append(entries.removeLast()) }
        return (due, entries.last?.time)
      }
      for entry in due { entry.action() }
      if !due.isEmpty { continue }
      sleep(ticket, until: next)
    }
  }

  private func sleep(_ ticket: UInt32, until time: UInt64?) {
    // FUTEX_WAIT_BITSET takes an absolute CLOCK_MONOTONIC time.
    var deadline = (seconds: Int((time ?? 0) / 1_000_000_000), nanoseconds: Int((time ?? 0) % 1_000_000_000))
    withUnsafeMutablePointer(to: &deadline) {
      let timeout = time == nil ? 0 : Int(bitPattern: $0)
      _ = heirloom_host_call(HostCall.futex.rawValue, Int(bitPattern: word), 9 | 128, Int(ticket), timeout, 0, -1)
    }
  }
}
