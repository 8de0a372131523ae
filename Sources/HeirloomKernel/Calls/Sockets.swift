internal import HeirloomABI
internal import HeirloomMachine

// Sockets (socket(2), bind(2), send(2), recv(2), getsockopt(2)). Addresses look the same everywhere; what holds pointers or
// longs is converted.

private let noSignal: UInt32 = 0x4000  // MSG_NOSIGNAL

extension Task {
  func socket(_ family: Int32, _ type: Int32, _ protocolNumber: Int32) throws(Errno) -> Int32 {
    try admit(Host.call(.socket, Int(family), Int(type), Int(protocolNumber)))
  }

  func socketpair(
    _ family: Int32, _ type: Int32, _ protocolNumber: Int32, _ to: OutBuffer
  ) throws(Errno) -> Success {
    var pair: (Int32, Int32) = (-1, -1)
    try withHostPointer(to: &pair) { (pair) throws(Errno) in
      try Host.call(.socketpair, Int(family), Int(type), Int(protocolNumber), pair)
    }
    try hand(pair, to)
    return Success()
  }

  func bind(_ fd: FD, _ address: InBuffer, _ length: Int32) throws(Errno) -> Success {
    try withSocketAddress(address, length, creates: true) { (address, length) throws(Errno) in
      try Host.call(.bind, fd.host, address, length)
    }
    return Success()
  }

  func connect(_ fd: FD, _ address: InBuffer, _ length: Int32) throws(Errno) -> Success {
    try withSocketAddress(address, length, creates: false) { (address, length) throws(Errno) in
      try restartable(fd, SocketOption.sendTimeout) { () throws(Errno) in
        try blocking(.connect, fd.host, address, length)
      }
    }
    return Success()
  }

  func listen(_ fd: FD, _ backlog: Int32) throws(Errno) -> Success {
    try Host.call(.listen, fd.host, Int(backlog))
    return Success()
  }

  func accept4(_ fd: FD, _ address: OutBuffer, _ length: UserPointer, _ flags: Flags) throws(Errno) -> Int32 {
    try admit(
      restartable(fd, SocketOption.receiveTimeout) { () throws(Errno) in
        try blocking(
          .accept4, fd.host, memory.output(address, 128), memory.output(OutBuffer(length.address), 4), Int(flags.bits))
      })
  }

  func getsockname(_ fd: FD, _ address: OutBuffer, _ length: UserPointer) throws(Errno) -> Success {
    try Host.call(.getsockname, fd.host, memory.output(address, 128), memory.output(OutBuffer(length.address), 4))
    return Success()
  }

  func getpeername(_ fd: FD, _ address: OutBuffer, _ length: UserPointer) throws(Errno) -> Success {
    try Host.call(.getpeername, fd.host, memory.output(address, 128), memory.output(OutBuffer(length.address), 4))
    return Success()
  }

  func shutdown(_ fd: FD, _ how: Int32) throws(Errno) -> Success {
    try Host.call(.shutdown, fd.host, Int(how))
    return Success()
  }

  func sendto(
    _ fd: FD, _ from: InBuffer, _ count: UInt32, _ flags: Flags, _ address: InBuffer, _ length: Int32
  ) throws(Errno) -> Int32 {
    try noting(flags) { () throws(Errno) in
      try withSocketAddress(address, length, creates: false) { (address, length) throws(Errno) in
        try restartable(fd, SocketOption.sendTimeout) { () throws(Errno) in
          // The host must not raise SIGPIPE for all guests.
          try blocking(
            .sendto, fd.host, memory.input(from), Int(count), Int(flags.bits | noSignal), address, length)
        }
      }
    }
  }

  func send(_ fd: FD, _ from: InBuffer, _ count: UInt32, _ flags: Flags) throws(Errno) -> Int32 {
    try sendto(fd, from, count, flags, InBuffer(0), 0)
  }

  func recvfrom(
    _ fd: FD, _ to: OutBuffer, _ count: UInt32, _ flags: Flags, _ address: OutBuffer, _ length: UserPointer
  ) throws(Errno) -> Int32 {
    Int32(
      truncatingIfNeeded: try restartable(fd, SocketOption.receiveTimeout) { () throws(Errno) in
        try blocking(
          .recvfrom, fd.host, memory.output(to, Int(count)), Int(count), Int(flags.bits), memory.output(address, 128),
          memory.output(OutBuffer(length.address), 4))
      })
  }

  func recv(_ fd: FD, _ to: OutBuffer, _ count: UInt32, _ flags: Flags) throws(Errno) -> Int32 {
    try recvfrom(fd, to, count, flags, OutBuffer(0), UserPointer(0))
  }

