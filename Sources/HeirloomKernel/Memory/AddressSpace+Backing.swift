internal import Glibc
internal import HeirloomABI
internal import HeirloomMachine

extension AddressSpace {
  /// A backing for the file that `descriptor` is open on: one that an area already has, or a new one. And what the file is
  /// now.
  func backing(for descriptor: Int32) throws(Errno) -> (FileBacking, FileIdentity) {
    let status = try Host.reading(into: stat()) { (status) throws(Errno) in try Host.call(.fstat, Int(descriptor), status) }
    // A mapping that another VMA may extend needs the same right to write.
    let (getFlags, accessMode) = (3, 3)
    let mode = try Host.call(.fcntl, Int(descriptor), getFlags) & accessMode
    for area in areas.areas {
      if let backing = area.backing, backing.inode == status.st_ino, backing.device == status.st_dev, backing.mode == mode {
        return (backing, FileIdentity(status))
      }
    }
    let held = try DescriptorLimits.hold(descriptor)
    let backing = FileBacking(
      descriptor: held, device: UInt64(status.st_dev), inode: UInt64(status.st_ino), mode: mode)
    return (backing, FileIdentity(status))
  }

  /// Closes the descriptors of those backings that no area has any more. Runs on a thread with the guest's table; the lock is
  /// held.
  func releaseUnused(_ backings: [FileBacking]) {
    for backing in backings where !areas.areas.contains(where: { $0.backing === backing }) {
      if forks > 0 { unused.append(backing) } else { _ = try? Host.call(.close, Int(backing.descriptor)) }
    }
  }

  // A forked child finds the backings of its areas in its copy of the table, which is made after its areas: meanwhile another
  // thread may unmap some.

  /// From now on no backing's descriptor is closed, until `endFork`.
  func beginFork() { lock.withLock { forks += 1 } }

  func endFork() {
    lock.withLock {
      forks -= 1
      if forks > 0 { return }
      for backing in unused { _ = try? Host.call(.close, Int(backing.descriptor)) }
      unused = []
    }
  }

  /// Closes every backing's descriptor in the calling thread's table, when the address space is left for another.
  func closeBackings() {
    var closed: Set<Int32> = []
    for area in areas.areas {
      if let backing = area.backing, closed.insert(backing.descriptor).inserted {
        _ = try? Host.call(.close, Int(backing.descriptor))
      }
    }
  }
}

extension FileIdentity {
  fileprivate init(_ status: stat) {
    func nanoseconds(_ time: timespec) -> Int64 { Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) }
    self.init(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: UInt64(status.st_size),
      modified: nanoseconds(status.st_mtim), changed: nanoseconds(status.st_ctim))
  }
}
