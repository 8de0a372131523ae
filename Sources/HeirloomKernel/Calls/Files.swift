internal import HeirloomABI
internal import HeirloomMachine

// Opening, reading and writing (open(2), read(2), write(2), readv(2), pread(2), lseek(2)).

extension Task {
  @inline(__always)  // into its row: a return behind a host call is slow
  func open(_ path: UserPath, _ flags: Flags, _ mode: UInt32) throws(Errno) -> Int32 {
    try openFile(.currentDirectory, path, flags, mode)
  }

  @inline(__always)  // into its row: a return behind a host call is slow
  func openat(_ directory: FD, _ path: UserPath, _ flags: Flags, _ mode: UInt32) throws(Errno) -> Int32 {
    try openFile(directory, path, flags, mode)
  }

  func creat(_ path: UserPath, _ mode: UInt32) throws(Errno) -> Int32 {
    let flags = OpenFlag.create | OpenFlag.writeOnly | OpenFlag.truncate
    return try openFile(.currentDirectory, path, Flags(bits: UInt32(flags)), mode)
  }

  /// openat2(2): RESOLVE_* as the host's, where guests have no root of their own.
  func openat2(_ directory: FD, _ path: UserPath, _ how: InBuffer, _ size: UInt32) throws(Errno) -> Int32 {
    guard size >= 24 else { throw .EINVAL }
    guard size <= 4096 else { throw .E2BIG }
    let tail = try memory.array(UserPointer(how.address &+ 24), count: Int(size) - 24, of: UInt8.self)
    guard tail.allSatisfy({ $0 == 0 }) else { throw .E2BIG }
    var request = try memory.load(how, as: OpenHow.self)
    if request.flags & UInt64(OpenFlag.create | OpenFlag.temporary & ~OpenFlag.directory) != 0 {
      request.mode &= ~UInt64(process.files.umask)
    }
    if process.files.root >= 0 {
      guard request.resolve == 0 else { throw .EINVAL }
      return try openFile(
        directory, path, Flags(bits: UInt32(truncatingIfNeeded: request.flags)), UInt32(truncatingIfNeeded: request.mode))
    }
    return try withPath(directory, path) { (host) throws(Errno) in
      let descriptor = try withHostPointer(to: &request) { (request) throws(Errno) in
        try blocking(.openat2, host.directory, host.name, request, MemoryLayout<OpenHow>.size)
      }
      return try admit(descriptor, openedWith: Int(truncatingIfNeeded: request.flags))
    }
  }

  @inline(__always)
  private func openFile(_ directory: FD, _ path: UserPath, _ flags: Flags, _ mode: UInt32) throws(Errno) -> Int32 {
    let bits = Int(Int32(bitPattern: flags.bits))
    let permitted = Int(mode & ~process.files.umask)
    if try goesAsItIs(path) {
      return try admit(blocking(.openat, hostDirectory(directory), memory.input(path), bits, permitted), openedWith: bits)
    }
    return try openResolved(directory, path, bits, permitted)
  }

  /// The rest of `openFile`, out of the way of the usual path.
  @inline(never)
  private func openResolved(_ directory: FD, _ path: UserPath, _ bits: Int, _ permitted: Int) throws(Errno) -> Int32 {
    let resolver = PathResolver(task: self, directory: directory)
    return try admit(resolver.open(memory.bytes(path), path, bits, permitted), openedWith: bits)
  }

  /// - Parameter flags: of open(2).
  @inline(__always)
  private func admit(_ descriptor: Int, openedWith flags: Int) throws(Errno) -> Int32 {
    let number = try admit(descriptor)
    let accessMode = 3
    if flags & (accessMode | OpenFlag.truncate) != 0 { noteOpened(number, truncated: flags & OpenFlag.truncate != 0) }
    return number
  }

  /// Not a call that gives way to a signal before it begins: Linux closes the descriptor whatever it answers, and programs
  /// count on that.
  @inline(__always)  // into its row: a return behind a host call is slow
  func close(_ fd: FD) throws(Errno) -> Success {
    try Host.call(.close, fd.host)
    return Success()
  }

  @inline(__always)  // into its row: a return behind a host call is slow
  func read(_ fd: FD, _ to: OutBuffer, _ count: UInt32) throws(Errno) -> Int32 {
    Int32(truncatingIfNeeded: try blocking(.read, fd.host, memory.output(to, Int(count)), Int(count)))
  }

  @inline(__always)  // into its row: a return behind a host call is slow
  func write(_ fd: FD, _ from: InBuffer, _ count: UInt32) throws(Errno) -> Int32 {
    do throws(Errno) {
      let written = try blocking(.write, fd.host, memory.input(from), Int(count))
      didWrite(fd)
      return Int32(truncatingIfNeeded: written)
    } catch { throw noteBrokenPipe(error) }
  }

