internal import HeirloomABI
internal import HeirloomMachine

// Messages with control data (sendmsg(2), recvmsg(2), cmsg(3)). The headers hold pointers and lengths, so that all of
// msghdr, iovec and cmsghdr is converted.

private let noSignal: UInt32 = 0x4000
private let truncatedControl: UInt32 = 8  // MSG_CTRUNC
private let socketLevel: Int32 = 1
private let rights: Int32 = 1
private let credentialsType: Int32 = 2
private let timestamp: Int32 = 29
private let timestampNano: Int32 = 35

extension Task {
  func sendmsg(_ fd: FD, _ message: UserPointer, _ flags: Flags) throws(Errno) -> Int32 {
    let header = try memory.load(message, as: Message32.self)
    do throws(Errno) { return try send(fd, header, flags) } catch {
      throw flags.has(noSignal) ? error : noteBrokenPipe(error)
    }
  }

  private func send(_ fd: FD, _ header: Message32, _ flags: Flags) throws(Errno) -> Int32 {
    var control = try hostControl(header)
    guard header.vectorCount <= 1024 else { throw .EMSGSIZE }
    return try withSocketName(header) { (name, nameLength) throws(Errno) in
      try withVectors(InBuffer(header.vectors), header.vectorCount, written: false) { (vectors) throws(Errno) in
        let controlLength = control.count
        return try control.withHostSpace { (controlAddress) throws(Errno) in
          var message = HostMessage()
          message.name = name
          message.nameLength = UInt32(nameLength)
          message.vectors = vectors
          message.vectorCount = Int(header.vectorCount)
          message.control = controlLength == 0 ? 0 : controlAddress
          message.controlLength = controlLength
          return try withHostPointer(to: &message) { (message) throws(Errno) in
            Int32(truncatingIfNeeded: try blocking(.sendmsg, fd.host, message, Int(flags.bits | noSignal)))
          }
        }
      }
    }
  }

  private func withSocketName<R>(_ header: Message32, _ body: (Int, Int) throws(Errno) -> R) throws(Errno) -> R {
    if header.name == 0 || header.nameLength == 0 { return try body(0, 0) }
    guard Int32(bitPattern: header.nameLength) >= 0 else { throw .EINVAL }
    let length = Int32(min(header.nameLength, 128))
    return try withSocketAddress(InBuffer(header.name), length, creates: false, body)
  }

  func recvmsg(_ fd: FD, _ message: UserPointer, _ flags: Flags) throws(Errno) -> Int32 {
    let header = try memory.load(message, as: Message32.self)
    guard header.vectorCount <= 1024 else { throw .EMSGSIZE }
    // The host's control data is longer than the guest's, at most twice.
    let room = header.control == 0 ? 0 : Int(min(header.controlLength, 65536)) * 2 + 32
    var control = [UInt8](repeating: 0, count: header.controlLength == 0 ? 0 : room)
    var host = HostMessage()
    host.name = header.name == 0 ? 0 : memory.output(OutBuffer(header.name), 128)
    host.nameLength = header.nameLength
    host.vectorCount = Int(header.vectorCount)
    host.controlLength = control.count
    let received = try withVectors(InBuffer(header.vectors), header.vectorCount, written: true) {
      (vectors) throws(Errno) in
      host.vectors = vectors
      return try control.withHostSpace { (space) throws(Errno) in
        host.control = space
        return try withHostPointer(to: &host) { (message) throws(Errno) in
          Int32(truncatingIfNeeded: try blocking(.recvmsg, fd.host, message, Int(flags.bits)))
        }
      }
    }
    let (guest, isCut) = guestControl(control[0..<host.controlLength], room: Int(header.controlLength))
    try memory.write(guest, at: header.control)
    try memory.store(host.nameLength, at: UserPointer(message.address &+ 4))
    try memory.store(UInt32(guest.count), at: UserPointer(message.address &+ 20))
    // MSG_CMSG_COMPAT is the host's own affair.
    let cut = isCut ? truncatedControl : 0
    try memory.store(host.flags & 0x7fff_ffff | cut, at: UserPointer(message.address &+ 24))
    return received
  }

  // MARK: Several at once

  /// `struct mmsghdr` of i386: a msghdr and a length, 32 bytes.
  func sendmmsg(_ fd: FD, _ list: UserPointer, _ count: UInt32, _ flags: Flags) throws(Errno) -> Int32 {
    try several(list, count) { (message, _) throws(Errno) in try sendmsg(fd, message, flags) }
  }

  func recvmmsg(
    _ fd: FD, _ list: UserPointer, _ count: UInt32, _ flags: Flags, _ timeout: UserPointer
  ) throws(Errno) -> Int32 {
    let end = timeout.isNull ? nil : try deadline(memory.load(timeout, as: Timespec32.self).host)
    return try receiveSeveral(fd, list, count, flags, end)
  }

  func recvmmsg_time64(
    _ fd: FD, _ list: UserPointer, _ count: UInt32, _ flags: Flags, _ timeout: UserPointer
  ) throws(Errno) -> Int32 {
    let end = timeout.isNull ? nil : try deadline(memory.timespec64(timeout))
    return try receiveSeveral(fd, list, count, flags, end)
  }

  private func deadline(_ time: HostTimespec) throws(Errno) -> Int64 {
    guard time.isValid else { throw .EINVAL }
    let (end, overflow) = try Clock.now(Clock.monotonic).total.addingReportingOverflow(time.total)
    return overflow ? Int64.max : end
  }

