internal import Glibc
internal import Synchronization

/// A Unix stream socket: the one file here that calls the host for one.
///
/// Every wait has a deadline where the caller gives one, no call raises SIGPIPE, and every descriptor is close-on-exec.
final class Socket: @unchecked Sendable {
  let descriptor: Int32
  private let sent = Atomic<Int>(0)
  /// How many bytes the peer has been sent, for a thread that looks whether it goes on.
  var sentBytes: Int { sent.load(ordering: .relaxed) }

  /// Takes over the descriptor.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// What may go wrong on a connection.
  enum Failure: Error, Equatable {
    /// The peer has closed it.
    case closed
    case timedOut
    case host(Int32)
  }

  // MARK: Addresses

  /// Runs `body` with the address of the socket at `path`, however long that is.
  private static func withAddress<R>(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R? {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    var short = path
    var folder: Int32 = -1
    defer { if folder >= 0 { close(folder) } }
    if path.utf8.count >= capacity {
      guard let slash = path.lastIndex(of: "/") else { return nil }
      folder = open(String(path[..<slash]), pathOnly | O_DIRECTORY | O_CLOEXEC)
      guard folder >= 0 else { return nil }
      short = "/proc/thread-self/fd/\(folder)\(path[slash...])"
    }
    guard short.utf8.count < capacity else { return nil }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: short.utf8) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
  }

  /// O_PATH
  private static let pathOnly: Int32 = 0o10_000_000

  private static func make() -> Socket? {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard (0...2).contains(descriptor) else { return descriptor >= 0 ? Socket(descriptor) : nil }
    // A command that was started without one of these is to pass none on, and not this socket.
    defer { close(descriptor) }
    let above = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
    return above >= 0 ? Socket(above) : nil
  }

  /// A listening socket at `path`, for its owner alone (mode 0600). What stood there is replaced.
  ///
  /// It gets its name only when it listens: one that refuses a connection has nobody behind it any more.
  static func listening(at path: String) -> Result<Socket, Failure> {
    guard let socket = make() else { return .failure(.host(errno)) }
    // Before bind, which makes the file with the socket's own mode.
    guard fchmod(socket.descriptor, 0o600) == 0 else { return .failure(.host(errno)) }
    let backlog: Int32 = 128
    let first = path + ".new"
    unlink(first)
    guard let bound = withAddress(first, { bind(socket.descriptor, $0, $1) == 0 }) else { return .failure(.host(ENAMETOOLONG)) }
    guard bound, listen(socket.descriptor, backlog) == 0, rename(first, path) == 0 else {
      let error = errno
      unlink(first)
      return .failure(.host(error))
    }
    return .success(socket)
  }

  static func connected(to path: String) -> Result<Socket, Failure> {
    guard let socket = make() else { return .failure(.host(errno)) }
    // A full queue, as of a kernel that is stopped, is waited for so long (socket(7)).
    var patience = timeval(tv_sec: 3, tv_usec: 0)
    setsockopt(socket.descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    guard let result = withAddress(path, { connect(socket.descriptor, $0, $1) == 0 ? 0 : errno }) else {
      return .failure(.host(ENAMETOOLONG))
    }
    if result == EAGAIN { return .failure(.timedOut) }
    return result == 0 ? .success(socket) : .failure(.host(result))
  }

  /// The next peer, however long that takes.
  func accept() -> Result<Socket, Failure> {
    while true {
      let peer = Glibc.accept(descriptor, nil, nil)
      if peer >= 0 {
        _ = fcntl(peer, F_SETFD, FD_CLOEXEC)
        return .success(Socket(peer))
      }
      if errno != EINTR && errno != ECONNABORTED { return .failure(.host(errno)) }
    }
  }

  /// Who is at the other end (SO_PEERCRED, unix(7)).
  var peer: (process: Int32, user: UInt32)? {
    var credentials = (pid: Int32(0), uid: UInt32(0), gid: UInt32(0))
    var size = socklen_t(MemoryLayout.size(ofValue: credentials))
    let peerCredentials: Int32 = 17
    guard getsockopt(descriptor, SOL_SOCKET, peerCredentials, &credentials, &size) == 0 else { return nil }
    return (credentials.pid, credentials.uid)
  }

  /// Both ends see the end; the descriptor stays until the last reference goes.
  func end() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  // MARK: Waiting

  /// Waits until `events` (poll(2)) or a hang-up.
  ///
  /// - Parameter deadline: by `monotonicNanoseconds`; nil: none.
  private func wait(_ events: Int32, until deadline: UInt64?) throws(Failure) {
    while true {
      var milliseconds: Int32 = -1
      if let deadline {
        let now = monotonicNanoseconds()
        guard now < deadline else { throw .timedOut }
        milliseconds = Int32(min((deadline - now) / 1_000_000 + 1, 1_000_000))
      }
      var poll = pollfd(fd: descriptor, events: Int16(events), revents: 0)
      let count = Glibc.poll(&poll, 1, milliseconds)
      if count > 0 { return }
      if count < 0 && errno != EINTR { throw .host(errno) }
    }
  }

  /// Whether the peer has gone, or has sent something that nobody has read yet.
  var hasNews: Bool {
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&poll, 1, 0) > 0
  }

  // MARK: Bytes

