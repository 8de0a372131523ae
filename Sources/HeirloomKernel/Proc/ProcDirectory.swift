internal import HeirloomABI

/// Lists /proc and its directories as guests see them: guests' processes and threads in place of the host's, and no
/// descriptors of the kernel's own.
enum ProcDirectory {
  /// /proc's inode, and where its host listing ends (fs/proc: PID_MAX_LIMIT and a little); positions above are free for
  /// the guests' entries.
  private static let rootInode: UInt64 = 1
  private static let ownPositions = 0x5000_0000

  /// What of `listing` the guest sees. `space` may be written; the result lies in it.
  static func filter(
    _ listing: UnsafeMutableRawBufferPointer, _ space: UnsafeMutableRawBufferPointer, _ fd: FD, _ task: Task
  ) throws(Errno) -> UnsafeMutableRawBufferPointer {
    if listing.isEmpty { return try ownEntries(space, fd, task) }
    guard hasNumbers(listing), (try? task.fileSystem(of: fd).type) == FileSystemType.proc else { return listing }
    var kept = 0
    var at = 0
    while at + Directory.Entry.nameOffset < listing.count {
      let length = Int(listing.loadUnaligned(fromByteOffset: at + 16, as: UInt16.self))
      let record = UnsafeMutableRawBufferPointer(rebasing: listing[at..<(at + length)])
      if isVisible(record, task) {
        if kept != at { (listing.baseAddress.unsafelyUnwrapped + kept).copyMemory(from: record.baseAddress.unsafelyUnwrapped, byteCount: length) }
        kept += length
      }
      at += length
    }
    return UnsafeMutableRawBufferPointer(rebasing: listing[0..<kept])
  }

  private static func hasNumbers(_ listing: UnsafeMutableRawBufferPointer) -> Bool {
    var found = false
    Directory.entries(in: UnsafeRawBufferPointer(listing)) { entry in if entry.number != nil { found = true } }
    return found
  }

  /// Host processes are hidden, host threads too; descriptors are shown below the kernel's.
  private static func isVisible(_ record: UnsafeMutableRawBufferPointer, _ task: Task) -> Bool {
    var isVisible = true
    Directory.entries(in: UnsafeRawBufferPointer(record)) { entry in
      guard let number = entry.number else { return }
      isVisible = entry.type == Directory.Entry.directoryType ? false : number < DescriptorLimits.base
    }
    return isVisible
  }

  /// At the end of the host's listing of /proc or of a task directory: the guests'.
  private static func ownEntries(
    _ space: UnsafeMutableRawBufferPointer, _ fd: FD, _ task: Task
  ) throws(Errno) -> UnsafeMutableRawBufferPointer {
    let nothing = UnsafeMutableRawBufferPointer(rebasing: space[0..<0])
    guard let status = try? task.status(fd), status.type == HostStat.directory,
      (try? task.fileSystem(of: fd).type) == FileSystemType.proc
    else { return nothing }
    let ids: [Int32]
    if status.inode == rootInode {
      ids = task.kernel.treeLock.withLock { task.kernel.processes.keys.sorted() }
    } else if let path = try? HostLink.target(ofDescriptor: Int32(fd.host)), path.suffix(5).elementsEqual("/task".utf8) {
      ids = task.kernel.treeLock.withLock { task.process.family.tasks.map(\.id).sorted() }
    } else {
      return nothing
    }
    // The position says which ids have been listed.
    let position = try Host.call(.lseek, fd.host, 0, 1)
    var at = 0
    var last = 0
    for id in ids where ownPositions + Int(id) > position || position < ownPositions {
      let name = Array(String(id).utf8)
      let length = (Directory.Entry.nameOffset + name.count + 1 + 7) & ~7
      if at + length > space.count { break }
      put(name, id, length, UnsafeMutableRawBufferPointer(rebasing: space[at..<(at + length)]))
      last = ownPositions + Int(id)
      at += length
    }
    if last != 0 { try Host.call(.lseek, fd.host, last, 0) }
    return UnsafeMutableRawBufferPointer(rebasing: space[0..<at])
  }

  private static func put(_ name: [UInt8], _ id: Int32, _ length: Int, _ record: UnsafeMutableRawBufferPointer) {
    record.initializeMemory(as: UInt8.self, repeating: 0)
    record.storeBytes(of: UInt64(id) << 16 | 1, toByteOffset: 0, as: UInt64.self)
    record.storeBytes(of: Int64(ownPositions + Int(id)), toByteOffset: 8, as: Int64.self)
    record.storeBytes(of: UInt16(length), toByteOffset: 16, as: UInt16.self)
    record[18] = Directory.Entry.directoryType
    for (index, byte) in name.enumerated() { record[Directory.Entry.nameOffset + index] = byte }
  }
}
