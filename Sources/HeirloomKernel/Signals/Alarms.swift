internal import CMachine
internal import HeirloomABI

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
