internal import HeirloomABI
internal import HeirloomMachine

// Descriptors and what stands behind them (dup(2), pipe(2), fcntl(2), flock(2), sendfile(2), eventfd(2)).

extension Task {
  func dup(_ fd: FD) throws(Errno) -> Int32 { try admit(Host.call(.dup, fd.host)) }

  func dup2(_ fd: FD, _ target: FD) throws(Errno) -> Int32 {
    try checkTarget(target)
    process.descriptors.note(Int(target.number))
    return Int32(try blocking(.dup2, fd.host, target.host))
  }

  func dup3(_ fd: FD, _ target: FD, _ flags: Flags) throws(Errno) -> Int32 {
    guard flags.bits & ~UInt32(OpenFlag.closeOnExec) == 0, fd != target else { throw .EINVAL }
    try checkTarget(target)
    process.descriptors.note(Int(target.number))
    return Int32(try blocking(.dup3, fd.host, target.host, Int(flags.bits)))
  }

  /// A number that a guest chooses must lie below its limit.
  private func checkTarget(_ target: FD) throws(Errno) {
    guard target.number >= 0, UInt64(target.number) < process.limits[HostLimits.files].soft else { throw .EBADF }
  }

  func pipe(_ to: OutBuffer) throws(Errno) -> Success { try pipe2(to, Flags(bits: 0)) }

  func pipe2(_ to: OutBuffer, _ flags: Flags) throws(Errno) -> Success {
    var ends: (Int32, Int32) = (-1, -1)
    try withHostPointer(to: &ends) { (ends) throws(Errno) in
      try Host.call(.pipe2, ends, Int(flags.bits))
    }
    try hand(ends, to)
    return Success()
  }

  /// Gives the guest two descriptors at once, or neither.
  func hand(_ pair: (Int32, Int32), _ to: OutBuffer) throws(Errno) {
    do throws(Errno) {
      process.descriptors.note(Int(min(pair.0, pair.1)))
      _ = try admit(Int(max(pair.0, pair.1)))
      try memory.store(pair, at: to)
    } catch {
      DescriptorLimits.close(pair.0)
      DescriptorLimits.close(pair.1)
      throw error
    }
  }

  func close_range(_ first: UInt32, _ last: UInt32, _ flags: Flags) throws(Errno) -> Success {
    let end = UInt32(DescriptorLimits.base) - 1
    guard first <= last else { throw .EINVAL }
    // The kernel's numbers stand above. An empty range still carries out the flags.
    let unshare: UInt32 = 2
    if first > end && !flags.has(unshare) {
      guard flags.bits & ~7 == 0 else { throw .EINVAL }
      return Success()
    }
    try Host.call(.close_range, Int(min(first, end)), first > end ? Int(min(first, end)) : Int(min(last, end)), Int(flags.bits))
    return Success()
  }

  func flock(_ fd: FD, _ operation: Int32) throws(Errno) -> Success {
    try blocking(.flock, fd.host, Int(operation))
    return Success()
  }
}

// MARK: fcntl

extension Task {
  func fcntl(_ fd: FD, _ command: Int32, _ argument: UserPointer) throws(Errno) -> Int32 {
    switch Int(command) {
    case FileControl.getLock64, FileControl.setLock64, FileControl.setLockWait64,
      FileControl.openFileGetLock, FileControl.openFileSetLock, FileControl.openFileSetLockWait:
      throw .EINVAL
    default: return try fcntl64(fd, command, argument)
    }
  }

  func fcntl64(_ fd: FD, _ command: Int32, _ argument: UserPointer) throws(Errno) -> Int32 {
    let command = Int(command)
    let value = Int(Int32(bitPattern: argument.address))
    switch command {
    case FileControl.duplicate, FileControl.duplicateCloseOnExec:
      guard value >= 0, UInt64(value) < process.limits[HostLimits.files].soft else { throw .EINVAL }
      return try admit(Host.call(.fcntl, fd.host, command, value))
    case FileControl.getLock, FileControl.setLock, FileControl.setLockWait:
      var lock = try memory.load(argument, as: Lock32.self).host
      try runLock(fd, command, &lock)
      if command == FileControl.getLock { try memory.store(Lock32(lock), at: argument) }
      return 0
    case FileControl.getLock64, FileControl.setLock64, FileControl.setLockWait64,
      FileControl.openFileGetLock, FileControl.openFileSetLock, FileControl.openFileSetLockWait:
      var lock = try memory.load(argument, as: Lock64.self).host
      // The host's 64-bit commands are its plain ones.
      let plain = command <= FileControl.setLockWait64 ? command - FileControl.getLock64 + FileControl.getLock : command
      try runLock(fd, plain, &lock)
      if plain == FileControl.getLock || plain == FileControl.openFileGetLock {
        try memory.store(Lock64(lock), at: argument)
      }
      return 0
    case FileControl.setOwner, FileControl.getOwner, FileControl.setOwnerEx, FileControl.getOwnerEx,
      FileControl.getOwnerUIDs, FileControl.setSignal:
      return try owner(fd, command, value)
    case 1035, 1036, 1037, 1038, 1039, 1040:
      // F_SET_RW_HINT and its kin take a pointer to 64 bits.
      return Int32(try Host.call(.fcntl, fd.host, command, memory.output(OutBuffer(argument.address), 8)))
    default:
      if command == FileControl.notify { process.hasRecordLocks = true }
      return Int32(truncatingIfNeeded: try Host.call(.fcntl, fd.host, command, value))
    }
  }

