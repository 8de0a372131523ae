internal import CHeirloom
internal import HeirloomABI
internal import HeirloomMachine

// fork(2), clone(2), _exit(2), getpid(2), setpgid(2), setsid(2), prctl(2)

extension Task {
  func fork() throws(Errno) -> Int32 {
    try clone(CloneRequest(flags: 0, exitSignal: Signal.child))
  }

  func vfork() throws(Errno) -> Int32 {
    try clone(CloneRequest(flags: CloneFlag.vfork | CloneFlag.vm, exitSignal: Signal.child))
  }

  func clone(
    _ flags: Flags, _ stack: UserPointer, _ parentTID: UserPointer, _ tls: UserPointer, _ childTID: UserPointer
  ) throws(Errno) -> Int32 {
    try clone(
      CloneRequest(
        flags: UInt64(flags.bits & ~0xff), exitSignal: Int32(flags.bits & 0xff), stack: stack.address,
        parentTID: parentTID.address, childTID: childTID.address, tls: tls.address))
  }

  func clone3(_ arguments: InBuffer, _ size: UInt32) throws(Errno) -> Int32 {
    // struct clone_args: flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, ...
    guard size >= 64 else { throw .EINVAL }
    guard size <= 4096 else { throw .E2BIG }
    let words = try memory.array(arguments, count: Int(size) / 8, of: UInt64.self)
    guard words.dropFirst(8).allSatisfy({ $0 == 0 }) else { throw .EINVAL }
    guard words[4] <= UInt64(Signal.count), words[1...7].allSatisfy({ $0 <= UInt32.max }) else { throw .EINVAL }
    guard (words[5] == 0) == (words[6] == 0) else { throw .EINVAL }
    return try clone(
      CloneRequest(
        flags: words[0], exitSignal: Int32(words[4]), stack: UInt32(truncatingIfNeeded: words[5] + words[6]),
        parentTID: UInt32(words[3]), childTID: UInt32(words[2]), tls: UInt32(words[7])))
  }

  func exit(_ status: Int32) throws(Errno) -> Success {
    end(.exited(status & 0xff))
    return Success()
  }

  func exit_group(_ status: Int32) throws(Errno) -> Success {
    endProcess(.exited(status & 0xff))
    return Success()
  }

  func getpid() throws(Errno) -> Int32 { block.pointee.current.tgid }
  func gettid() throws(Errno) -> Int32 { block.pointee.current.pid }

  /// 1, init's, where the kernel itself is the parent.
  func getppid() throws(Errno) -> Int32 { process.parentID }

  func getpgrp() throws(Errno) -> Int32 { kernel.treeLock.withLock { process.family.group } }

  func getpgid(_ id: Int32) throws(Errno) -> Int32 {
    let target = try kernel.process(named: id, by: self)
    return kernel.treeLock.withLock { target.family.group }
  }

  func getsid(_ id: Int32) throws(Errno) -> Int32 {
    let target = try kernel.process(named: id, by: self)
    return kernel.treeLock.withLock { target.family.session }
  }

  func setpgid(_ id: Int32, _ group: Int32) throws(Errno) -> Success {
    guard group >= 0 else { throw .EINVAL }
    let target = try kernel.process(named: id, by: self)
    let group = group == 0 ? target.id : group
    try kernel.treeLock.withLock { () throws(Errno) in
      guard target === process || target.family.parent === process else { throw .ESRCH }
      guard target.family.session == process.family.session, target.family.session != target.id else { throw .EPERM }
      if group != target.id {
        let isInSession = kernel.processes.values.contains {
          $0.family.group == group && $0.family.session == process.family.session
        }
        guard isInSession else { throw .EPERM }
      }
      target.family.group = group
    }
    return Success()
  }

  func setsid() throws(Errno) -> Int32 {
    try kernel.treeLock.withLock { () throws(Errno) in
      guard !kernel.processes.values.contains(where: { $0.family.group == process.id }) else { throw .EPERM }
      process.family.group = process.id
      process.family.session = process.id
      return process.id
    }
  }

  func prctl(_ option: Int32, _ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32) throws(Errno) -> Int32 {
    switch option {
    case 15:  // PR_SET_NAME
      var name = try memory.array(UserPointer(a), count: 16, of: UInt8.self)
      name[15] = 0
      withUnsafeMutableBytes(of: &block.pointee.current.comm) { $0.copyBytes(from: name) }
      return 0
    case 16:  // PR_GET_NAME
      let name = withUnsafeBytes(of: block.pointee.current.comm) { [UInt8]($0) }
      try memory.write(name, at: a)
      return 0
    case 1:  // PR_SET_PDEATHSIG
      guard a == 0 || a <= UInt32(Signal.count) else { throw .EINVAL }
      parentDeathSignal = Int32(a)
      return 0
    case 2:  // PR_GET_PDEATHSIG
      try memory.store(parentDeathSignal, at: UserPointer(a))
      return 0
    case 3: return process.isDumpable ? 1 : 0  // PR_GET_DUMPABLE
    case 4:  // PR_SET_DUMPABLE
      guard a <= 1 else { throw .EINVAL }
      process.isDumpable = a == 1
      return 0
    case 29, 30:  // PR_SET_TIMERSLACK, PR_GET_TIMERSLACK, of the host thread
      return Int32(truncatingIfNeeded: try Host.call(.prctl, Int(option), Int(a)))
    case 38:  // PR_SET_NO_NEW_PRIVS
      guard a == 1, b == 0, c == 0, d == 0 else { throw .EINVAL }
      hasNoNewPrivileges = true
      return 0
    case 39:  // PR_GET_NO_NEW_PRIVS
      guard a == 0, b == 0, c == 0, d == 0 else { throw .EINVAL }
      return hasNoNewPrivileges ? 1 : 0
    case 36:  // PR_SET_CHILD_SUBREAPER
      kernel.treeLock.withLock { process.family.isSubreaper = a != 0 }
      return 0
    case 37:  // PR_GET_CHILD_SUBREAPER
      try memory.store(kernel.treeLock.withLock { process.family.isSubreaper ? 1 : 0 } as Int32, at: UserPointer(a))
      return 0
    default: throw .EINVAL
    }
  }

  func set_tid_address(_ address: UserPointer) throws(Errno) -> Int32 {
    clearChildTID = address.address
    return id
  }
}

extension Kernel {
  /// The process that a call names, 0 being the caller's.
  func process(named id: Int32, by task: Task) throws(Errno) -> Process {
    if id == 0 { return task.process }
    guard let found = process(id) else { throw .ESRCH }
    return found
  }
}
