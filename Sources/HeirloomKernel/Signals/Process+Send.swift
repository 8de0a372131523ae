internal import HeirloomABI
internal import HeirloomMachine

extension Process {
  /// Sends a signal to the process: one of its tasks that does not block it takes it.
  func send(_ number: Int32, _ info: SignalInfo) {
    guard prepare(number) else { return }
    let tasks = kernel.treeLock.withLock { family.tasks }
    let taker: Task? = signals.lock.withLock {
      signals.pending.add(number, info)
      return tasks.first { $0.wants(number) }
    }
    // Only now, so that nothing that was sent to the stopped process before comes first.
    if number == Signal.kill { resume(reports: false) }
    taker?.interrupt(Task.Work.signal)
  }

  /// What happens when a signal is generated, whoever takes it. - Returns: false where it has no further effect.
  fileprivate func prepare(_ number: Int32) -> Bool {
    if number == Signal.continue { resume(reports: true) }
    let bit = Signal.bit(number)
    let tasks = kernel.treeLock.withLock { family.tasks }
    return signals.lock.withLock {
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

  /// Ends a stop.
  fileprivate func resume(reports: Bool) {
    let wasStopped = signals.lock.withLock {
      defer { signals.stoppedBy = 0 }
      return signals.stoppedBy != 0
    }
    guard wasStopped else { return }
    stopEvents.notify()
    if reports {
      kernel.treeLock.withLock {
        family.unreportedStop = nil
        family.unreportedContinue = true
      }
      tellParent(.childContinued(self))
    }
  }

  /// Stops the process (its tasks wait before they go back to guest code) and tells its parent.
  func stop(by number: Int32) {
    let isNew = signals.lock.withLock {
      defer { signals.stoppedBy = number }
      return signals.stoppedBy == 0
    }
    guard isNew else { return }
    for task in kernel.treeLock.withLock({ family.tasks }) { task.interrupt(Task.Work.signal) }
    kernel.treeLock.withLock {
      family.unreportedStop = number
      family.unreportedContinue = false
    }
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
    guard process.prepare(number) else { return }
    let wanted = process.signals.lock.withLock {
      signals.pending.add(number, info)
      return wants(number)
    }
    if number == Signal.kill { process.resume(reports: false) }
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
