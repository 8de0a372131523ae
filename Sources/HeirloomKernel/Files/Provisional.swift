// What the kernel's core asks of Files/: names and meanings stay, the bodies belong in Files/DescriptorLimits.swift,
// Files/FileSystemState.swift, Files/PathResolver.swift and Calls/Terminal.swift, which replace this file.
internal import HeirloomABI
internal import HeirloomMachine

enum DescriptorLimits {
  /// Descriptors from here on are the kernel's.
  nonisolated(unsafe) static var base: Int32 = 1000
  /// At boot: the host's soft limit goes up to the hard one, and `base` is chosen.
  static func raise() {}
  /// A held (close-on-exec, at or above `base`) duplicate of `descriptor`.
  static func hold(_ descriptor: Int32) throws(Errno) -> Int32 {
    Int32(try Host.call(.fcntl, Int(descriptor), 1030, Int(base)))
  }
  /// Gives the calling thread a copy of its table of descriptors for itself.
  static func unshareTable() {
    if (try? Host.call(.close_range, Int(UInt32.max - 1), Int(UInt32.max), 2)) == nil {
      _ = try? Host.call(.unshare, 0x400)
    }
  }
  /// Closes all that the calling thread's own table holds, the kernel's descriptors too.
  static func closeTable() { _ = try? Host.call(.close_range, 0, Int(UInt32.max), 0) }
  /// The guest's open descriptors in the calling thread's table, ascending, without the kernel's.
  static func openDescriptors() -> [Int32] {
    (0..<64).filter { (try? Host.call(.fcntl, Int($0), 1)) != nil }
  }
}

extension FileSystemState {
  static func boot(root: String) throws(Errno) -> FileSystemState { FileSystemState() }
}

extension Task {
  /// Opens a program for execve (read only, close-on-exec), by the process's own root and working directory; `directory`
  /// as for openat.
  func openForExec(_ path: [UInt8], at directory: FD) throws(Errno) -> Int32 {
    let result: Result<Int, Errno> = (path + [0]).withUnsafeBytes { bytes in
      do throws(Errno) {
        return .success(
          try Host.call(.openat, Int(directory.number), Int(bitPattern: bytes.baseAddress), 0x80000))
      } catch { return .failure(error) }
    }
    return Int32(try result.get())
  }

  /// The host's number of a guest's descriptor. - Throws: EBADF for one of the kernel's own.
  func hostDescriptor(_ descriptor: FD) throws(Errno) -> Int32 {
    guard descriptor.number < DescriptorLimits.base else { throw .EBADF }
    return descriptor.number
  }

  func write(_ fd: FD, _ buffer: InBuffer, _ count: UInt32) throws(Errno) -> Int32 {
    Int32(try blocking(.write, Int(hostDescriptor(fd)), memory.input(buffer), Int(count)))
  }
}

extension Kernel {
  /// The process group that the terminal's signals go to.
  var foregroundGroup: Int32 {
    get { provisionalForegroundGroup }
    set { provisionalForegroundGroup = newValue }
  }
}
nonisolated(unsafe) private var provisionalForegroundGroup: Int32 = 0
