// open(2) says what it opens, then opens it, in vector_1: as Plugins/open2 does in C.
import HeirloomModule

@main struct Open2: Module {
  static func load() throws(Errno) {
    try SyscallTable("vector_1").register(.open(open), .openat(openat))
  }

  static func open(_ path: UserString, _ flags: UInt32, _ mode: UInt32) throws(Errno) -> Int {
    try openat(currentDirectory, path, flags, mode)
  }

  /// What a C library of today calls.
  static func openat(_ directory: Int32, _ path: UserString, _ flags: UInt32, _ mode: UInt32) throws(Errno) -> Int {
    printk("Calling open2")
    printk("filename:\(try path.string()),flag:\(flags),mode:\(mode)")
    return try Kernel.openat(directory, path, flags, mode)
  }
}
