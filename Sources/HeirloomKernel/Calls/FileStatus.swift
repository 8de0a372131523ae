internal import HeirloomABI
internal import HeirloomMachine

// What is known of a file, and changing it (stat(2), statx(2), access(2), chmod(2), chown(2), utime(2), statfs(2)).

extension Task {
  func stat64(_ path: UserPath, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(Stat64(status(.currentDirectory, path, 0)), at: to)
    return Success()
  }

  func lstat64(_ path: UserPath, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(Stat64(status(.currentDirectory, path, AtFlag.noFollow)), at: to)
    return Success()
  }

  func fstat64(_ fd: FD, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(Stat64(status(fd)), at: to)
    return Success()
  }

  func fstatat64(_ directory: FD, _ path: UserPath, _ to: OutBuffer, _ flags: Flags) throws(Errno) -> Success {
    try memory.store(Stat64(status(directory, path, flags.bits)), at: to)
    return Success()
  }

  func stat(_ path: UserPath, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(Stat32(status(.currentDirectory, path, 0)), at: to)
    return Success()
  }

  func lstat(_ path: UserPath, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(Stat32(status(.currentDirectory, path, AtFlag.noFollow)), at: to)
    return Success()
  }

  func fstat(_ fd: FD, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(Stat32(status(fd)), at: to)
    return Success()
  }

  @inline(__always)
  private func status(_ directory: FD, _ path: UserPath, _ flags: UInt32) throws(Errno) -> HostStat {
    var status = HostStat()
    try withPath(directory, path, flags & AtFlag.noFollow == 0 ? .follow : .keep) { (host) throws(Errno) in
      try withHostPointer(to: &status) { (status) throws(Errno) in
        if host.object >= 0 {
          try Host.call(.fstat, host.object, status)
        } else {
          try Host.call(.newfstatat, host.directory, host.name, status, Int(Int32(bitPattern: flags)))
        }
      }
    }
    return status
  }

  @inline(__always)
  func status(_ fd: FD) throws(Errno) -> HostStat { try status(host: fd.host) }

  /// Of a descriptor that may be one of the kernel's own.
  @inline(__always)
  func status(host descriptor: Int) throws(Errno) -> HostStat {
    var status = HostStat()
    try withHostPointer(to: &status) { (status) throws(Errno) in try Host.call(.fstat, descriptor, status) }
    return status
  }

  /// `struct statx` is the same everywhere.
  @inline(__always)  // into its row: a return behind a host call is slow
  func statx(
    _ directory: FD, _ path: UserPath, _ flags: Flags, _ mask: UInt32, _ to: OutBuffer
  ) throws(Errno) -> Success {
    let last: LastLink = flags.has(AtFlag.noFollow) ? .keep : .follow
    try withPath(directory, path, last) { (host) throws(Errno) in
      let to = memory.output(to, 256)
      if host.object >= 0 {
        try "".withHostString { (empty) throws(Errno) in
          try Host.call(.statx, host.object, empty, Int(flags.bits | AtFlag.emptyPath), Int(mask), to)
        }
      } else {
        try Host.call(.statx, host.directory, host.name, Int(Int32(bitPattern: flags.bits)), Int(mask), to)
      }
    }
    return Success()
  }

  func access(_ path: UserPath, _ mode: UInt32) throws(Errno) -> Success {
    try faccessat(.currentDirectory, path, mode)
  }

  func faccessat(_ directory: FD, _ path: UserPath, _ mode: UInt32) throws(Errno) -> Success {
    try withPath(directory, path) { (host) throws(Errno) in
      try Host.call(.faccessat, host.directory, host.name, Int(mode))
    }
    return Success()
  }

  func faccessat2(_ directory: FD, _ path: UserPath, _ mode: UInt32, _ flags: Flags) throws(Errno) -> Success {
    try withPath(directory, path, flags.has(AtFlag.noFollow) ? .keep : .follow) { (host) throws(Errno) in
      try Host.call(.faccessat2, host.directory, host.name, Int(mode), Int(Int32(bitPattern: flags.bits)))
    }
    return Success()
  }

  func chmod(_ path: UserPath, _ mode: UInt32) throws(Errno) -> Success {
    try fchmodat(.currentDirectory, path, mode)
  }

  func fchmodat(_ directory: FD, _ path: UserPath, _ mode: UInt32) throws(Errno) -> Success {
    try withPath(directory, path) { (host) throws(Errno) in
      try Host.call(.fchmodat, host.directory, host.name, Int(mode))
    }
    return Success()
  }

  func fchmod(_ fd: FD, _ mode: UInt32) throws(Errno) -> Success {
    try Host.call(.fchmod, fd.host, Int(mode))
    return Success()
  }

