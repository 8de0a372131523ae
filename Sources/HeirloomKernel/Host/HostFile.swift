internal import Glibc
internal import HeirloomABI

/// Whole reads from host files, for the kernel's own use.
enum HostFile {
  /// Up to `count` bytes from `offset`; fewer only at the end of the file.
  static func read(_ descriptor: Int32, count: Int, at offset: UInt64) throws(Errno) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let got = try bytes.readMore(descriptor, filled, offset)
      if got == 0 { break }
      filled += got
    }
    bytes.removeLast(count - filled)
    return bytes
  }

  /// st_rdev of an open device.
  static func device(_ descriptor: Int32) -> UInt? {
    try? Host.reading(into: stat()) { (status) throws(Errno) in try Host.call(.fstat, Int(descriptor), status) }.st_rdev
  }
}

extension [UInt8] {
  fileprivate mutating func readMore(_ descriptor: Int32, _ filled: Int, _ offset: UInt64) throws(Errno) -> Int {
    let result: Result<Int, Errno> = withUnsafeMutableBytes { buffer in
      do throws(Errno) {
        return .success(
          try Host.call(
            .pread64, Int(descriptor), Int(bitPattern: buffer.baseAddress) + filled, buffer.count - filled,
            Int(offset) + filled))
      } catch { return .failure(error) }
    }
    return try result.get()
  }
}
