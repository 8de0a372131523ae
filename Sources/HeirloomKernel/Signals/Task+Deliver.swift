internal import CHeirloom
internal import HeirloomABI
internal import HeirloomMachine

extension Task {
  /// Takes what is pending: default actions are carried out, a handler gets a frame, an interrupted call is restarted or
  /// not (signal(7), "Interruption of system calls and library functions by signal handlers").
  func deliverSignals() {
    while hasNotEnded {
      waitWhileStopped()
      if process.isEnding {
        end(process.endStatus ?? .exited(0))
        return
      }
      guard let (signal, action, turn) = takeSignal() else { break }
      switch (action.handler, Signal.defaultAction(signal.number)) {
      case (SignalAction.ignore, _), (SignalAction.default, .ignore), (SignalAction.default, .continue):
        continue
      case (SignalAction.default, .stop):
        process.stop(by: signal.number, turn)
      case (SignalAction.default, _):
        // A guest's core is never written, so no status says that it was.
        endProcess(.signaled(signal.number))
        return
      default:
        finishCall(handledBy: action)
        do throws(Errno) { try pushFrame(signal, action) } catch { dieOfBadStack(signal.number) }
        // Another pending signal interrupts the handler before its first instruction.
      }
    }
    finishCall(handledBy: nil)
    if let mask = process.signals.lock.withLock({ () -> UInt64? in
      defer { signals.savedMask = nil }
      return signals.savedMask
    }) {
      setMask(mask)
    }
  }

  private func takeSignal() -> (PendingSignals.Entry, SignalAction, turn: UInt64)? {
    process.signals.lock.withLock {
      let allowed = ~signals.mask
      guard let entry = takePending(allowed) else { return nil }
      let action = process.signals.handlers.action(for: entry.number)
      if action.flags & SignalAction.resetHandler != 0, action.handler > SignalAction.ignore {
        process.signals.handlers.set(SignalAction(), for: entry.number)
      }
      return (entry, action, process.signals.turns)
    }
  }

  /// The most urgent pending signal of `allowed`. Callers hold the signals' lock.
  func takePending(_ allowed: UInt64) -> PendingSignals.Entry? {
    guard let entry = signals.pending.take(allowed: allowed) ?? process.signals.pending.take(allowed: allowed) else { return nil }
    if let id = entry.info.timer { process.signals.timers[id]?.overrun = entry.info.overrun }
    return entry
  }

  private func waitWhileStopped() {
    while true {
      let ticket = process.stopEvents.ticket
      if process.signals.lock.withLock({ process.signals.stoppedBy == 0 || process.ending != nil }) { return }
      process.stopEvents.waitUninterruptibly(ticket)
    }
  }

  /// Decides how an interrupted call ends, given the handler that is about to run, if any.
  private func finishCall(handledBy action: SignalAction?) {
    let registers = registers
    guard Int32(bitPattern: registers.pointee.orig_eax) >= 0 else { return }
    let restarts: Bool
    switch Errno(-Int32(bitPattern: registers.pointee.eax)) {
    case .ERESTARTSYS: restarts = action.map { $0.flags & SignalAction.restarts != 0 } ?? true
    case .ERESTARTNOINTR: restarts = true
    case .ERESTARTNOHAND: restarts = action == nil
    case .ERESTART_RESTARTBLOCK:
      restarts = action == nil
      if restarts { registers.pointee.orig_eax = 0 }  // restart_syscall
    default: return
    }
    if restarts {
      registers.pointee.eax = registers.pointee.orig_eax
      registers.pointee.eip &-= 2
    } else {
      registers.pointee.eax = UInt32(bitPattern: -Errno.EINTR.code)
    }
    registers.pointee.orig_eax = UInt32.max
  }

  /// No room for a frame: SIGSEGV, which kills where it is the signal that found no room.
  private func dieOfBadStack(_ number: Int32) {
    if number == Signal.segmentation { process.signals.handlers.set(SignalAction(), for: number) }
    raise(Fault(signal: Signal.segmentation, code: 0x80, address: 0, vector: 13, errorCode: 0))
  }
}
