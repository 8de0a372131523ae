import Glibc

/// Files that are read whole and replaced whole: whoever opens one sees the old or the new.
enum ReplacedFile {
  static func contents(of path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path) }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 { throw failure(path) }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  /// Writes beside the file, synchronises and renames. An existing file's mode, and its owner as far as the host lets, stay; a
  /// symbolic link's target is replaced, not the link.
  static func replace(_ path: String, with bytes: [UInt8]) throws {
    let path = Host.absolutePath(path) ?? path
    var status = stat()
    let exists = stat(path, &status) == 0
    let temporary = path + ".\(getpid()).new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    var isWhole = write(bytes, descriptor)
    if isWhole, exists {
      // The owner first: a change of owner clears set-id bits.
      _ = fchown(descriptor, status.st_uid, status.st_gid)
      isWhole = fchmod(descriptor, status.st_mode & 0o7777) == 0
    }
    isWhole = isWhole && fsync(descriptor) == 0
    isWhole = close(descriptor) == 0 && isWhole
    guard isWhole, rename(temporary, path) == 0 else {
      let error = failure(path)
      unlink(temporary)
      throw error
    }
    synchroniseDirectory(of: path)
  }

  private static func write(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
    bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let count = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
        if count < 0 && errno != EINTR { return false }
        done += max(0, count)
      }
      return true
    }
  }

  /// So that the new name survives a crash of the host.
  private static func synchroniseDirectory(of path: String) {
    let directory = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private static func failure(_ path: String) -> any Error {
    Failure.reported("\(path): \(String(cString: strerror(errno)))", Failure.own)
  }
}