  private func noting(_ flags: Flags, _ body: () throws(Errno) -> Int) throws(Errno) -> Int32 {
    do throws(Errno) { return Int32(truncatingIfNeeded: try body()) } catch {
      throw flags.has(noSignal) ? error : noteBrokenPipe(error)
    }
  }

  /// A socket call with a timeout of its own (SO_RCVTIMEO, SO_SNDTIMEO) is not restarted (signal(7)).
  private func restartable(_ fd: FD, _ option: Int, _ body: () throws(Errno) -> Int) throws(Errno) -> Int {
    do throws(Errno) { return try body() } catch {
      guard error == .ERESTARTSYS else { throw error }
      var timeout = HostTimeval()
      var size: UInt32 = 16
      _ = try? withHostPointer(to: &timeout) { (timeout) throws(Errno) in
        try withHostPointer(to: &size) { (size) throws(Errno) in
          try Host.call(.getsockopt, fd.host, SocketOption.level, option, timeout, size)
        }
      }
      throw timeout.seconds == 0 && timeout.microseconds == 0 ? .ERESTARTSYS : .EINTR
    }
  }
}

// MARK: Addresses

extension Task {
  /// Runs `body` with the host's address and length of a socket address. A Unix socket's relative path is relative to the
  /// guest's working directory, which the host does not know.
  @discardableResult
  func withSocketAddress<R>(
    _ address: InBuffer, _ length: Int32, creates: Bool, _ body: (Int, Int) throws(Errno) -> R
  ) throws(Errno) -> R {
    let pathOffset = 2
    guard length > pathOffset, length <= 110, !address.isNull,
      try memory.load(address, as: UInt16.self) == 1  // AF_UNIX
    else { return try body(memory.input(address), Int(length)) }
    let bytes = try memory.array(address, count: Int(length), of: UInt8.self)
    let path = Array(bytes[pathOffset...].prefix { $0 != 0 })
    // An abstract name, or a path that means the same to the host.
    if path.isEmpty || (path[0] == 0x2f && !process.files.looksAtPaths && !creates) {
      return try body(memory.input(address), Int(length))
    }
    if !process.files.looksAtPaths, standInDirectory() {
      // The name that getsockname(2) will give is then the guest's own.
      if creates { _ = try? Host.call(.umask, Int(process.files.umask)) }
      defer { if creates { _ = try? Host.call(.umask, 0) } }
      return try body(memory.input(address), Int(length))
    }
    return try PathResolver(task: self, directory: .currentDirectory).resolve(path, nil, creates ? .name : .follow) {
      (host) throws(Errno) in
      var name = Array(String(cString: UnsafePointer<CChar>(bitPattern: host.name).unsafelyUnwrapped).utf8)
      if name.first != 0x2f { name = Array((HostLink.path(of: Int32(host.directory)) + "/").utf8) + name }
      guard name.count < 108 else { throw Errno.ENAMETOOLONG }
      let family: [UInt8] = [1, 0]
      let full = family + name + [0]
      let umask = creates ? process.files.umask : 0
      return try full.withHostBytes { (bytes) throws(Errno) in
        let result = try body(bytes, full.count)
        // bind makes the file under the host's umask, which is 0.
        if umask != 0 { try restrict(name, umask) }
        return result
      }
    }
  }

  /// Takes the calling host thread, and no other, to the guest's working directory, where the host lets it.
  private func standInDirectory() -> Bool {
    let cloneFS = 0x200
    guard (try? Host.call(.unshare, cloneFS)) != nil else { return false }
    return (try? Host.call(.fchdir, Int(process.files.directory))) != nil
  }

  private func restrict(_ path: [UInt8], _ umask: UInt32) throws(Errno) {
    try path.withHostPath { (path) throws(Errno) in
      try Host.call(.fchmodat, AtFlag.currentDirectory, path, Int(0o777 & ~umask))
    }
  }
}

// MARK: Options

private enum SocketOption {
  static let level = 1
  static let receiveTimeout = 20
  static let sendTimeout = 21
  /// The same with 64-bit times, as i386 programs built with them use.
  static let receiveTimeout64: Int32 = 66
  static let sendTimeout64: Int32 = 67
  static let attachFilter: Int32 = 26
  static let attachReusePortFilter: Int32 = 51

  static func isShortTime(_ level: Int32, _ name: Int32) -> Bool {
    Int(level) == Self.level && (Int(name) == receiveTimeout || Int(name) == sendTimeout)
  }
  static func isFilter(_ level: Int32, _ name: Int32) -> Bool {
    Int(level) == Self.level && (name == attachFilter || name == attachReusePortFilter)
  }
}

