/// Signals that were sent and not yet taken: one of a kind for the classic ones, a queue for real-time ones (signal(7)).
struct PendingSignals {
  struct Entry { let number: Int32; var info: SignalInfo }

  private(set) var set: UInt64 = 0
  private var queue: [Entry] = []

  mutating func add(_ number: Int32, _ info: SignalInfo) {
    if let timer = info.timer {
      // A timer has one at a time, and that of its own.
      if let index = queue.firstIndex(where: { $0.info.timer == timer }) {
        queue[index].info.overrun = queue[index].info.overrun.addingClamped(info.overrun.addingClamped(1))
        return
      }
    } else if number < Signal.firstRealTime, set & Signal.bit(number) != 0 {
      return
    }
    set |= Signal.bit(number)
    queue.append(Entry(number: number, info: info))
  }

  mutating func discard(_ signals: UInt64) {
    guard set & signals != 0 else { return }
    set &= ~signals
    queue.removeAll { signals & Signal.bit($0.number) != 0 }
  }

  /// Those of timers.
  mutating func discard(timers: Set<Int32>) {
    queue.removeAll { $0.info.timer.map(timers.contains) ?? false }
    set = queue.reduce(0) { $0 | Signal.bit($1.number) }
  }

  /// Takes the most urgent one of `allowed`: faults first, then the lowest number, then the oldest.
  mutating func take(allowed: UInt64) -> Entry? {
    let candidates = set & allowed
    if candidates == 0 { return nil }
    let urgent = candidates & Signal.synchronous
    let number = Int32((urgent != 0 ? urgent : candidates).trailingZeroBitCount) + 1
    guard let index = queue.firstIndex(where: { $0.number == number }) else { return nil }
    let entry = queue.remove(at: index)
    if !queue.contains(where: { $0.number == number }) { set &= ~Signal.bit(number) }
    return entry
  }
}

/// One task's part. Guarded by its process's `signals.lock`, except for `alternateStack` and `lastException`, which only the
/// task touches.
struct TaskSignals {
  var mask: UInt64 = 0
  /// The mask that sigsuspend(2) and its kin put aside until a handler has been set up.
  var savedMask: UInt64?
  var pending = PendingSignals()
  var alternateStack = AlternateStack()
  /// What the task's last exception left: every frame that follows tells it, as Linux's do (struct thread_struct's trap_nr,
  /// error_code and cr2).
  var lastException: (vector: UInt32, errorCode: UInt32, address: UInt32) = (0, 0, 0)
  /// What sigtimedwait(2) waits for: such signals wake the task although they are blocked.
  var waitedFor: UInt64 = 0
}

/// Handlers, shared between processes under CLONE_SIGHAND.
final class SignalHandlers: @unchecked Sendable {
  private let lock = Lock()
  private var actions: [SignalAction]

  init(_ actions: [SignalAction] = Array(repeating: SignalAction(), count: Int(Signal.count))) { self.actions = actions }

  func action(for number: Int32) -> SignalAction { lock.withLock { actions[Int(number) - 1] } }
  func set(_ action: SignalAction, for number: Int32) { lock.withLock { actions[Int(number) - 1] = action } }
  func copy() -> SignalHandlers { SignalHandlers(lock.withLock { actions }) }

  /// All but ignored signals go back to their default (execve(2)).
  func resetForExec() {
    lock.withLock {
      for index in actions.indices {
        let ignored = actions[index].handler == SignalAction.ignore
        actions[index] = SignalAction(handler: ignored ? SignalAction.ignore : SignalAction.default)
      }
    }
  }

  func clear() { lock.withLock { for index in actions.indices { actions[index] = SignalAction() } } }

  func isIgnored(_ number: Int32) -> Bool {
    let handler = action(for: number).handler
    return handler == SignalAction.ignore
      || handler == SignalAction.default && Signal.defaultAction(number) == .ignore
  }
}

/// A process's part.
final class ProcessSignals: @unchecked Sendable {
  private(set) var handlers: SignalHandlers
  /// Guards the pending signals of the process and its tasks, and their masks.
  let lock = Lock()
  var pending = PendingSignals()
  /// The signal that stopped the process; 0 while it runs. Changes with the tree's lock held, too: what the parent is told
  /// changes with it.
  private(set) var stoppedBy: Int32 = 0
  /// How often SIGCONT or SIGKILL has come: a stop that was taken before is none any more.
  var turns: UInt64 = 0
  let timers = ProcessTimers()

  init(handlers: SignalHandlers) { self.handlers = handlers }

  /// - Returns: whether the process stops now. Callers hold both locks.
  func beginStop(by number: Int32, _ turn: UInt64) -> Bool {
    guard turn == turns, stoppedBy == 0 else { return false }
    stoppedBy = number
    return true
  }

  /// - Returns: whether it was stopped. Callers hold both locks.
  func endStop() -> Bool {
    defer { stoppedBy = 0 }
    return stoppedBy != 0
  }

  /// execve: handlers are the process's own again, and none is left.
  func resetForExec() {
    let own = handlers.copy()
    own.resetForExec()
    handlers = own
  }
}
