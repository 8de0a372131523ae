internal import CMachine
internal import HeirloomABI

/// The kernel thread that does things at a time.
final class Alarms: @unchecked Sendable {
  static let shared = Alarms()

  /// What is to be done, for who no longer wants it.
  struct Ticket {
    fileprivate let time: UInt64, number: UInt64
  }

  private struct Entry { let ticket: Ticket; let action: @Sendable () -> Void }

  private let lock = Lock()
  /// Latest first.
  private var entries: [Entry] = []
  private var count: UInt64 = 0
  private var isRunning = false
  /// When the thread looks again by itself.
  private var wakeTime: UInt64 = .max
  private let word = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)

  private init() { word.initialize(to: 0) }

  /// Calls `action` on the kernel's thread at `time` of CLOCK_MONOTONIC.
  func add(at time: UInt64, _ action: @escaping @Sendable () -> Void) -> Ticket {
    let (ticket, mustStart, isSooner) = lock.withLock {
      count += 1
      let ticket = Ticket(time: time, number: count)
      entries.insert(Entry(ticket: ticket, action: action), at: firstIndex(notAfter: time))
      defer { isRunning = true }
      return (ticket, !isRunning, time < wakeTime)
    }
    // Where the host has no thread left, what is due waits until the next that is added finds one.
    if mustStart, !ServiceThread.start({ self.run() }) { lock.withLock { isRunning = false } }
    if isSooner {
      _ = heirloom_atomic_add(word, 1)
      _ = heirloom_host_call(HostCall.futex.rawValue, Int(bitPattern: word), 129, 1, 0, 0, 0)
    }
    return ticket
  }

  /// Nothing where it has been done, or is being done.
  func remove(_ ticket: Ticket) {
    lock.withLock {
      var index = firstIndex(notAfter: ticket.time)
      while index < entries.count, entries[index].ticket.time == ticket.time {
        if entries[index].ticket.number == ticket.number {
          entries.remove(at: index)
          return
        }
        index += 1
      }
    }
  }

  private func firstIndex(notAfter time: UInt64) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].ticket.time > time { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func run() {
    while true {
      let ticket = heirloom_atomic_load(word)
      let now = monotonicTime()
      let (due, next) = lock.withLock { () -> ([Entry], UInt64?) in
        var due: [Entry] = []
        while let last = entries.last, last.ticket.time <= now { due.append(entries.removeLast()) }
        wakeTime = entries.last?.ticket.time ?? .max
        return (due, entries.last?.ticket.time)
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
