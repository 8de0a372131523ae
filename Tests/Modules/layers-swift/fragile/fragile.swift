// As Tests/Modules/fragile.c: handlers that crash or meet bad addresses, and what then becomes of the module's calls.
import HeirloomModule

@main struct Fragile: Module {
  static func load() throws(Errno) {
    let table = SyscallTable("fragile")
    try table.register(Override(920) { fatalError() }, .getsid { _ in 1 })
    try table.register(.getpgid { _ in 1 }, fail: .EACCES)
    try table.register(.getpriority { _, _ in 1 }, when: "arg0 == 2", fail: .EIO)
    try table.register(.chdir { path in byte(path, 0) }.named("first_byte"), fail: .EIO, faultLimit: 2)
    try table.register(.rmdir { path in byte(path, 1) }.named("second_byte"), faultLimit: 2)
  }

  /// Read where it stands, so that a bad address is met.
  static func byte(_ path: UserString, _ index: UInt) -> Int {
    Int(UnsafePointer<UInt8>(bitPattern: path.address + index).unsafelyUnwrapped.pointee)
  }
}
