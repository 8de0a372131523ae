internal import HeirloomABI
internal import HeirloomMachine

// mmap(2), munmap(2), mprotect(2), mremap(2), brk(2), madvise(2)

/// MAP_* of mmap(2).
private enum MapFlag {
  static let shared: UInt32 = 1, `private`: UInt32 = 2, sharedValidate: UInt32 = 3, typeMask: UInt32 = 0xf
  static let fixed: UInt32 = 0x10, anonymous: UInt32 = 0x20, fixedNoReplace: UInt32 = 0x10_0000
  static let noReserve: UInt32 = 0x4000, stack: UInt32 = 0x2_0000
}

extension Task {
  func brk(_ end: UserPointer) throws(Errno) -> UInt32 { process.memory.setBreak(end.address) }

  /// - Parameter page: the offset in units of 4096 bytes.
  func mmap2(
    _ hint: UserPointer, _ length: UInt32, _ protection: Flags, _ flags: Flags, _ descriptor: FD, _ page: UInt32
  ) throws(Errno) -> UInt32 {
    try map(hint.address, length, protection.bits, flags.bits, descriptor, offset: UInt64(page) * Layout.pageSize)
  }

  /// The first mmap, whose six arguments stand in memory.
  func old_mmap(_ arguments: InBuffer) throws(Errno) -> UInt32 {
    let words: [UInt32] = try memory.array(arguments, count: 6)
    guard words[5] % 4096 == 0 else { throw .EINVAL }
    return try map(
      words[0], words[1], words[2], words[3], FD(Int32(bitPattern: words[4])), offset: UInt64(words[5]))
  }

  private func map(
    _ hint: UInt32, _ length: UInt32, _ protection: UInt32, _ flags: UInt32, _ descriptor: FD, offset: UInt64
  ) throws(Errno) -> UInt32 {
    let type = flags & MapFlag.typeMask
    guard type == MapFlag.shared || type == MapFlag.private || type == MapFlag.sharedValidate else { throw .EINVAL }
    let placement: Placement =
      flags & MapFlag.fixedNoReplace != 0
      ? .fixedIfFree(hint) : flags & MapFlag.fixed != 0 ? .fixed(hint) : .anywhere(hint: hint)
    let source: MappingSource =
      flags & MapFlag.anonymous != 0 ? .anonymous : .file(descriptor: try hostDescriptor(descriptor), offset: offset)
    return try process.memory.map(
      length: UInt64(length), try Protection(guest: protection & Protection.guestBits), at: placement, source,
      shared: type != MapFlag.private, isForThread: flags & (MapFlag.noReserve | MapFlag.stack) != 0)
  }

  func munmap(_ address: UserPointer, _ length: UInt32) throws(Errno) -> Success {
    try process.memory.unmap(address.address, length: UInt64(length))
    return Success()
  }

  func mprotect(_ address: UserPointer, _ length: UInt32, _ protection: Flags) throws(Errno) -> Success {
    let growsDown: UInt32 = 0x0100_0000
    try process.memory.protect(
      address.address, length: UInt64(length), try Protection(guest: protection.bits & ~growsDown),
      wholeStack: protection.has(growsDown))
    return Success()
  }

  func mremap(
    _ address: UserPointer, _ oldLength: UInt32, _ newLength: UInt32, _ flags: Flags, _ target: UserPointer
  ) throws(Errno) -> UInt32 {
    let (mayMove, fixed): (UInt32, UInt32) = (1, 2)
    guard flags.bits & ~(mayMove | fixed) == 0, !flags.has(fixed) || flags.has(mayMove) else { throw .EINVAL }
    return try process.memory.remap(
      address.address, oldLength: UInt64(oldLength), newLength: UInt64(newLength), mayMove: flags.has(mayMove),
      to: flags.has(fixed) ? target.address : nil)
  }

  func madvise(_ address: UserPointer, _ length: UInt32, _ advice: Int32) throws(Errno) -> Success {
    let memory = process.memory
    let (start, length) = (address.address, UInt64(length))
    switch advice {
    case 4, 24: try memory.discard(start, length: length)  // MADV_DONTNEED, MADV_DONTNEED_LOCKED
    case 10: try memory.setForkRule(.leaveOut, start, length: length)  // MADV_DONTFORK
    case 18: try memory.setForkRule(.wipe, start, length: length)  // MADV_WIPEONFORK
    case 11, 19: try memory.setForkRule(.copy, start, length: length)  // MADV_DOFORK, MADV_KEEPONFORK
    // Hints about access, MADV_FREE, KSM, huge pages, core dumps, reclaim, and pages that will be used.
    case 0...3, 8, 12...17, 20...23: try memory.checkMapped(start, length: length)
    default: throw .EINVAL
    }
    return Success()
  }

  func msync(_ address: UserPointer, _ length: UInt32, _ flags: Flags) throws(Errno) -> Success {
    try Host.call(.msync, memory.input(address), Int(length), Int(flags.bits))
    return Success()
  }

  func mincore(_ address: UserPointer, _ length: UInt32, _ vector: OutBuffer) throws(Errno) -> Success {
    let pages = Int(Layout.pageUp(UInt64(length)) / 4096)
    guard process.memory.lock.withLock({ process.memory.areas.covers(PageRange(start: address.address, length: UInt64(length))) })
    else { throw .ENOMEM }
    try Host.call(.mincore, memory.input(address), Int(length), memory.output(vector, pages))
    return Success()
  }

  /// Locked memory is the host's to grant; what is mapped may be said to stay.
  func mlock(_ address: UserPointer, _ length: UInt32) throws(Errno) -> Success {
    let start = Layout.pageDown(UInt64(address.address))
    let end = Layout.pageUp(UInt64(address.address) + UInt64(length))
    guard process.memory.lock.withLock({ process.memory.areas.covers(PageRange(start, end)) }) else { throw .ENOMEM }
    return Success()
  }

  func munlock(_ address: UserPointer, _ length: UInt32) throws(Errno) -> Success { try mlock(address, length) }

  func mlock2(_ address: UserPointer, _ length: UInt32, _ flags: Flags) throws(Errno) -> Success {
    let onFault: UInt32 = 1
    guard flags.bits & ~onFault == 0 else { throw .EINVAL }
    return try mlock(address, length)
  }

  func mlockall(_ flags: Flags) throws(Errno) -> Success {
    let (now, future, onFault): (UInt32, UInt32, UInt32) = (1, 2, 4)
    guard flags.bits & ~(now | future | onFault) == 0, flags.bits & (now | future) != 0 else { throw .EINVAL }
    return Success()
  }

  func munlockall() throws(Errno) -> Success { Success() }

  /// The host's barriers are for all threads of this process, and so for a guest process's too.
  func membarrier(_ command: Int32, _ flags: Flags, _ cpu: Int32) throws(Errno) -> Int32 {
    Int32(try Host.call(.membarrier, Int(command), Int(flags.bits), Int(cpu)))
  }
}

extension Protection {
  /// PROT_READ, PROT_WRITE, PROT_EXEC and PROT_SEM; mmap(2) does not look at others.
  static let guestBits: UInt32 = 0xf

  /// From PROT_* bits. i386 pages that may be written or executed may be read.
  init(guest bits: UInt32) throws(Errno) {
    guard bits & ~Self.guestBits == 0 else { throw .EINVAL }
    self.init(rawValue: UInt8(bits & 7))
    if bits & 6 != 0 { insert(.read) }
  }
}
