internal import HeirloomABI
internal import HeirloomMachine

// ioctl(2). Only requests whose argument is known go to the host, so that it never reads or writes guest memory that
// nobody has looked at.

/// How a request's argument travels.
private enum IoctlArgument {
  /// A number, or nothing.
  case value
  /// A struct of so many bytes that is the same for the host, read or written there.
  case bytes(Int)
  /// The same, under another number on the host.
  case renamed(Int, Int)
  /// A `long` that the host writes in 8 bytes and the guest reads in 4.
  case long
  /// The answer is a new descriptor.
  case descriptor
}

private enum Ioctl {
  static let getGroup: UInt32 = 0x540f
  static let setGroup: UInt32 = 0x5410
  static let makeControlling: UInt32 = 0x540e
  static let giveUpTerminal: UInt32 = 0x5422
  static let getSession: UInt32 = 0x5429
  static let getAttributes = 0x5401

  private static let termios = 36
  private static let termios2 = 44
  private static let termio = 18

  static let table: [UInt32: IoctlArgument] = [
    // ioctl_tty(2)
    0x5401: .bytes(termios), 0x5402: .bytes(termios), 0x5403: .bytes(termios), 0x5404: .bytes(termios),
    0x5405: .bytes(termio), 0x5406: .bytes(termio), 0x5407: .bytes(termio), 0x5408: .bytes(termio),
    0x802c_542a: .bytes(termios2), 0x402c_542b: .bytes(termios2), 0x402c_542c: .bytes(termios2),
    0x402c_542d: .bytes(termios2), 0x5456: .bytes(termios), 0x5457: .bytes(termios),
    0x5409: .value, 0x540a: .value, 0x540b: .value, 0x5425: .value, 0x5427: .value, 0x5428: .value,
    0x540c: .value, 0x540d: .value,
    0x5411: .bytes(4), 0x5412: .bytes(1), 0x5413: .bytes(8), 0x5414: .bytes(8), 0x5415: .bytes(4), 0x5416: .bytes(4),
    0x5417: .bytes(4), 0x5418: .bytes(4), 0x5419: .bytes(4), 0x541a: .bytes(4), 0x541b: .bytes(4), 0x541d: .value,
    0x5420: .bytes(4), 0x5423: .bytes(4), 0x5424: .bytes(4), 0x5459: .bytes(4),
    0x8004_5430: .bytes(4), 0x4004_5431: .bytes(4), 0x8004_5438: .bytes(4), 0x8004_5439: .bytes(4),
    0x8004_5440: .bytes(4), 0x5441: .descriptor,
    // Any descriptor
    0x5421: .bytes(4), 0x5450: .value, 0x5451: .value, 0x5452: .bytes(4), 0x5460: .bytes(4),
    // Files: the size that is coded into these is that of a long
    0x8004_6601: .renamed(0x8008_6601, 4), 0x4004_6602: .renamed(0x4008_6602, 4),
    0x8004_7601: .renamed(0x8008_7601, 4), 0x4004_7602: .renamed(0x4008_7602, 4),
    0x801c_581f: .bytes(28), 0x401c_5820: .bytes(28), 0x4004_9409: .value, 0x4020_940d: .bytes(32),
    0xc018_5879: .bytes(24), 0x1: .value, 0x2: .bytes(4),
    // Block devices
    0x125e: .bytes(4), 0x1260: .long, 0x1268: .bytes(4), 0x126c: .bytes(4), 0x1278: .bytes(4), 0x1279: .bytes(4),
    0x127a: .bytes(4), 0x127b: .bytes(4), 0x1261: .value, 0x8004_1272: .renamed(0x8008_1272, 8),
    // /dev/random
    0x8004_5200: .bytes(4),
    // Sockets
    0x8905: .bytes(4), 0x8901: .bytes(4), 0x8902: .bytes(4), 0x8903: .bytes(4), 0x8904: .bytes(4),
    0x8906: .bytes(8), 0x8907: .bytes(8),
  ]

  /// Those that take a `struct ifreq`, whose union is 16 bytes on i386 and 24 on the host (netdevice(7)).
  static let interfaceRequests: ClosedRange<UInt32> = 0x8910...0x8948
  static let interfaceList: UInt32 = 0x8912
}