  /// Sends all of `bytes`, and with the first of them `descriptors` (SCM_RIGHTS).
  func send(_ bytes: [UInt8], descriptors: [Int32] = [], until deadline: UInt64?) throws(Failure) {
    var sent = 0
    while sent < bytes.count {
      let count = attempt(sending: bytes[sent...], sent == 0 ? descriptors : [])
      if count >= 0 {
        sent += count
        self.sent.wrappingAdd(count, ordering: .relaxed)
      } else if errno == EAGAIN {
        try wait(POLLOUT, until: deadline)
      } else if errno != EINTR {
        throw errno == EPIPE || errno == ECONNRESET ? .closed : .host(errno)
      }
    }
  }

  private func attempt(sending bytes: ArraySlice<UInt8>, _ descriptors: [Int32]) -> Int {
    var control = [UInt8](repeating: 0, count: Self.controlSize)
    let headerSize = 16  // struct cmsghdr, cmsg(3)
    let controlLength = descriptors.isEmpty ? 0 : headerSize + descriptors.count * 4
    precondition(controlLength <= control.count)
    return bytes.withUnsafeBytes { bytes in
      control.withUnsafeMutableBytes { control in
        if !descriptors.isEmpty {
          control.storeBytes(of: controlLength, as: Int.self)
          control.storeBytes(of: SOL_SOCKET, toByteOffset: 8, as: Int32.self)
          control.storeBytes(of: Self.rights, toByteOffset: 12, as: Int32.self)
          for (index, descriptor) in descriptors.enumerated() {
            control.storeBytes(of: descriptor, toByteOffset: headerSize + index * 4, as: Int32.self)
          }
        }
        var part = iovec(iov_base: UnsafeMutableRawPointer(mutating: bytes.baseAddress), iov_len: bytes.count)
        return withUnsafeMutablePointer(to: &part) { part in
          var message = msghdr()
          message.msg_iov = part
          message.msg_iovlen = 1
          message.msg_control = descriptors.isEmpty ? nil : control.baseAddress
          message.msg_controllen = controlLength
          return sendmsg(descriptor, &message, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
        }
      }
    }
  }

  /// Some bytes, at least one, and the descriptors that came with them, which are the caller's.
  func receive(atMost limit: Int, until deadline: UInt64?) throws(Failure) -> (bytes: [UInt8], descriptors: [Int32]) {
    while true {
      var buffer = [UInt8](repeating: 0, count: limit)
      var descriptors: [Int32] = []
      let count = attempt(receiving: &buffer, &descriptors)
      if count > 0 {
        buffer.removeLast(limit - count)
        return (buffer, descriptors)
      }
      for descriptor in descriptors { close(descriptor) }
      if count == 0 { throw .closed }
      if errno == EAGAIN { try wait(POLLIN, until: deadline) } else if errno != EINTR {
        throw errno == ECONNRESET ? .closed : .host(errno)
      }
    }
  }

  private func attempt(receiving buffer: inout [UInt8], _ descriptors: inout [Int32]) -> Int {
    var control = [UInt8](repeating: 0, count: Self.controlSize)
    return buffer.withUnsafeMutableBytes { bytes in
      control.withUnsafeMutableBytes { control in
        var part = iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
        return withUnsafeMutablePointer(to: &part) { part in
          var message = msghdr()
          message.msg_iov = part
          message.msg_iovlen = 1
          message.msg_control = control.baseAddress
          message.msg_controllen = control.count
          let closeOnExec: Int32 = 0x4000_0000  // MSG_CMSG_CLOEXEC
          let count = recvmsg(descriptor, &message, closeOnExec | Int32(MSG_DONTWAIT))
          let saved = errno
          if count >= 0 { descriptors = Self.rights(in: control, Int(message.msg_controllen)) }
          errno = saved
          return count
        }
      }
    }
  }

  private static func rights(in control: UnsafeMutableRawBufferPointer, _ length: Int) -> [Int32] {
    var found: [Int32] = []
    var offset = 0
    while offset + 16 <= length {
      let size = control.loadUnaligned(fromByteOffset: offset, as: Int.self)
      guard size >= 16, offset + size <= length else { break }
      let level = control.loadUnaligned(fromByteOffset: offset + 8, as: Int32.self)
      let type = control.loadUnaligned(fromByteOffset: offset + 12, as: Int32.self)
      if level == SOL_SOCKET, type == rights {
        found += stride(from: offset + 16, to: offset + size, by: 4).map {
          control.loadUnaligned(fromByteOffset: $0, as: Int32.self)
        }
      }
      offset += (size + 7) & ~7
    }
    return found
  }

  /// SCM_RIGHTS
  private static let rights: Int32 = 1
  /// Room for one message with `maximumDescriptors`; the host closes what is more.
  private static let controlSize = 16 + maximumDescriptors * 4
  static let maximumDescriptors = 8
}

/// CLOCK_MONOTONIC.
func monotonicNanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// Closes descriptors that came from a peer.
func closeAll(_ descriptors: [Int32]) { for descriptor in descriptors { close(descriptor) } }

func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }

/// Where the calling process runs in the background of the very terminal that `descriptor` is, it gives that up as its
/// controlling terminal (tty_ioctl(4), TIOCNOTTY): the host would refuse it to read there, for its guests too.
func leaveTerminalInBackground(_ descriptor: Int32) {
  let foreground = tcgetpgrp(descriptor)
  if foreground > 0, foreground != getpgrp() { _ = ioctl(descriptor, UInt(TIOCNOTTY)) }
}

/// What the calling process has used: seconds of processor time, and kilobytes of memory at the most.
func hostUsage() -> (user: Double, system: Double, resident: Int) {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
  return (seconds(usage.ru_utime), seconds(usage.ru_stime), usage.ru_maxrss)
}
