internal import Glibc
internal import HeirloomABI
internal import HeirloomMachine
internal import Synchronization

// Files that guests run code of and change by system calls. Translations are dropped when such a call returns; so that
// other calls pay nothing, processes that cannot write to such a file are known.

extension FileID {
  init(_ status: stat) { self.init(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)) }

  /// What a descriptor of the calling thread's is open on.
  init(descriptor: Int) throws(Errno) {
    self.init(try Host.reading(into: stat()) { (status) throws(Errno) in try Host.call(.fstat, descriptor, status) })
  }

  /// - Parameter path: a host path.
  fileprivate init(path: Int, in directory: Int) throws(Errno) {
    self.init(try Host.reading(into: stat()) { (status) throws(Errno) in try Host.call(.newfstatat, directory, path, status, 0) })
  }
}

extension Kernel {
  /// Before a guest maps a file to run its code. Takes the tree's lock.
  func willRun(_ file: FileID) {
    guard let inquiry = FileCode.shared.willRun(file) else { return }
    let writers = processes(writing: file)
    for process in writers { process.noteWritesCode() }
    FileCode.shared.settle(file, inquiry, isOpen: !writers.isEmpty)
  }

  /// Processes that have the file open for writing.
  private func processes(writing file: FileID) -> [Process] {
    let all = treeLock.withLock {
      processes.values.compactMap { process in process.family.tasks.first.map { (process, $0.hostThread) } }
    }
    return all.filter { Self.isOpenForWriting(file, thread: $0.1) }.map(\.0)
  }

  /// - Parameter thread: a host thread, in whose table to look.
  private static func isOpenForWriting(_ file: FileID, thread: Int32) -> Bool {
    var isOpen = false
    "/proc/self/task/\(thread)/fd".withHostString { path in
      guard let directory = try? Host.call(.open, path, OpenFlag.directory | OpenFlag.closeOnExec) else { return }
      defer { DescriptorLimits.close(Int32(directory)) }
      try? Directory.forEach(Int32(directory)) { entry in
        guard !isOpen, entry.number != nil, let name = entry.name.baseAddress else { return }
        // The link's own permissions are those that the descriptor was opened with. The name ends with a NUL.
        let noFollow = 0x100
        let link = try? Host.reading(into: stat()) { (status) throws(Errno) in
          try Host.call(.newfstatat, directory, Int(bitPattern: name), status, noFollow)
        }
        guard let link, link.st_mode & S_IWUSR != 0 else { return }
        isOpen = (try? FileID(path: Int(bitPattern: name), in: directory)) == file
      }
    }
    return isOpen
  }
}

extension Process {
  /// It has a file open for writing that guests run code of; so may have who shares its table of descriptors.
  func noteWritesCode() {
    writesCode.store(true, ordering: .sequentiallyConsistent)
    guard descriptors.isShared else { return }
    for process in kernel.treeLock.withLock({ Array(kernel.processes.values) }) {
      process.writesCode.store(true, ordering: .sequentiallyConsistent)
    }
  }
}

extension Task {
  /// After a descriptor has come to the process that may be open for writing.
  func noteOpened(_ descriptor: Int32, truncated: Bool = false) {
    guard let file = try? FileID(descriptor: Int(descriptor)), FileCode.shared.isCode(file) else { return }
    process.noteWritesCode()
    FileCode.shared.mayChange(file)
    if truncated { FileCode.shared.changed(file) }
  }

  /// After a system call has written to a file, or cut it off. Costs a look at a flag where the process has no such file open
  /// that guests run code of.
  @inline(__always) func didWrite(_ fd: FD) {
    if process.writesCode.load(ordering: .relaxed) { noteWrite(fd) }
  }

  @inline(never) private func noteWrite(_ fd: FD) {
    if let file = try? FileID(descriptor: fd.host) { FileCode.shared.changed(file) }
  }

  /// The same by a host path, which needs no descriptor.
  func didWrite(path: Int) {
    let currentDirectory = -100
    if let file = try? FileID(path: path, in: currentDirectory) { FileCode.shared.changed(file) }
  }
}