extension Task {
  func ioctl(_ fd: FD, _ request: UInt32, _ argument: UserPointer) throws(Errno) -> Int32 {
    let buffer = OutBuffer(argument.address)
    switch request {
    case Ioctl.getGroup, Ioctl.setGroup, Ioctl.getSession, Ioctl.makeControlling, Ioctl.giveUpTerminal:
      return try jobControl(fd, request, argument)
    case Ioctl.interfaceList: return try listInterfaces(fd, argument)
    case Ioctl.interfaceRequests: return try askInterface(fd, request, buffer)
    default: break
    }
    switch Ioctl.table[request] {
    case .value:
      return Int32(truncatingIfNeeded: try blocking(.ioctl, fd.host, Int(request), Int(argument.address)))
    case .bytes(let size):
      return Int32(truncatingIfNeeded: try blocking(.ioctl, fd.host, Int(request), memory.output(buffer, size)))
    case .renamed(let host, let size):
      return Int32(truncatingIfNeeded: try blocking(.ioctl, fd.host, host, memory.output(buffer, size)))
    case .long:
      var value = 0
      try withHostPointer(to: &value) { (value) throws(Errno) in try Host.call(.ioctl, fd.host, Int(request), value) }
      guard let short = UInt32(exactly: value) else { throw .EFBIG }
      try memory.store(short, at: argument)
      return 0
    case .descriptor:
      return try admit(Host.call(.ioctl, fd.host, Int(request), Int(argument.address)))
    case nil:
      // EBADF comes before "no such request".
      try Host.call(.fcntl, fd.host, FileControl.getDescriptorFlags)
      throw .ENOTTY
    }
  }

  private func askInterface(_ fd: FD, _ request: UInt32, _ argument: OutBuffer) throws(Errno) -> Int32 {
    let guestSize = 32
    return try withScratch(40) { (space) throws(Errno) in
      space.initializeMemory(as: UInt8.self, repeating: 0)
      let shared = UnsafeMutableRawBufferPointer(rebasing: space[0..<guestSize])
      try memory.copyIn(argument, into: shared)
      let result = try Host.call(.ioctl, fd.host, Int(request), Int(bitPattern: space.baseAddress))
      try memory.copyOut(UnsafeRawBufferPointer(shared), to: argument)
      return Int32(result)
    }
  }

  /// SIOCGIFCONF: `struct ifconf` holds a length and a pointer, and each entry is a `struct ifreq`.
  private func listInterfaces(_ fd: FD, _ argument: UserPointer) throws(Errno) -> Int32 {
    let (length, address) = try memory.load(argument, as: (Int32, UInt32).self)
    let count = address == 0 ? 0 : Int(max(0, length)) / 32
    var space = [UInt8](repeating: 0, count: min(count, 1024) * 40)
    let copied = try space.withHostSpace { (space) throws(Errno) in
      var request = (length: address == 0 ? 0 : min(count, 1024) * 40, buffer: address == 0 ? 0 : space)
      try withHostPointer(to: &request) { (request) throws(Errno) in
        try Host.call(.ioctl, fd.host, Int(Ioctl.interfaceList), request)
      }
      return Int(UInt32(truncatingIfNeeded: request.length)) / 40
    }
    for index in 0..<(address == 0 ? 0 : copied) {
      try memory.write(Array(space[(index * 40)..<(index * 40 + 32)]), at: address &+ UInt32(index * 32))
    }
    try memory.store(Int32(copied * 32), at: argument)
    return 0
  }
}

extension [UInt8] {
  /// Runs `body` with the address of the array's own bytes, which it may write.
  @discardableResult
  mutating func withHostSpace<R>(_ body: (Int) throws(Errno) -> R) throws(Errno) -> R {
    var outcome: Result<R, Errno> = .failure(.EIO)
    withUnsafeMutableBytes { space in
      do throws(Errno) { outcome = .success(try body(Int(bitPattern: space.baseAddress))) } catch {
        outcome = .failure(error)
      }
    }
    return try outcome.get()
  }
}

// MARK: Job control

// Sessions and process groups are the kernel's own, so the host's terminal is asked only whether it is one; see
// `GuestTerminal`.

extension Task {
  private func jobControl(_ fd: FD, _ request: UInt32, _ argument: UserPointer) throws(Errno) -> Int32 {
    // ENOTTY, EBADF
    try withScratch(64) { (space) throws(Errno) in
      try Host.call(.ioctl, fd.host, Ioctl.getAttributes, Int(bitPattern: space.baseAddress))
    }
    let (session, ownGroup) = kernel.treeLock.withLock { (process.family.session, process.family.group) }
    if request == Ioctl.makeControlling {
      guard session == process.id else { throw .EPERM }
      kernel.takeTerminal(GuestTerminal.device(of: try hostDescriptor(fd)), session: session, group: ownGroup)
      return 0
    }
    guard let terminal = kernel.terminal(ofSession: session) else { throw .ENOTTY }
    switch request {
    case Ioctl.getGroup:
      try memory.store(kernel.treeLock.withLock { terminal.foreground }, at: argument)
    case Ioctl.getSession:
      try memory.store(session, at: argument)
    case Ioctl.giveUpTerminal:
      if session == process.id { _ = kernel.dropTerminal(ofSession: session) }
    default:
      let group = try memory.load(argument, as: Int32.self)
      guard group >= 0 else { throw .EINVAL }
      let members = kernel.members(ofGroup: group)
      guard let member = members.first else { throw .ESRCH }
      guard kernel.treeLock.withLock({ member.family.session }) == session else { throw .EPERM }
      kernel.treeLock.withLock { terminal.foreground = group }
    }
    return 0
  }
}
