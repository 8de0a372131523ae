internal import HeirloomABI

/// Reads host directories.
enum Directory {
  /// One `struct linux_dirent64`, the same on i386 and on the host: d_ino, d_off, d_reclen, d_type, d_name.
  struct Entry {
    let inode: UInt64
    let offset: Int64
    let type: UInt8
    /// Without the NUL; valid only while it is looked at.
    let name: UnsafeRawBufferPointer

    static let nameOffset = 19
    static let directoryType: UInt8 = 4
    static let fileType: UInt8 = 8
    static let linkType: UInt8 = 10

    /// The name as a number, where it is one.
    var number: Int32? {
      var value: Int32 = 0
      if name.isEmpty || name.count > 9 { return nil }
      for byte in name {
        guard byte >= 0x30 && byte <= 0x39 else { return nil }
        value = value * 10 + Int32(byte - 0x30)
      }
      return value
    }
  }

  /// The entries in a buffer that getdents64(2) has filled.
  static func entries(in buffer: UnsafeRawBufferPointer, _ body: (Entry) -> Void) {
    var at = 0
    while at + Entry.nameOffset < buffer.count {
      let length = Int(buffer.loadUnaligned(fromByteOffset: at + 16, as: UInt16.self))
      if length < Entry.nameOffset || at + length > buffer.count { return }
      let tail = UnsafeRawBufferPointer(rebasing: buffer[(at + Entry.nameOffset)..<(at + length)])
      let nameLength = tail.firstIndex(of: 0) ?? tail.count
      body(
        Entry(
          inode: buffer.loadUnaligned(fromByteOffset: at, as: UInt64.self),
          offset: buffer.loadUnaligned(fromByteOffset: at + 8, as: Int64.self),
          type: buffer[at + 18], name: UnsafeRawBufferPointer(rebasing: tail[0..<nameLength])))
      at += length
    }
  }

  /// Every entry of an open directory from its present position on.
  static func forEach(_ directory: Int32, _ body: (Entry) -> Void) throws(Errno) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16384, alignment: 8)
    defer { buffer.deallocate() }
    while true {
      let count = try Host.call(.getdents64, Int(directory), Int(bitPattern: buffer.baseAddress), buffer.count)
      if count == 0 { return }
      entries(in: UnsafeRawBufferPointer(rebasing: buffer[0..<count]), body)
    }
  }
}
