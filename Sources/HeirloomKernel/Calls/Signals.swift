internal import CHeirloom
internal import HeirloomABI
internal import HeirloomMachine

// sigaction(2), sigprocmask(2), kill(2), sigsuspend(2), sigaltstack(2), sigtimedwait(2)

extension Task {
  func rt_sigaction(_ number: Int32, _ new: InBuffer, _ old: OutBuffer, _ size: UInt32) throws(Errno) -> Success {
    guard size == 8 else { throw .EINVAL }
    var replacement: SignalAction?
    if !new.isNull {
      let words = try memory.load(new, as: (UInt32, UInt32, UInt32, UInt32, UInt32).self)
      replacement = SignalAction(
        handler: words.0, flags: words.1, restorer: words.2, mask: UInt64(words.4) << 32 | UInt64(words.3))
    }
    let previous = try changeAction(number, replacement)
    if !old.isNull {
      let words = (
        previous.handler, previous.flags, previous.restorer, UInt32(truncatingIfNeeded: previous.mask),
        UInt32(previous.mask >> 32)
      )
      try memory.store(words, at: old)
    }
    return Success()
  }

  /// The old call: handler, a mask of one word, flags, restorer.
  func sigaction(_ number: Int32, _ new: InBuffer, _ old: OutBuffer) throws(Errno) -> Success {
    var replacement: SignalAction?
    if !new.isNull {
      let words = try memory.load(new, as: (UInt32, UInt32, UInt32, UInt32).self)
      replacement = SignalAction(handler: words.0, flags: words.2, restorer: words.3, mask: UInt64(words.1))
    }
    let previous = try changeAction(number, replacement)
    if !old.isNull {
      let words = (previous.handler, UInt32(truncatingIfNeeded: previous.mask), previous.flags, previous.restorer)
      try memory.store(words, at: old)
    }
    return Success()
  }

  /// signal(2) as System V has it: one shot, and not blocked while it runs.
  func signal(_ number: Int32, _ handler: UserPointer) throws(Errno) -> UInt32 {
    let action = SignalAction(
      handler: handler.address, flags: SignalAction.resetHandler | SignalAction.noDefer)
    return try changeAction(number, action).handler
  }

  private func changeAction(_ number: Int32, _ new: SignalAction?) throws(Errno) -> SignalAction {
    guard Signal.isValid(number), new == nil || Signal.bit(number) & Signal.unblockable == 0 else { throw .EINVAL }
    let handlers = process.signals.handlers
    let previous = handlers.action(for: number)
    guard var new else { return previous }
    new.mask &= ~Signal.unblockable
    new.flags &= SignalAction.knownFlags
    handlers.set(new, for: number)
    // A pending signal that becomes ignored is gone.
    if handlers.isIgnored(number) {
      let tasks = kernel.treeLock.withLock { process.family.tasks }
      process.signals.lock.withLock {
        process.signals.pending.discard(Signal.bit(number))
        for task in tasks { task.signals.pending.discard(Signal.bit(number)) }
      }
    }
    return previous
  }

  func rt_sigprocmask(_ how: Int32, _ new: InBuffer, _ old: OutBuffer, _ size: UInt32) throws(Errno) -> Success {
    guard size == 8 else { throw .EINVAL }
    let previous = signals.mask
    if !new.isNull { try changeMask(how, try memory.load(new, as: UInt64.self), keeping: 0) }
    if !old.isNull { try memory.store(previous, at: old) }
    return Success()
  }

  /// The old call, which leaves real-time signals alone.
  func sigprocmask(_ how: Int32, _ new: InBuffer, _ old: OutBuffer) throws(Errno) -> Success {
    let previous = signals.mask
    if !new.isNull { try changeMask(how, UInt64(try memory.load(new, as: UInt32.self)), keeping: ~0xffff_ffff) }
    if !old.isNull { try memory.store(UInt32(truncatingIfNeeded: previous), at: old) }
    return Success()
  }

