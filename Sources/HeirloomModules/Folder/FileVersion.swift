internal import Glibc
internal import HeirloomKernel

/// What tells a file from an earlier one under the same name, and what can be known of it from outside.
struct FileVersion: Equatable {
  private let device: UInt
  private let inode: UInt
  private let size: Int
  /// Seconds and nanoseconds.
  private let changed: [Int]

  /// nil: there is no such file.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    device = status.st_dev
    inode = status.st_ino
    size = Int(status.st_size)
    changed = [status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
  }

  /// Whether it was written in the last second, or later than now.
  var isRecent: Bool {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return now.tv_sec - changed[0] < 2
  }

  /// The modules' files in a folder, by name.
  static func modules(in folder: String) -> [String: FileVersion] {
    guard let directory = opendir(folder) else { return [:] }
    defer { closedir(directory) }
    var found: [String: FileVersion] = [:]
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasSuffix(".so"), !name.hasPrefix("."), let version = FileVersion(folder + "/" + name) {
        found[name] = version
      }
    }
    return found
  }

  /// A path from the root for one that may begin in the kernel's working directory.
  static func absolutePath(_ path: String) -> String {
    guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
    defer { free(folder) }
    return String(cString: folder) + "/" + path
  }

  static func isFolder(_ path: String) -> Bool {
    guard let directory = opendir(path) else { return false }
    closedir(directory)
    return true
  }

  /// Whether a process has the file open for writing: nobody can then be given a read lease on it (fcntl(2), F_SETLEASE).
  ///
  /// Only a file's owner may ask; of another's file this is false.
  static func isBeingWritten(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    let (setSignal, setLease, readLease, noLease): (Int32, Int32, Int32, Int32) = (10, 1024, 0, 2)
    // A writer that comes while the lease is held is announced by a signal: one that nobody minds.
    _ = fcntl(descriptor, setSignal, SIGURG)
    if fcntl(descriptor, setLease, readLease) != 0 { return errno == EAGAIN }
    _ = fcntl(descriptor, setLease, noLease)
    return false
  }

  /// A small text file's contents, `LosslessText`.
  static func text(_ path: String) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    let limit = 1 << 20
    var bytes = [UInt8](repeating: 0, count: limit)
    var filled = 0
    while filled < limit {
      let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + filled, limit - filled) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      filled += count
    }
    return LosslessText.string(bytes[..<filled])
  }
}

/// inotify(7) on a folder, to wait for something to happen in it. What has happened is for whoever looks to find out.
final class FolderWatch {
  private let descriptor: Int32
  private let path: String

  /// nil: the host gives none.
  init?(_ path: String) {
    let flags = Int32(O_NONBLOCK | O_CLOEXEC)
    descriptor = inotify_init1(flags)
    self.path = path
    guard descriptor >= 0 else { return nil }
    renew()
  }

  /// Watches what the path leads to now: a folder may have taken another's place.
  func renew() {
    let contents = IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB
    inotify_add_watch(descriptor, path, UInt32(contents | IN_DELETE_SELF | IN_MOVE_SELF))
  }

  deinit { close(descriptor) }

  /// Sleeps until something has happened and it is quiet again, or the time is over.
  func wait(milliseconds: Int32) {
    // A file and its parameters that are put there together count as one change; a folder that never rests is looked at too.
    let (quiet, longest): (Int32, Int) = (20, 25)
    guard isReady(milliseconds) else { return }
    for _ in 0..<longest {
      drain()
      if !isReady(quiet) { return }
    }
  }

  private func isReady(_ milliseconds: Int32) -> Bool {
    var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return Glibc.poll(&poll, 1, milliseconds) > 0
  }

  private func drain() {
    withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { space in
      while read(descriptor, space.baseAddress, space.count) > 0 {}
    }
  }
}
