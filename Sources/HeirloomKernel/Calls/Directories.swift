internal import HeirloomABI
internal import HeirloomMachine

// Names in directories, and where a process stands (mkdir(2), rename(2), getdents(2), chdir(2)).

extension Task {
  func mkdir(_ path: UserPath, _ mode: UInt32) throws(Errno) -> Success { try mkdirat(.currentDirectory, path, mode) }

  func mkdirat(_ directory: FD, _ path: UserPath, _ mode: UInt32) throws(Errno) -> Success {
    try withPath(directory, path, .name) { (host) throws(Errno) in
      try Host.call(.mkdirat, host.directory, host.name, Int(mode & ~process.files.umask))
    }
    return Success()
  }

  func mknod(_ path: UserPath, _ mode: UInt32, _ device: UInt32) throws(Errno) -> Success {
    try mknodat(.currentDirectory, path, mode, device)
  }

  func mknodat(_ directory: FD, _ path: UserPath, _ mode: UInt32, _ device: UInt32) throws(Errno) -> Success {
    try withPath(directory, path, .name) { (host) throws(Errno) in
      try Host.call(.mknodat, host.directory, host.name, Int(mode & ~process.files.umask), Int(device))
    }
    return Success()
  }

  func rmdir(_ path: UserPath) throws(Errno) -> Success {
    try unlinkat(.currentDirectory, path, Flags(bits: AtFlag.removeDirectory))
  }

  func unlink(_ path: UserPath) throws(Errno) -> Success { try unlinkat(.currentDirectory, path, Flags(bits: 0)) }

  func unlinkat(_ directory: FD, _ path: UserPath, _ flags: Flags) throws(Errno) -> Success {
    try withPath(directory, path, .name) { (host) throws(Errno) in
      try Host.call(.unlinkat, host.directory, host.name, Int(flags.bits))
    }
    return Success()
  }

  func rename(_ from: UserPath, _ to: UserPath) throws(Errno) -> Success {
    try renameat2(.currentDirectory, from, .currentDirectory, to, Flags(bits: 0))
  }

  func renameat(_ fromDirectory: FD, _ from: UserPath, _ toDirectory: FD, _ to: UserPath) throws(Errno) -> Success {
    try renameat2(fromDirectory, from, toDirectory, to, Flags(bits: 0))
  }

  func renameat2(
    _ fromDirectory: FD, _ from: UserPath, _ toDirectory: FD, _ to: UserPath, _ flags: Flags
  ) throws(Errno) -> Success {
    try withPath(fromDirectory, from, .name) { (old) throws(Errno) in
      try withPath(toDirectory, to, .name) { (new) throws(Errno) in
        try Host.call(.renameat2, old.directory, old.name, new.directory, new.name, Int(flags.bits))
      }
    }
    return Success()
  }

  func link(_ from: UserPath, _ to: UserPath) throws(Errno) -> Success {
    try linkat(.currentDirectory, from, .currentDirectory, to, Flags(bits: 0))
  }

  func linkat(
    _ fromDirectory: FD, _ from: UserPath, _ toDirectory: FD, _ to: UserPath, _ flags: Flags
  ) throws(Errno) -> Success {
    try withPath(fromDirectory, from, flags.has(AtFlag.follow) ? .follow : .keep) { (old) throws(Errno) in
      try withPath(toDirectory, to, .name) { (new) throws(Errno) in
        // An object stands behind a magic link, which has to be followed.
        let flags = old.object >= 0 ? flags.bits | AtFlag.follow : flags.bits
        try Host.call(.linkat, old.directory, old.name, new.directory, new.name, Int(Int32(bitPattern: flags)))
      }
    }
    return Success()
  }

  func symlink(_ target: UserPath, _ path: UserPath) throws(Errno) -> Success {
    try symlinkat(target, .currentDirectory, path)
  }

  func symlinkat(_ target: UserPath, _ directory: FD, _ path: UserPath) throws(Errno) -> Success {
    try withPath(directory, path, .name) { (host) throws(Errno) in
      try Host.call(.symlinkat, memory.input(target), host.directory, host.name)
    }
    return Success()
  }

  func readlink(_ path: UserPath, _ to: OutBuffer, _ size: UInt32) throws(Errno) -> Int32 {
    try readlinkat(.currentDirectory, path, to, size)
  }

  func readlinkat(_ directory: FD, _ path: UserPath, _ to: OutBuffer, _ size: UInt32) throws(Errno) -> Int32 {
    guard Int32(bitPattern: size) > 0 else { throw .EINVAL }
    if try !goesAsItIs(path) {
      let resolver = PathResolver(task: self, directory: directory)
      if let target = try resolver.linkTarget(memory.bytes(path)) {
        try memory.write(Array(target.prefix(Int(size))), at: to.address)
        return Int32(min(target.count, Int(size)))
      }
      return try resolver.resolve(memory.bytes(path), path, .keep) { (host) throws(Errno) in
        // Where the path is an object, the last component was no link.
        if host.object >= 0 { throw Errno.EINVAL }
        let target = guestPath(try HostLink.target(host.directory, host.name))
        try memory.write(Array(target.prefix(Int(size))), at: to.address)
        return Int32(min(target.count, Int(size)))
      }
    }
    return Int32(
      truncatingIfNeeded: try Host.call(
        .readlinkat, hostDirectory(directory), memory.input(path), memory.output(to, Int(size)), Int(size)))
  }
}