extension Task {
  func setsockopt(
    _ fd: FD, _ level: Int32, _ name: Int32, _ value: InBuffer, _ length: Int32
  ) throws(Errno) -> Success {
    if SocketOption.isShortTime(level, name) {
      guard length >= 8 else { throw .EINVAL }
      var time = try memory.load(value, as: Timeval32.self).host
      try withHostPointer(to: &time) { (time) throws(Errno) in
        try Host.call(.setsockopt, fd.host, Int(level), Int(name), time, 16)
      }
    } else if SocketOption.isFilter(level, name) {
      // struct sock_fprog: a count and a pointer.
      let (count, filter) = try memory.load(value, as: (UInt32, UInt32).self)
      var program = (count: Int(count & 0xffff), filter: memory.input(InBuffer(filter)))
      try withHostPointer(to: &program) { (program) throws(Errno) in
        try Host.call(.setsockopt, fd.host, Int(level), Int(name), program, 16)
      }
    } else {
      try Host.call(.setsockopt, fd.host, Int(level), Int(name), memory.input(value), Int(length))
    }
    return Success()
  }

  func getsockopt(
    _ fd: FD, _ level: Int32, _ name: Int32, _ value: OutBuffer, _ length: UserPointer
  ) throws(Errno) -> Success {
    let size = try memory.load(length, as: Int32.self)
    if SocketOption.isShortTime(level, name) {
      guard size >= 8 else { throw .EINVAL }
      var time = HostTimeval()
      var hostSize: UInt32 = 16
      try withHostPointer(to: &time) { (time) throws(Errno) in
        try withHostPointer(to: &hostSize) { (hostSize) throws(Errno) in
          try Host.call(.getsockopt, fd.host, Int(level), Int(name), time, hostSize)
        }
      }
      try memory.store(Timeval32(truncating: time), at: value)
      try memory.store(Int32(8), at: length)
      return Success()
    }
    try Host.call(
      .getsockopt, fd.host, Int(level), Int(name), memory.output(value, Int(max(0, size))),
      memory.output(OutBuffer(length.address), 4))
    // SO_PEERCRED: the host knows one process for all guests.
    if Int(level) == SocketOption.level && name == 17 && size >= 4,
      try memory.load(value, as: Int32.self) == HostThread.processID
    {
      try memory.store(process.id, at: value)
    }
    return Success()
  }
}

// MARK: socketcall

extension Task {
  /// The calls of before there were numbers for them (socketcall(2)): which one, and where its arguments stand.
  func socketcall(_ which: Int32, _ arguments: InBuffer) throws(Errno) -> Int32 {
    let counts: [Int] = [0, 3, 3, 3, 2, 3, 3, 3, 4, 4, 4, 6, 6, 2, 5, 5, 3, 3, 4, 5, 4]
    guard which >= 1, Int(which) < counts.count else { throw .EINVAL }
    var words = try memory.array(arguments, count: counts[Int(which)], of: UInt32.self)
    while words.count < 6 { words.append(0) }
    let fd = FD(Int32(bitPattern: words[0]))
    func int(_ index: Int) -> Int32 { Int32(bitPattern: words[index]) }
    func input(_ index: Int) -> InBuffer { InBuffer(words[index]) }
    func output(_ index: Int) -> OutBuffer { OutBuffer(words[index]) }
    func pointer(_ index: Int) -> UserPointer { UserPointer(words[index]) }
    func flags(_ index: Int) -> Flags { Flags(bits: words[index]) }
    switch which {
    case 1: return try socket(int(0), int(1), int(2))
    case 2: _ = try bind(fd, input(1), int(2))
    case 3: _ = try connect(fd, input(1), int(2))
    case 4: _ = try listen(fd, int(1))
    case 5: return try accept4(fd, output(1), pointer(2), Flags(bits: 0))
    case 6: _ = try getsockname(fd, output(1), pointer(2))
    case 7: _ = try getpeername(fd, output(1), pointer(2))
    case 8: _ = try socketpair(int(0), int(1), int(2), output(3))
    case 9: return try send(fd, input(1), words[2], flags(3))
    case 10: return try recv(fd, output(1), words[2], flags(3))
    case 11: return try sendto(fd, input(1), words[2], flags(3), input(4), int(5))
    case 12: return try recvfrom(fd, output(1), words[2], flags(3), output(4), pointer(5))
    case 13: _ = try shutdown(fd, int(1))
    case 14: _ = try setsockopt(fd, int(1), int(2), input(3), int(4))
    case 15: _ = try getsockopt(fd, int(1), int(2), output(3), pointer(4))
    case 16: return try sendmsg(fd, pointer(1), flags(2))
    case 17: return try recvmsg(fd, pointer(1), flags(2))
    case 18: return try accept4(fd, output(1), pointer(2), flags(3))
    case 19: return try recvmmsg(fd, pointer(1), words[2], flags(3), pointer(4))
    default: return try sendmmsg(fd, pointer(1), words[2], flags(3))
    }
    return 0
  }
}
