internal import HeirloomABI

/// Which numbers of a guest's table of descriptors are the guest's and which the kernel's.
///
/// What the kernel itself must hold in a guest's table (working directory, root, console, files behind mappings) stands at
/// `base` or above. A guest's hard RLIMIT_NOFILE is `base`, and every call answers EBADF there.
enum DescriptorLimits {
  /// The first number that is the kernel's.
  nonisolated(unsafe) private(set) static var base: Int32 = 1536
  /// The soft limit that the first guest process starts with.
  nonisolated(unsafe) private(set) static var initialSoft: UInt64 = 1024

  /// A host table is an array as long as its highest number asks for, copied at each fork: 7 µs below 2048 numbers, 64 µs
  /// at 19000. So the kernel's numbers begin no higher than guests need.
  static let usualBase: Int32 = 1536
  private static let reserve: UInt64 = 256

  /// Raises the host's own limit and divides the numbers. Once, before the first `hold`.
  static func raise(guestMaximum: Int32 = usualBase) {
    var limit = HostLimit(soft: 1024, hard: 1024)
    _ = try? withHostPointer(to: &limit) { (limit) throws(Errno) in
      try Host.call(.prlimit64, 0, HostLimits.files, 0, limit)
    }
    let inherited = limit.soft
    limit.soft = limit.hard
    _ = try? withHostPointer(to: &limit) { (limit) throws(Errno) in
      try Host.call(.prlimit64, 0, HostLimits.files, limit, 0)
    }
    // A host with a very low limit leaves the kernel a quarter.
    base = Int32(min(UInt64(guestMaximum), limit.hard - min(reserve, limit.hard / 4)))
    initialSoft = min(inherited, 1024, UInt64(base))
  }

  /// A second descriptor for the same open file, among the kernel's numbers of the calling thread's table.
  static func hold(_ descriptor: Int32) throws(Errno) -> Int32 {
    Int32(try Host.call(.fcntl, Int(descriptor), FileControl.duplicateCloseOnExec, Int(base)))
  }

  /// Moves `descriptor` up among the kernel's numbers.
  static func moveUp(_ descriptor: Int32) throws(Errno) -> Int32 {
    defer { close(descriptor) }
    return try hold(descriptor)
  }

  static func close(_ descriptor: Int32) { _ = try? Host.call(.close, Int(descriptor)) }

  /// Gives the calling thread a table of its own, a copy of the one it shares (clone(2), CLONE_FILES).
  static func unshareTable() {
    let cloneFiles = 0x400
    if (try? Host.call(.unshare, cloneFiles)) != nil { return }
    // Where a container's filter forbids unshare: an empty range, and the flag that copies.
    let unshareFlag = 2
    let last = Int(UInt32.max)
    guard (try? Host.call(.close_range, last - 1, last, unshareFlag)) != nil else {
      fatalError("the host gives threads no table of descriptors of their own: unshare(2) and close_range(2) fail")
    }
  }

  /// Gives the calling thread a table of its own without the guest's files. As 0, 1 and 2 it holds nothing: what a module
  /// prints there by mistake goes nowhere.
  ///
  /// - Parameter keepsErrors: 2 stays what it is.
  static func leaveTable(keepsErrors: Bool = false) {
    unshareTable()
    _ = try? Host.call(.close_range, 0, keepsErrors ? 1 : 2, 0)
    _ = try? Host.call(.close_range, 3, Int(base) - 1, 0)
    "/dev/null".withHostString { path in
      for _ in keepsErrors ? 0...1 : 0...2 { _ = try? Host.call(.open, path, OpenFlag.readWrite) }
    }
  }

  /// Makes `files` the calling thread's descriptors, by number, and closes all others that are not the kernel's.
  static func arrange(_ files: [Int32: Int32]) {
    // Out of each other's way first.
    let held = files.compactMapValues { try? hold($0) }
    _ = try? Host.call(.close_range, 0, Int(base) - 1, 0)
    for (number, file) in held {
      _ = try? Host.call(.dup3, Int(file), Int(number), 0)
      close(file)
    }
  }

  /// Closes every descriptor of the calling thread's table, the kernel's too.
  ///
  /// - Parameter noted: the guest's that may be open, ascending; nil: nobody knows. The host goes through a range one by one.
  static func closeTable(_ noted: [Int32]?) {
    var first = 0
    if let noted {
      first = Int(base)
      var index = 0
      while index < noted.count {
        let start = noted[index]
        // One call for what lies close together.
        while index + 1 < noted.count, noted[index + 1] - noted[index] < 32 { index += 1 }
        _ = try? Host.call(.close_range, Int(start), Int(noted[index]), 0)
        index += 1
      }
    }
    _ = try? Host.call(.close_range, first, Int(UInt32.max), 0)
  }

  /// The guest's open descriptors in the calling thread's table, ascending.
  static func openDescriptors() -> [Int32] {
    var found: [Int32] = []
    var listed = false
    "/proc/thread-self/fd".withHostString { path in
      guard let directory = try? Host.call(.open, path, OpenFlag.directory | OpenFlag.closeOnExec) else { return }
      defer { close(Int32(directory)) }
      listed = true
      try? Directory.forEach(Int32(directory)) { entry in
        if let number = entry.number, number < base, number != Int32(directory) { found.append(number) }
      }
    }
    if listed { return found.sorted() }
    // No /proc on the host: ask one by one.
    return (0..<base).filter { (try? Host.call(.fcntl, Int($0), FileControl.getDescriptorFlags)) != nil }
  }
}

extension FD {
  /// The number for a host call: the guest's own, or -1, which the host answers with EBADF, where it is the kernel's.
  @inline(__always) var host: Int {
    // Unsigned: negative numbers go to the host's check as they are.
    number >= DescriptorLimits.base ? -1 : Int(number)
  }
}

extension Task {
  /// The host's number of a guest's descriptor. - Throws: EBADF for one of the kernel's own.
  @inline(__always) func hostDescriptor(_ descriptor: FD) throws(Errno) -> Int32 {
    guard descriptor.number < DescriptorLimits.base else { throw .EBADF }
    return descriptor.number
  }

  /// Lets the guest have a descriptor that a host call has just made, or closes it where it is beyond the soft limit.
  @inline(__always) func admit(_ descriptor: Int) throws(Errno) -> Int32 {
    if UInt64(descriptor) >= process.limits[HostLimits.files].soft { try refuse(descriptor) }
    process.descriptors.note(descriptor)
    return Int32(truncatingIfNeeded: descriptor)
  }

  @inline(never) private func refuse(_ descriptor: Int) throws(Errno) {
    DescriptorLimits.close(Int32(descriptor))
    throw .EMFILE
  }
}
