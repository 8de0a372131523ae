internal import CMachine
internal import HeirloomABI
internal import HeirloomMachine

extension Task {
  /// Ends this thread when it is next about to go back to guest code; the process too, if it is the last one.
  func end(_ status: ExitStatus) {
    exitStatus = status
    hasNotEnded = false
    _ = heirloom_atomic_or(&processor.state.pointee.interrupt, Work.exit)
  }

  /// exit_group(2), and what a fatal signal does: all threads end, and the first reason given is the process's.
  func endProcess(_ status: ExitStatus) {
    process.beginEnd(status)
    end(status)
  }

  /// execve: the process's other threads end, and this one takes the process's id.
  func endOtherTasks() throws(Errno) {
    let others = kernel.otherTasks(of: self)
    for task in others { task.interrupt(Work.exit) }
    while true {
      let ticket = process.taskEvents.ticket
      if kernel.otherTasks(of: self).isEmpty { break }
      process.taskEvents.waitUninterruptibly(ticket)
      if process.isEnding { throw .EINTR }
    }
    kernel.becomeLeader(self)
  }

  /// Gives up the address space: the child's tid word is cleared, robust futexes are released and a vfork parent goes on.
  func leaveMemory() {
    releaseRobustFutexes()
    if clearChildTID != 0 {
      let address = UserPointer(clearChildTID)
      clearChildTID = 0
      if (try? memory.store(UInt32(0), at: address)) != nil {
        // FUTEX_WAKE: whoever joins the thread waits there.
        _ = try? Host.call(.futex, memory.input(address), 1, 1)
      }
    }
    vforkParent?.finish()
    vforkParent = nil
  }

  /// The last thing on the thread.
  func finish() {
    leaveMemory()
    kernel.tables.end(self)
    attachments.end()
    process.times.addEnded(.ofThisThread())
    kernel.remove(self)
    stack.retire()
  }

  /// set_robust_list(2): marks the futexes that the thread holds as their owner's death, and wakes a waiter each.
  private func releaseRobustFutexes() {
    guard robustList != 0 else { return }
    let head = robustList
    robustList = 0
    guard let offset = try? memory.load(UserPointer(head &+ 4), as: UInt32.self),
      let pending = try? memory.load(UserPointer(head &+ 8), as: UInt32.self)
    else { return }
    var entry = (try? memory.load(UserPointer(head), as: UInt32.self)) ?? head
    // ROBUST_LIST_LIMIT bounds a list that a program has damaged.
    for _ in 0..<2048 where entry & ~1 != head {
      if entry & ~1 != pending & ~1 { ownerDied((entry & ~1) &+ offset) }
      guard let next = try? memory.load(UserPointer(entry & ~1), as: UInt32.self) else { break }
      entry = next
    }
    if pending != 0 { ownerDied((pending & ~1) &+ offset) }
  }

  private func ownerDied(_ address: UInt32) {
    let (waiters, ownerDied, owner): (UInt32, UInt32, UInt32) = (0x8000_0000, 0x4000_0000, 0x3fff_ffff)
    guard address % 4 == 0 else { return }
    while let value = try? memory.load(UserPointer(address), as: UInt32.self), value & owner == UInt32(id) {
      let new = value & waiters | ownerDied
      guard let seen = try? process.memory.window.compareExchange(address, expected: value, desired: new) else { return }
      if seen == value {
        if value & waiters != 0 { _ = try? Host.call(.futex, memory.input(UserPointer(address)), 1, 1) }
        return
      }
    }
  }
}