  private func changeMask(_ how: Int32, _ set: UInt64, keeping kept: UInt64) throws(Errno) {
    switch how {
    case 0: setMask(signals.mask | set)
    case 1: setMask(signals.mask & ~set)
    case 2: setMask(signals.mask & kept | set)
    default: throw .EINVAL
    }
  }

  func rt_sigpending(_ set: OutBuffer, _ size: UInt32) throws(Errno) -> Success {
    guard size <= 8 else { throw .EINVAL }
    let words = withUnsafeBytes(of: pendingAndBlocked) { [UInt8]($0.prefix(Int(size))) }
    try memory.write(words, at: set.address)
    return Success()
  }

  func sigpending(_ set: OutBuffer) throws(Errno) -> Success {
    try memory.store(UInt32(truncatingIfNeeded: pendingAndBlocked), at: set)
    return Success()
  }

  private var pendingAndBlocked: UInt64 {
    process.signals.lock.withLock { (signals.pending.set | process.signals.pending.set) & signals.mask }
  }

  func rt_sigsuspend(_ mask: InBuffer, _ size: UInt32) throws(Errno) -> Success {
    guard size == 8 else { throw .EINVAL }
    return try suspend(try memory.load(mask, as: UInt64.self))
  }

  func sigsuspend(_ unused: UInt32, _ alsoUnused: UInt32, _ mask: UInt32) throws(Errno) -> Success {
    try suspend(UInt64(mask))
  }

  func pause() throws(Errno) -> Success {
    let queue = WaitQueue()
    while true {
      do throws(Errno) { try queue.wait(queue.ticket, self) } catch { throw .ERESTARTNOHAND }
    }
  }

  private func suspend(_ mask: UInt64) throws(Errno) -> Success {
    useTemporaryMask(mask)
    return try pause()
  }

  /// A mask for the length of one call: the old one comes back after a handler has been set up, or none had to be.
  func useTemporaryMask(_ mask: UInt64) {
    process.signals.lock.withLock { signals.savedMask = signals.mask }
    setMask(mask)
  }

  func sigaltstack(_ new: InBuffer, _ old: OutBuffer) throws(Errno) -> Success {
    let previous = alternateStackWords
    if !new.isNull {
      let words: [UInt32] = try memory.array(new, count: 3)
      if signals.alternateStack.contains(registers.pointee.esp) { throw .EPERM }
      try setAlternateStack(AlternateStack(base: words[0], size: words[2], flags: words[1]))
    }
    if !old.isNull { try memory.write(previous, at: old.address) }
    return Success()
  }

  /// - Throws: EINVAL, ENOMEM below MINSIGSTKSZ, EPERM while the task runs on the present one.
  func setAlternateStack(_ new: AlternateStack) throws(Errno) {
    if signals.alternateStack.contains(registers.pointee.esp) { throw .EPERM }
    switch new.flags & ~AlternateStack.disarms {
    case AlternateStack.disabled: signals.alternateStack = AlternateStack(flags: new.flags)
    case 0, AlternateStack.inUse:
      guard new.size >= 2048 else { throw .ENOMEM }
      signals.alternateStack = new
    default: throw .EINVAL
    }
  }

  func kill(_ id: Int32, _ number: Int32) throws(Errno) -> Success {
    guard number == 0 || Signal.isValid(number) else { throw .EINVAL }
    let targets: [Process]
    switch id {
    case 1...: targets = kernel.process(id).map { [$0] } ?? []
    case 0: targets = kernel.members(ofGroup: try getpgrp())
    case -1: targets = kernel.allProcesses.filter { $0 !== process && $0 !== kernel.first }
    default: targets = kernel.members(ofGroup: -id)
    }
    guard !targets.isEmpty else { throw .ESRCH }
    let permitted = targets.filter { maySignal($0, number) }
    guard !permitted.isEmpty else { throw .EPERM }
    if number != 0 { for target in permitted { target.send(number, .user(process)) } }
    return Success()
  }