// MARK: The working directory

extension Task {
  func chdir(_ path: UserPath) throws(Errno) -> Success {
    try withPath(.currentDirectory, path) { (host) throws(Errno) in
      let descriptor = try Host.call(
        .openat, host.directory, host.name, OpenFlag.path | OpenFlag.directory | OpenFlag.closeOnExec)
      defer { DescriptorLimits.close(Int32(descriptor)) }
      try enter(descriptor)
    }
    return Success()
  }

  func fchdir(_ fd: FD) throws(Errno) -> Success {
    guard try status(fd).type == HostStat.directory else { throw .ENOTDIR }
    try enter(fd.host)
    return Success()
  }

  /// Only who may search a directory may go there.
  private func enter(_ descriptor: Int) throws(Errno) {
    let search = 1
    try "".withHostString { (empty) throws(Errno) in
      try Host.call(.faccessat2, descriptor, empty, search, Int(AtFlag.emptyPath | AtFlag.effectiveAccess))
    }
    try process.files.change(to: descriptor)
  }

  /// The bytes written, with the NUL. ENOENT where the directory has been removed.
  func getcwd(_ to: OutBuffer, _ size: UInt32) throws(Errno) -> Int32 {
    let files = process.files
    if try status(host: Int(files.directory)).links == 0 { throw .ENOENT }
    let path = guestPath(try HostLink.target(ofDescriptor: files.directory))
    guard path.count + 1 <= Int(size) else { throw .ERANGE }
    try memory.write(path + [0], at: to.address)
    return Int32(path.count + 1)
  }

  func chroot(_ path: UserPath) throws(Errno) -> Success {
    throw .EPERM
  }
}

// MARK: Listing

extension Task {
  func getdents64(_ fd: FD, _ to: OutBuffer, _ size: UInt32) throws(Errno) -> Int32 {
    // i386 and the host share the struct; positions and the kernel's own names have to be looked after.
    try withListing(fd, Int(size)) { (listing) throws(Errno) in
      try memory.copyOut(UnsafeRawBufferPointer(listing), to: to)
      return Int32(listing.count)
    }
  }

  /// `struct linux_dirent`: two words, the record's length, the name, and in the last byte the type.
  func getdents(_ fd: FD, _ to: OutBuffer, _ size: UInt32) throws(Errno) -> Int32 {
    try withListing(fd, Int(size)) { (listing) throws(Errno) in
      var records: [UInt8] = []
      records.reserveCapacity(listing.count)
      var overflow = false
      Directory.entries(in: UnsafeRawBufferPointer(listing)) { entry in
        guard let inode = UInt32(exactly: entry.inode) else {
          overflow = true
          return
        }
        let length = (10 + entry.name.count + 2 + 3) & ~3
        let start = records.count
        records.append(littleEndian: inode)
        records.append(littleEndian: UInt32(truncatingIfNeeded: entry.offset))
        records.append(littleEndian: UInt16(length))
        records += entry.name
        while records.count < start + length - 1 { records.append(0) }
        records.append(entry.type)
      }
      if overflow { throw Errno.EOVERFLOW }
      try memory.write(records, at: to.address)
      return Int32(records.count)
    }
  }

  /// Runs `body` with some entries of a directory as the guest may see them.
  private func withListing(
    _ fd: FD, _ size: Int, _ body: (UnsafeMutableRawBufferPointer) throws(Errno) -> Int32
  ) throws(Errno) -> Int32 {
    let space = UnsafeMutableRawBufferPointer.allocate(byteCount: min(size, 64 << 10), alignment: 8)
    defer { space.deallocate() }
    while true {
      let count = try Host.call(.getdents64, fd.host, Int(bitPattern: space.baseAddress), space.count)
      var listing = UnsafeMutableRawBufferPointer(rebasing: space[0..<count])
      narrowPositions(listing)
      listing = try ProcDirectory.filter(listing, space, fd, self)
      if count > 0 && listing.isEmpty { continue }
      return try body(listing)
    }
  }
}

extension [UInt8] {
  mutating func append(littleEndian value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}

// MARK: Positions

// ext4 hashes names to 64-bit positions for a 64-bit caller such as this kernel, and to their upper halves for an i386
// one. A guest gets the upper half, and seeks by it.

extension Task {
  @inline(__always) func narrowPosition(_ position: Int) -> Int {
    position > Int(Int32.max) ? position >> 32 : position
  }

  func widePosition(_ position: Int) -> Int {
    position > 0 && position <= Int(Int32.max) ? position << 32 : position
  }

  fileprivate func narrowPositions(_ listing: UnsafeMutableRawBufferPointer) {
    var at = 0
    while at + Directory.Entry.nameOffset < listing.count {
      let position = listing.loadUnaligned(fromByteOffset: at + 8, as: Int.self)
      if position > Int(Int32.max) {
        listing.storeBytes(of: position >> 32, toByteOffset: at + 8, as: Int.self)
        process.files.hasWidePositions = true
      }
      at += Int(listing.loadUnaligned(fromByteOffset: at + 16, as: UInt16.self))
    }
  }

  /// Whether `fd` is a directory whose positions the host hashes to 64 bits.
  func isWideDirectory(_ fd: FD) -> Bool {
    guard let status = try? status(fd), status.type == HostStat.directory else { return false }
    return (try? fileSystem(of: fd).type) == FileSystemType.ext
  }
}
