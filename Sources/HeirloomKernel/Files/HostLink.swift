internal import HeirloomABI

/// Reads the host's symbolic links, above all those that say where a descriptor's file stands.
enum HostLink {
  static func target(_ directory: Int = AtFlag.currentDirectory, _ name: Int) throws(Errno) -> [UInt8] {
    try read { (buffer, capacity) throws(Errno) in try Host.call(.readlinkat, directory, name, buffer, capacity) }
  }

  /// The host process's working directory.
  static func workingDirectory() throws(Errno) -> [UInt8] {
    // With the NUL behind it.
    try read { (buffer, capacity) throws(Errno) in try Host.call(.getcwd, buffer, capacity) - 1 }
  }

  private static func read(_ call: (_ buffer: Int, _ capacity: Int) throws(Errno) -> Int) throws(Errno) -> [UInt8] {
    let capacity = 4096
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 1)
    defer { buffer.deallocate() }
    return [UInt8](buffer[0..<(try call(Int(bitPattern: buffer.baseAddress), capacity))])
  }

  /// Where the file stands now that `descriptor` is open on.
  ///
  /// - Parameter thread: a host thread with the table that the descriptor is in; nil: the calling one.
  static func target(ofDescriptor descriptor: Int32, thread: Int32? = nil) throws(Errno) -> [UInt8] {
    try path(of: descriptor, thread: thread).withHostString { (path) throws(Errno) in
      try target(AtFlag.currentDirectory, path)
    }
  }

  /// A path that leads to the very file that is open, whatever has become of its name.
  static func path(of descriptor: Int32, thread: Int32? = nil) -> String {
    (thread.map { "/proc/self/task/\($0)" } ?? "/proc/thread-self") + "/fd/\(descriptor)"
  }
}