  /// kill(2): root, or a real or effective uid that is the target's real or saved one; SIGCONT within the session.
  private func maySignal(_ target: Process, _ number: Int32) -> Bool {
    let (mine, its) = (process.credentials, target.credentials)
    if mine.euid == 0 || [its.uid, its.suid].contains(mine.uid) || [its.uid, its.suid].contains(mine.euid) { return true }
    return number == Signal.continue
      && kernel.treeLock.withLock { target.family.session == process.family.session }
  }

  func tkill(_ id: Int32, _ number: Int32) throws(Errno) -> Success { try sendToThread(nil, id, number) }

  func tgkill(_ group: Int32, _ id: Int32, _ number: Int32) throws(Errno) -> Success {
    guard group > 0 else { throw .EINVAL }
    return try sendToThread(group, id, number)
  }

  private func sendToThread(_ group: Int32?, _ id: Int32, _ number: Int32) throws(Errno) -> Success {
    guard id > 0, number == 0 || Signal.isValid(number) else { throw .EINVAL }
    guard let target = kernel.task(id), group == nil || target.process.id == group else { throw .ESRCH }
    guard maySignal(target.process, number) else { throw .EPERM }
    if number != 0 { target.send(number, .user(process, isThreadDirected: true)) }
    return Success()
  }

  func rt_sigqueueinfo(_ id: Int32, _ number: Int32, _ info: InBuffer) throws(Errno) -> Success {
    let words: [UInt32] = try memory.array(info, count: 32)
    guard number == 0 || Signal.isValid(number) else { throw .EINVAL }
    guard let target = kernel.process(id) else { throw .ESRCH }
    let code = Int32(bitPattern: words[2])
    if code >= 0 || code == -6, target !== process { throw .EPERM }
    guard maySignal(target, number) else { throw .EPERM }
    if number != 0 { target.send(number, SignalInfo(words: words)) }
    return Success()
  }

  func rt_sigtimedwait(_ set: InBuffer, _ info: OutBuffer, _ timeout: InBuffer, _ size: UInt32) throws(Errno) -> Int32 {
    guard size == 8 else { throw .EINVAL }
    let wanted = try memory.load(set, as: UInt64.self) & ~Signal.unblockable
    let time = timeout.isNull ? nil : try memory.load(timeout, as: Timespec32.self).host
    return try waitForSignal(wanted, info, time)
  }

  func rt_sigtimedwait_time64(_ set: InBuffer, _ info: OutBuffer, _ timeout: InBuffer, _ size: UInt32) throws(Errno) -> Int32 {
    guard size == 8 else { throw .EINVAL }
    let wanted = try memory.load(set, as: UInt64.self) & ~Signal.unblockable
    return try waitForSignal(wanted, info, timeout.isNull ? nil : memory.timespec64(timeout))
  }

  private func waitForSignal(_ wanted: UInt64, _ info: OutBuffer, _ time: HostTimespec?) throws(Errno) -> Int32 {
    if let time { guard time.isValid else { throw .EINVAL } }
    let deadline = time.map { time -> Int64 in
      let (end, overflow) = Int64(monotonicTime()).addingReportingOverflow(time.total)
      return overflow ? .max : end
    }
    defer { process.signals.lock.withLock { signals.waitedFor = 0 } }
    while true {
      let entry = process.signals.lock.withLock {
        signals.waitedFor = wanted
        return takePending(wanted)
      }
      if let entry {
        if !info.isNull { try memory.write(entry.info.bytes(number: entry.number), at: info.address) }
        return entry.number
      }
      let left = deadline.map { $0 - Int64(monotonicTime()) }
      if let left, left <= 0 { throw .EAGAIN }
      let queue = WaitQueue()
      do throws(Errno) { try queue.wait(queue.ticket, self, nanoseconds: left) } catch {
        let isOurs = process.signals.lock.withLock {
          (signals.pending.set | process.signals.pending.set) & wanted != 0
        }
        if (error == .ERESTARTSYS || error == .ERESTARTNOINTR) && isOurs {
          // The wish to look came from what is waited for; whatever else there is stays noted.
          continue
        }
        if error != .ETIMEDOUT { throw .EINTR }
      }
    }
  }
}