  func pread64(_ fd: FD, _ to: OutBuffer, _ count: UInt32, _ at: Int64) throws(Errno) -> Int32 {
    Int32(truncatingIfNeeded: try blocking(.pread64, fd.host, memory.output(to, Int(count)), Int(count), Int(at)))
  }

  func pwrite64(_ fd: FD, _ from: InBuffer, _ count: UInt32, _ at: Int64) throws(Errno) -> Int32 {
    do throws(Errno) {
      let written = try blocking(.pwrite64, fd.host, memory.input(from), Int(count), Int(at))
      didWrite(fd)
      return Int32(truncatingIfNeeded: written)
    } catch { throw noteBrokenPipe(error) }
  }

  func readv(_ fd: FD, _ vectors: InBuffer, _ count: UInt32) throws(Errno) -> Int32 {
    try withVectors(vectors, count, written: true) { (vectors) throws(Errno) in
      Int32(truncatingIfNeeded: try blocking(.readv, fd.host, vectors, Int(count)))
    }
  }

  func writev(_ fd: FD, _ vectors: InBuffer, _ count: UInt32) throws(Errno) -> Int32 {
    do throws(Errno) {
      return try withVectors(vectors, count, written: false) { (vectors) throws(Errno) in
        defer { didWrite(fd) }
        return Int32(truncatingIfNeeded: try blocking(.writev, fd.host, vectors, Int(count)))
      }
    } catch { throw noteBrokenPipe(error) }
  }

  func preadv(_ fd: FD, _ vectors: InBuffer, _ count: UInt32, _ at: Int64) throws(Errno) -> Int32 {
    try withVectors(vectors, count, written: true) { (vectors) throws(Errno) in
      Int32(truncatingIfNeeded: try blocking(.preadv, fd.host, vectors, Int(count), Int(at)))
    }
  }

  func pwritev(_ fd: FD, _ vectors: InBuffer, _ count: UInt32, _ at: Int64) throws(Errno) -> Int32 {
    do throws(Errno) {
      return try withVectors(vectors, count, written: false) { (vectors) throws(Errno) in
        defer { didWrite(fd) }
        return Int32(truncatingIfNeeded: try blocking(.pwritev, fd.host, vectors, Int(count), Int(at)))
      }
    } catch { throw noteBrokenPipe(error) }
  }

  func preadv2(_ fd: FD, _ vectors: InBuffer, _ count: UInt32, _ at: Int64, _ flags: Flags) throws(Errno) -> Int32 {
    try withVectors(vectors, count, written: true) { (vectors) throws(Errno) in
      Int32(truncatingIfNeeded: try blocking(.preadv2, fd.host, vectors, Int(count), Int(at), 0, Int(flags.bits)))
    }
  }

  func pwritev2(_ fd: FD, _ vectors: InBuffer, _ count: UInt32, _ at: Int64, _ flags: Flags) throws(Errno) -> Int32 {
    do throws(Errno) {
      return try withVectors(vectors, count, written: false) { (vectors) throws(Errno) in
        defer { didWrite(fd) }
        return Int32(truncatingIfNeeded: try blocking(.pwritev2, fd.host, vectors, Int(count), Int(at), 0, Int(flags.bits)))
      }
    } catch { throw noteBrokenPipe(error) }
  }

  func lseek(_ fd: FD, _ offset: Int32, _ whence: UInt32) throws(Errno) -> Int32 {
    let position = try seek(fd, Int(offset), whence)
    guard let short = Int32(exactly: position) else { throw .EOVERFLOW }
    return short
  }

  /// The offset comes high word first.
  func _llseek(
    _ fd: FD, _ high: UInt32, _ low: UInt32, _ result: OutBuffer, _ whence: UInt32
  ) throws(Errno) -> Success {
    let offset = Int64(bitPattern: UInt64(high) << 32 | UInt64(low))
    try memory.store(Int64(try seek(fd, Int(offset), whence)), at: result)
    return Success()
  }

  private func seek(_ fd: FD, _ offset: Int, _ whence: UInt32) throws(Errno) -> Int {
    if process.files.hasWidePositions, whence == 0, isWideDirectory(fd) {
      return narrowPosition(try Host.call(.lseek, fd.host, widePosition(offset), 0))
    }
    return try Host.call(.lseek, fd.host, offset, Int(whence))
  }

  /// SIGPIPE, which the host's kernel cannot send to a guest, goes with EPIPE.
  func noteBrokenPipe(_ error: Errno) -> Errno {
    if error == .EPIPE { signalBrokenPipe() }
    return error
  }
}