  private func runLock(_ fd: FD, _ command: Int, _ lock: inout HostLock) throws(Errno) {
    process.hasRecordLocks = true
    try withHostPointer(to: &lock) { (lock) throws(Errno) in try blocking(.fcntl, fd.host, command, lock) }
    // The host knows one process for all guests.
    if lock.type != 2 && lock.owner == HostThread.processID { lock.owner = 0 }
  }

  /// SIGIO's owner. The host would signal one of its own processes, so only "nobody" can be set.
  private func owner(_ fd: FD, _ command: Int, _ value: Int) throws(Errno) -> Int32 {
    try Host.call(.fcntl, fd.host, FileControl.getDescriptorFlags)
    switch command {
    case FileControl.getOwner: return 0
    case FileControl.setOwner where value == 0: return 0
    default: throw .EINVAL
    }
  }
}

// MARK: Moving bytes between descriptors

extension Task {
  func sendfile(_ to: FD, _ from: FD, _ offset: UserPointer, _ count: UInt32) throws(Errno) -> Int32 {
    if offset.isNull { return try sendBytes(to, from, 0, count) }
    var position = Int64(try memory.load(offset, as: Int32.self))
    let sent = try withHostPointer(to: &position) { (position) throws(Errno) in try sendBytes(to, from, position, count) }
    guard let short = Int32(exactly: position) else { throw .EOVERFLOW }
    try memory.store(short, at: offset)
    return sent
  }

  func sendfile64(_ to: FD, _ from: FD, _ offset: UserPointer, _ count: UInt32) throws(Errno) -> Int32 {
    try sendBytes(to, from, memory.output(OutBuffer(offset.address), 8), count)
  }

  private func sendBytes(_ to: FD, _ from: FD, _ offset: Int, _ count: UInt32) throws(Errno) -> Int32 {
    do throws(Errno) {
      defer { didWrite(to) }
      return Int32(truncatingIfNeeded: try blocking(.sendfile, to.host, from.host, offset, Int(count)))
    } catch { throw noteBrokenPipe(error) }
  }

  func splice(
    _ from: FD, _ fromOffset: UserPointer, _ to: FD, _ toOffset: UserPointer, _ count: UInt32, _ flags: Flags
  ) throws(Errno) -> Int32 {
    do throws(Errno) {
      defer { didWrite(to) }
      return Int32(
        truncatingIfNeeded: try blocking(
          .splice, from.host, memory.output(OutBuffer(fromOffset.address), 8), to.host,
          memory.output(OutBuffer(toOffset.address), 8), Int(count), Int(flags.bits)))
    } catch { throw noteBrokenPipe(error) }
  }

  func tee(_ from: FD, _ to: FD, _ count: UInt32, _ flags: Flags) throws(Errno) -> Int32 {
    do throws(Errno) {
      return Int32(truncatingIfNeeded: try blocking(.tee, from.host, to.host, Int(count), Int(flags.bits)))
    } catch { throw noteBrokenPipe(error) }
  }

  func vmsplice(_ fd: FD, _ vectors: InBuffer, _ count: UInt32, _ flags: Flags) throws(Errno) -> Int32 {
    do throws(Errno) {
      return try withVectors(vectors, count, written: true) { (vectors) throws(Errno) in
        // Without SPLICE_F_GIFT: the guest's pages stay its own.
        Int32(truncatingIfNeeded: try blocking(.vmsplice, fd.host, vectors, Int(count), Int(flags.bits & ~8)))
      }
    } catch { throw noteBrokenPipe(error) }
  }

  func copy_file_range(
    _ from: FD, _ fromOffset: UserPointer, _ to: FD, _ toOffset: UserPointer, _ count: UInt32, _ flags: Flags
  ) throws(Errno) -> Int32 {
    defer { didWrite(to) }
    return Int32(
      truncatingIfNeeded: try blocking(
        .copy_file_range, from.host, memory.output(OutBuffer(fromOffset.address), 8), to.host,
        memory.output(OutBuffer(toOffset.address), 8), Int(count), Int(flags.bits)))
  }
}

// MARK: Descriptors of other things

extension Task {
  func eventfd(_ value: UInt32) throws(Errno) -> Int32 { try admit(Host.call(.eventfd2, Int(value), 0)) }

  func eventfd2(_ value: UInt32, _ flags: Flags) throws(Errno) -> Int32 {
    try admit(Host.call(.eventfd2, Int(value), Int(flags.bits)))
  }

  func memfd_create(_ name: UserString, _ flags: Flags) throws(Errno) -> Int32 {
    try admit(Host.call(.memfd_create, memory.input(name), Int(flags.bits)))
  }

  func inotify_init() throws(Errno) -> Int32 { try admit(Host.call(.inotify_init1, 0)) }

  func inotify_init1(_ flags: Flags) throws(Errno) -> Int32 { try admit(Host.call(.inotify_init1, Int(flags.bits))) }

  func inotify_add_watch(_ fd: FD, _ path: UserPath, _ mask: Flags) throws(Errno) -> Int32 {
    let dontFollow: UInt32 = 0x0200_0000
    return try withFullPath(path, mask.has(dontFollow) ? .keep : .follow) { (name, isOwn) throws(Errno) in
      Int32(try Host.call(.inotify_add_watch, fd.host, name, Int(isOwn ? mask.bits : mask.bits & ~dontFollow)))
    }
  }

  func inotify_rm_watch(_ fd: FD, _ watch: Int32) throws(Errno) -> Success {
    try Host.call(.inotify_rm_watch, fd.host, Int(watch))
    return Success()
  }
}