  func chown32(_ path: UserPath, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Success {
    try fchownat(.currentDirectory, path, uid, gid, Flags(bits: 0))
  }

  func lchown32(_ path: UserPath, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Success {
    try fchownat(.currentDirectory, path, uid, gid, Flags(bits: AtFlag.noFollow))
  }

  func fchown32(_ fd: FD, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Success {
    try Host.call(.fchown, fd.host, Int(uid), Int(gid))
    return Success()
  }

  func fchownat(
    _ directory: FD, _ path: UserPath, _ uid: UInt32, _ gid: UInt32, _ flags: Flags
  ) throws(Errno) -> Success {
    try withPath(directory, path, flags.has(AtFlag.noFollow) ? .keep : .follow) { (host) throws(Errno) in
      try Host.call(
        .fchownat, host.directory, host.name, Int(uid), Int(gid), Int(Int32(bitPattern: flags.bits)))
    }
    return Success()
  }

  func chown16(_ path: UserPath, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Success {
    try chown32(path, ID16.widen(uid), ID16.widen(gid))
  }

  func lchown16(_ path: UserPath, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Success {
    try lchown32(path, ID16.widen(uid), ID16.widen(gid))
  }

  func fchown16(_ fd: FD, _ uid: UInt32, _ gid: UInt32) throws(Errno) -> Success {
    try fchown32(fd, ID16.widen(uid), ID16.widen(gid))
  }

  func truncate(_ path: UserPath, _ length: Int32) throws(Errno) -> Success {
    try truncate64(path, Int64(length))
  }

  func truncate64(_ path: UserPath, _ length: Int64) throws(Errno) -> Success {
    // The host has no truncateat.
    try withFullPath(path) { (name, _) throws(Errno) in
      try blocking(.truncate, name, Int(length))
      didWrite(path: name)
    }
    return Success()
  }

  func ftruncate(_ fd: FD, _ length: Int32) throws(Errno) -> Success { try ftruncate64(fd, Int64(length)) }

  func ftruncate64(_ fd: FD, _ length: Int64) throws(Errno) -> Success {
    try Host.call(.ftruncate, fd.host, Int(length))
    didWrite(fd)
    return Success()
  }

  func fallocate(_ fd: FD, _ mode: Flags, _ offset: Int64, _ length: Int64) throws(Errno) -> Success {
    try blocking(.fallocate, fd.host, Int(mode.bits), Int(offset), Int(length))
    didWrite(fd)
    return Success()
  }

  func fadvise64(_ fd: FD, _ offset: Int64, _ length: UInt32, _ advice: Int32) throws(Errno) -> Success {
    try Host.call(.fadvise64, fd.host, Int(offset), Int(length), Int(advice))
    return Success()
  }

  func fadvise64_64(_ fd: FD, _ offset: Int64, _ length: Int64, _ advice: Int32) throws(Errno) -> Success {
    try Host.call(.fadvise64, fd.host, Int(offset), Int(length), Int(advice))
    return Success()
  }

  func umask(_ mask: UInt32) throws(Errno) -> UInt32 {
    let files = process.files
    defer { files.umask = mask & 0o777 }
    return files.umask
  }
}

// MARK: Times

extension Task {
  /// `struct utimbuf`: two seconds.
  func utime(_ path: UserPath, _ times: InBuffer) throws(Errno) -> Success {
    if times.isNull { return try setTimes(.currentDirectory, path, nil, 0) }
    let (accessed, modified) = try memory.load(times, as: (Int32, Int32).self)
    return try setTimes(
      .currentDirectory, path, (HostTimespec(seconds: Int64(accessed)), HostTimespec(seconds: Int64(modified))), 0)
  }

  func utimes(_ path: UserPath, _ times: InBuffer) throws(Errno) -> Success {
    try futimesat(.currentDirectory, path, times)
  }

  func futimesat(_ directory: FD, _ path: UserPath, _ times: InBuffer) throws(Errno) -> Success {
    if times.isNull { return try setTimes(directory, path, nil, 0) }
    let (accessed, modified) = try memory.load(times, as: (Timeval32, Timeval32).self)
    for time in [accessed, modified] {
      guard time.microseconds >= 0 && time.microseconds < 1_000_000 else { throw .EINVAL }
    }
    func precise(_ time: Timeval32) -> HostTimespec {
      HostTimespec(seconds: Int64(time.seconds), nanoseconds: Int64(time.microseconds) * 1000)
    }
    return try setTimes(directory, path, (precise(accessed), precise(modified)), 0)
  }

  func utimensat(_ directory: FD, _ path: UserPath, _ times: InBuffer, _ flags: Flags) throws(Errno) -> Success {
    if times.isNull { return try setTimes(directory, path, nil, flags.bits) }
    let (accessed, modified) = try memory.load(times, as: (Timespec32, Timespec32).self)
    return try setTimes(directory, path, (accessed.host, modified.host), flags.bits)
  }

  func utimensat_time64(_ directory: FD, _ path: UserPath, _ times: InBuffer, _ flags: Flags) throws(Errno) -> Success {
    if times.isNull { return try setTimes(directory, path, nil, flags.bits) }
    let (accessed, modified) = try memory.load(times, as: (HostTimespec, HostTimespec).self)
    // The upper half of tv_nsec is padding for 32-bit callers.
    func trimmed(_ time: HostTimespec) -> HostTimespec {
      HostTimespec(seconds: time.seconds, nanoseconds: time.nanoseconds & 0xffff_ffff)
    }
    return try setTimes(directory, path, (trimmed(accessed), trimmed(modified)), flags.bits)
  }

  private func setTimes(
    _ directory: FD, _ path: UserPath, _ times: (HostTimespec, HostTimespec)?, _ flags: UInt32
  ) throws(Errno) -> Success {
    var pair = times ?? (HostTimespec(), HostTimespec())
    let flagBits = Int(Int32(bitPattern: flags))
    try withHostPointer(to: &pair) { (pointer) throws(Errno) in
      let pointer = times == nil ? 0 : pointer
      // No path: the descriptor itself (futimens(3)).
      if path.isNull && directory != .currentDirectory {
        try Host.call(.utimensat, directory.host, 0, pointer, flagBits)
        return
      }
      if path.isNull { throw Errno.EFAULT }
      try withPath(directory, path, flags & AtFlag.noFollow != 0 ? .keep : .follow) { (host) throws(Errno) in
        try Host.call(.utimensat, host.directory, host.name, pointer, flagBits)
      }
    }
    return Success()
  }
}

// MARK: File systems

extension Task {
  func statfs(_ path: UserPath, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(Statfs32(fileSystem(of: path)), at: to)
    return Success()
  }

  func fstatfs(_ fd: FD, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(Statfs32(fileSystem(of: fd)), at: to)
    return Success()
  }

  func statfs64(_ path: UserPath, _ size: UInt32, _ to: OutBuffer) throws(Errno) -> Success {
    guard size == 84 else { throw .EINVAL }
    try memory.store(Statfs64(fileSystem(of: path)), at: to)
    return Success()
  }

  func fstatfs64(_ fd: FD, _ size: UInt32, _ to: OutBuffer) throws(Errno) -> Success {
    guard size == 84 else { throw .EINVAL }
    try memory.store(Statfs64(fileSystem(of: fd)), at: to)
    return Success()
  }

  /// The host has no statfsat: the path is opened.
  private func fileSystem(of path: UserPath) throws(Errno) -> HostStatfs {
    try withPath(.currentDirectory, path) { (host) throws(Errno) in
      let object = try Host.call(
        .openat, host.directory, host.name, OpenFlag.path | OpenFlag.closeOnExec)
      defer { DescriptorLimits.close(Int32(object)) }
      return try Self.fileSystem(ofHost: object)
    }
  }

  func fileSystem(of fd: FD) throws(Errno) -> HostStatfs { try Self.fileSystem(ofHost: fd.host) }

  private static func fileSystem(ofHost descriptor: Int) throws(Errno) -> HostStatfs {
    var status = HostStatfs()
    try withHostPointer(to: &status) { (status) throws(Errno) in try Host.call(.fstatfs, descriptor, status) }
    return status
  }

  func sync() throws(Errno) -> Success {
    try Host.call(.sync)
    return Success()
  }

  func syncfs(_ fd: FD) throws(Errno) -> Success {
    try Host.call(.syncfs, fd.host)
    return Success()
  }

  func fsync(_ fd: FD) throws(Errno) -> Success {
    try blocking(.fsync, fd.host)
    return Success()
  }

  func fdatasync(_ fd: FD) throws(Errno) -> Success {
    try blocking(.fdatasync, fd.host)
    return Success()
  }

  func sync_file_range(_ fd: FD, _ offset: Int64, _ length: Int64, _ flags: Flags) throws(Errno) -> Success {
    try blocking(.sync_file_range, fd.host, Int(offset), Int(length), Int(flags.bits))
    return Success()
  }

  func readahead(_ fd: FD, _ offset: Int64, _ count: UInt32) throws(Errno) -> Success {
    try Host.call(.readahead, fd.host, Int(offset), Int(count))
    return Success()
  }
}
