// open(2) says what it opens, then opens it, in vector_1: as Plugins/open2 does in C.
import HeirloomModule

let vector = SyscallTable("vector_1")

@c(open2)
func open2(_ filename: UserPointer?, _ flags: Int32, _ mode: Int32) -> Int32 {
  openat2(currentDirectory, filename, flags, mode)
}

/// What a C library of today calls.
@c(openat2_logged)
func openat2(_ directory: Int32, _ filename: UserPointer?, _ flags: Int32, _ mode: Int32) -> Int32 {
  printk("Calling open2")
  printk("filename:\(userString(filename) ?? "(bad)"),flag:\(flags),mode:\(mode)")
  return Int32(truncatingIfNeeded: do_sys_open(directory, filename, flags, mode))
}

@c(heirloom_module_init)
public func start() -> Int32 {
  let error = vector.register(__NR_open, open2)
  return error != 0 ? error : vector.register(__NR_openat, openat2)
}

@c(heirloom_module_exit)
public func stop() {
  vector.remove(__NR_open)
  vector.remove(__NR_openat)
}