  /// As Linux does it, the time is looked at only after each message.
  private func receiveSeveral(
    _ fd: FD, _ list: UserPointer, _ count: UInt32, _ flags: Flags, _ end: Int64?
  ) throws(Errno) -> Int32 {
    let waitForOne: UInt32 = 0x10000  // MSG_WAITFORONE
    let dontWait: UInt32 = 0x40
    var isOver = false
    return try several(list, count) { (message, index) throws(Errno) in
      if isOver { throw Errno.EAGAIN }
      var bits = flags.bits & ~waitForOne
      if index > 0 && flags.has(waitForOne) { bits |= dontWait }
      let received = try recvmsg(fd, message, Flags(bits: bits))
      if let end, try Clock.now(Clock.monotonic).total >= end { isOver = true }
      return received
    }
  }

  /// How many of the messages went; an error only where none did.
  private func several(
    _ list: UserPointer, _ count: UInt32, _ body: (UserPointer, UInt32) throws(Errno) -> Int32
  ) throws(Errno) -> Int32 {
    var done: UInt32 = 0
    while done < min(count, 1024) {
      do throws(Errno) {
        let message = UserPointer(list.address &+ done * 32)
        let bytes = try body(message, done)
        try memory.store(bytes, at: UserPointer(message.address &+ 28))
      } catch {
        if done == 0 { throw error }
        break
      }
      done += 1
    }
    return Int32(done)
  }

  // MARK: Control data

  /// The guest's control data in the host's form. Descriptors are checked: the kernel's own cannot be sent.
  private func hostControl(_ header: Message32) throws(Errno) -> [UInt8] {
    if header.control == 0 || header.controlLength == 0 { return [] }
    guard header.controlLength <= 65536 else { throw .ENOBUFS }
    let guest = try memory.array(InBuffer(header.control), count: Int(header.controlLength), of: UInt8.self)
    let headerSize = MemoryLayout<Control32>.size
    var host: [UInt8] = []
    var at = 0
    while at + headerSize <= guest.count {
      let item = guest.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: at, as: Control32.self) }
      let length = Int(item.length)
      guard length >= headerSize, at + length <= guest.count else { throw .EINVAL }
      let data = Array(guest[(at + headerSize)..<(at + length)])
      if item.level == socketLevel && item.type == rights {
        for number in data.int32s where number >= DescriptorLimits.base { throw .EBADF }
      }
      host.append(control: item.level, item.type, translateOut(item, data), alignment: 8)
      at += (length + 3) & ~3
    }
    if host.isEmpty { throw .EINVAL }
    return host
  }

  /// SCM_CREDENTIALS: the host checks the sender's process id, and knows its own only.
  private func translateOut(_ item: Control32, _ data: [UInt8]) -> [UInt8] {
    guard item.level == socketLevel, item.type == credentialsType, data.count == 12 else { return data }
    return HostThread.processID.bytes + data[4...]
  }

  /// The host's control data in the guest's form, as much as fits into `room`, and whether something did not.
  private func guestControl(_ host: ArraySlice<UInt8>, room: Int) -> ([UInt8], Bool) {
    let host = Array(host)
    let headerSize = MemoryLayout<HostControl>.size
    var guest: [UInt8] = []
    var isCut = false
    var at = 0
    while at + headerSize <= host.count {
      let item = host.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: at, as: HostControl.self) }
      guard item.length >= headerSize, at + item.length <= host.count else { break }
      var data = Array(host[(at + headerSize)..<(at + item.length)])
      at += (item.length + 7) & ~7
      data = translateIn(item, data)
      let space = room - guest.count - MemoryLayout<Control32>.size
      if item.level == socketLevel && item.type == rights {
        let (kept, dropped) = admitRights(data.int32s, room: max(0, space / 4))
        isCut = isCut || dropped
        if kept.isEmpty { continue }
        data = kept.flatMap(\.bytes)
      } else if data.count > space {
        isCut = true
        if space < 0 { continue }
        data = Array(data[0..<space])
      }
      guest.append(control: item.level, item.type, data, alignment: 4)
    }
    // The last one's padding may not fit.
    if guest.count > room { guest.removeLast(guest.count - room) }
    return (guest, isCut)
  }

  /// Descriptors that came with a message and that the guest may have; others are closed again.
  private func admitRights(_ numbers: [Int32], room: Int) -> (kept: [Int32], dropped: Bool) {
    var kept: [Int32] = []
    for number in numbers {
      if kept.count >= room {
        DescriptorLimits.close(number)
      } else if (try? admit(Int(number))) != nil {
        noteOpened(number)
        kept.append(number)
      }
    }
    return (kept, kept.count < numbers.count)
  }

  private func translateIn(_ item: HostControl, _ data: [UInt8]) -> [UInt8] {
    guard item.level == socketLevel else { return data }
    switch item.type {
    case timestamp, timestampNano:
      // Two longs.
      return data.count == 16 ? Array(data[0..<4] + data[8..<12]) : data
    case credentialsType where data.count == 12 && data.int32s[0] == HostThread.processID:
      return process.id.bytes + data[4...]
    default: return data
    }
  }
}

extension [UInt8] {
  fileprivate var int32s: [Int32] {
    (0..<(count / 4)).map { index in withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * 4, as: Int32.self) } }
  }

  /// One item of control data: i386's header where the alignment is 4, the host's where it is 8.
  fileprivate mutating func append(control level: Int32, _ type: Int32, _ data: [UInt8], alignment: Int) {
    if alignment == 8 {
      append(littleEndian: UInt64(16 + data.count))
    } else {
      append(littleEndian: UInt32(12 + data.count))
    }
    append(littleEndian: level)
    append(littleEndian: type)
    self += data
    while count % alignment != 0 { append(0) }
  }
}
