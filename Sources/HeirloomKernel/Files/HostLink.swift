internal import HeirloomABI

/// Reads the host's symbolic links, above all those that say where a descriptor's file stands.
enum HostLink {
  static func target(_ directory: Int = AtFlag.currentDirectory, _ name: Int) throws(Errno) -> [UInt8] {
    let capacity = 4096
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 1)
    defer { buffer.deallocate() }
    let length = try Host.call(.readlinkat, directory, name, Int(bitPattern: buffer.baseAddress), capacity)
    return [UInt8](buffer[0..<length])
  }

  /// The path of the file that `descriptor` of the calling thread's table is open on.
  static func target(ofDescriptor descriptor: Int32) throws(Errno) -> [UInt8] {
    try path(of: descriptor).withHostString { (path) throws(Errno) in try target(AtFlag.currentDirectory, path) }
  }

  /// A path that leads to the very file that is open, whatever has become of its name.
  static func path(of descriptor: Int32) -> String { "/proc/thread-self/fd/\(descriptor)" }
}
