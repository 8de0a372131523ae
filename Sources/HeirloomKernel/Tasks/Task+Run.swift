internal import CHeirloom
internal import CMachine
internal import HeirloomABI
internal import HeirloomMachine

extension Task {
  /// The whole life of a guest thread on its host thread, after the thread has its own table of descriptors.
  func runUntilExit() {
    hostThread = HostThread.currentID
    processor.bind()
    while hasNotEnded {
      switch processor.run() {
      case .systemCall:
        break
      case .fault(let fault):
        registers.pointee.orig_eax = UInt32.max
        raise(fault)
      case .interrupt:
        // Taken between two instructions: there is no call to restart.
        registers.pointee.orig_eax = UInt32.max
      }
      if processor.state.pointee.interrupt != 0 { doWork() }
    }
    processor.unbind()
    finish()
  }

  /// What waits in `interrupt`, before the task goes back to guest code.
  private func doWork() {
    let work = heirloom_atomic_and(&processor.state.pointee.interrupt, 0)
    guard hasNotEnded else { return }
    if work & Work.exit != 0 || process.isEnding {
      end(process.endStatus ?? .exited(0))
      return
    }
    if work & Work.startAnew != 0 { startAnewIfInterrupted() }
    deliverSignals()
  }

  /// A module may have made EINTR of what ended its sleep.
  private func startAnewIfInterrupted() {
    guard Int32(bitPattern: registers.pointee.orig_eax) >= 0,
      Int32(bitPattern: registers.pointee.eax) == -Errno.EINTR.code
    else { return }
    registers.pointee.eax = UInt32(bitPattern: -Errno.ERESTARTSYS.code)
  }

  /// Makes the task look at `work` soon, wherever it is: in guest code, in a host call that sleeps, or about to enter one.
  func interrupt(_ work: UInt32) {
    _ = heirloom_atomic_or(&processor.state.pointee.interrupt, work)
    let thread = hostThread
    if thread != 0, thread != HostThread.currentID {
      _ = try? Host.call(.tgkill, Int(HostThread.processID), Int(thread), Int(Processor.interruptSignal))
    }
  }
}
