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
    guard let path = try? HostLink.target(ofDescriptor: Int32(fd.host)) else { return nothing }
    let entries: [Entry]
    if status.inode == rootInode {
      entries = processes(task) + files
    } else if path.suffix(5).elementsEqual("/task".utf8) {
      entries = task.kernel.treeLock.withLock { task.process.family.tasks.map(\.id).sorted() }.map(Entry.init(process:))
    } else if ProcFiles.hasTables, TableDirectory.isStandIn(path) {
      entries = tables(task)
    } else {
      return nothing
    }
    // The position says what has been listed.
    let position = try Host.call(.lseek, fd.host, 0, 1)
    var at = 0
    var last = 0
    for entry in entries where entry.position > position || position < ownPositions {
      let length = (Directory.Entry.nameOffset + entry.name.utf8.count + 1 + 7) & ~7
      if at + length > space.count { break }
      put(entry, length, UnsafeMutableRawBufferPointer(rebasing: space[at..<(at + length)]))
      last = entry.position
      at += length
    }
    if last != 0 { try Host.call(.lseek, fd.host, last, 0) }
    return UnsafeMutableRawBufferPointer(rebasing: space[0..<at])
  }

  /// What the kernel adds to a listing, in the order of positions.
  private struct Entry {
    let name: String
    /// Above `ownPositions`.
    let position: Int
    let isDirectory: Bool
    /// Fits into a 32-bit ino_t.
    var inode: UInt64 { isDirectory ? UInt64(position - ownPositions) << 16 & 0xffff_ffff | 1 : UInt64(position) << 1 }

    init(_ name: String, _ number: Int, isDirectory: Bool) {
      (self.name, self.isDirectory) = (name, isDirectory)
      position = ownPositions + number
    }

    /// A process's or a thread's directory.
    init(process id: Int32) { self.init("\(id)", Int(id), isDirectory: true) }
  }

  private static func processes(_ task: Task) -> [Entry] {
    task.kernel.treeLock.withLock { task.kernel.processes.keys.sorted() }.map(Entry.init(process:))
  }

  /// The kernel's own in /proc itself. Their numbers are no process's.
  private static let files: [Entry] =
    ProcFiles.hasTables
    ? [
      Entry("syscall_tables", 0x40_0000, isDirectory: false), Entry(TableDirectory.name, 0x40_0001, isDirectory: true),
    ] : []

  private static func tables(_ task: Task) -> [Entry] {
    task.kernel.tables.descriptions.sorted { $0.generation < $1.generation }.map {
      Entry($0.name, Int($0.generation), isDirectory: false)
    }
  }

  private static func put(_ entry: Entry, _ length: Int, _ record: UnsafeMutableRawBufferPointer) {
    record.initializeMemory(as: UInt8.self, repeating: 0)
    record.storeBytes(of: entry.inode, toByteOffset: 0, as: UInt64.self)
    record.storeBytes(of: Int64(entry.position), toByteOffset: 8, as: Int64.self)
    record.storeBytes(of: UInt16(length), toByteOffset: 16, as: UInt16.self)
    record[18] = entry.isDirectory ? Directory.Entry.directoryType : Directory.Entry.fileType
    for (index, byte) in entry.name.utf8.enumerated() { record[Directory.Entry.nameOffset + index] = byte }
  }
}
