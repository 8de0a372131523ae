internal import HeirloomABI
internal import HeirloomMachine

extension Process {
  /// Sends a signal to the process: one of its tasks that does not block it takes it.
  func send(_ number: Int32, _ info: SignalInfo) {
    guard prepare(number) else { return resume(after: number) }
    let tasks = kernel.treeLock.withLock { family.tasks }
    let taker: Task? = signals.lock.withLock {
      signals.pending.add(number, info)
      return tasks.first { $0.wants(number) }
    }
    resume(after: number)
    taker?.interrupt(Task.Work.signal)
  }

  /// What happens when a signal is generated, whoever takes it. - Returns: false where it is not kept.
  fileprivate func prepare(_ number: Int32) -> Bool {
    let bit = Signal.bit(number)
    let tasks = kernel.treeLock.withLock { family.tasks }
    return signals.lock.withLock {
      if number == Signal.continue || number == Signal.kill { signals.turns += 1 }
      if number == Signal.continue {
        signals.pending.discard(Signal.stops)
        for task in tasks { task.signals.pending.discard(Signal.stops) }
      } else if bit & Signal.stops != 0 {
        signals.pending.discard(Signal.bit(Signal.continue))
        for task in tasks { task.signals.pending.discard(Signal.bit(Signal.continue)) }
      }
      // An ignored signal is kept only where somebody blocks it, for it may be caught by then.
      return !signals.handlers.isIgnored(number)
        || tasks.contains { ($0.signals.mask | $0.signals.waitedFor) & bit != 0 }
    }
  }

  /// Ends a stop. When the signal is pending: the process is to see it first, before whatever it was stopped in.
  fileprivate func resume(after number: Int32) {
    guard number == Signal.continue || number == Signal.kill else { return }
    let wasStopped = kernel.treeLock.withLock {
      guard signals.lock.withLock({ signals.endStop() }) else { return false }
      if number == Signal.continue { (family.unreportedStop, family.unreportedContinue) = (nil, true) }
      return true
    }
    guard wasStopped else { return }
    stopEvents.notify()
    if number == Signal.continue { tellParent(.childContinued(self)) }
  }

  /// Stops the process (its tasks wait before they go back to guest code) and tells its parent.
  ///
  /// - Parameter turn: `ProcessSignals.turns` when the signal was taken: one that continues the process has come since, or not.
  func stop(by number: Int32, _ turn: UInt64) {
    let tasks = kernel.treeLock.withLock { () -> [Task] in
      guard signals.lock.withLock({ signals.beginStop(by: number, turn) }) else { return [] }
      (family.unreportedStop, family.unreportedContinue) = (number, false)
      return family.tasks
    }
    guard !tasks.isEmpty else { return }
    for task in tasks { task.interrupt(Task.Work.signal) }
    tellParent(.childStopped(self, number))
    kernel.noteStop(of: self)
  }

  private func tellParent(_ info: SignalInfo) {
    guard let parent else { return }
    if parent.signals.handlers.action(for: Signal.child).flags & SignalAction.noChildStop == 0 {
      parent.send(Signal.child, info)
    }
    parent.childEvents.notify()
  }
}

extension Task {
  /// Sends a signal to this very thread.
  func send(_ number: Int32, _ info: SignalInfo) {
    guard process.prepare(number) else { return process.resume(after: number) }
    let wanted = process.signals.lock.withLock {
      signals.pending.add(number, info)
      return wants(number)
    }
    process.resume(after: number)
    if wanted { interrupt(Work.signal) }
  }

  /// Whether a signal should wake the task. Callers hold the signals' lock.
  fileprivate func wants(_ number: Int32) -> Bool {
    hasNotEnded && (signals.mask & Signal.bit(number) == 0 || signals.waitedFor & Signal.bit(number) != 0)
  }

  /// A fault's signal cannot wait: blocked or ignored, it takes its default action (the kernel's force_sig_info).
  func raise(_ fault: Fault) {
    signals.lastException.vector = fault.vector
    signals.lastException.errorCode = fault.errorCode
    if fault.vector == 14 { signals.lastException.address = fault.address }
    let bit = Signal.bit(fault.signal)
    let action = process.signals.handlers.action(for: fault.signal)
    process.signals.lock.withLock {
      if signals.mask & bit != 0 || action.handler == SignalAction.ignore {
        process.signals.handlers.set(SignalAction(), for: fault.signal)
        signals.mask &= ~bit
      }
      signals.pending.add(fault.signal, .fault(fault))
    }
    interrupt(Work.signal)
  }

  /// Changes the mask; signals that it lets through are looked at before the task goes back to guest code.
  func setMask(_ mask: UInt64) {
    let hasPending = process.signals.lock.withLock {
      signals.mask = mask & ~Signal.unblockable
      return (signals.pending.set | process.signals.pending.set) & ~signals.mask != 0
    }
    if hasPending { interrupt(Work.signal) }
  }
}
