// Between high and low, as Tests/Modules/middle.c: it adds its digit to what is below, and changes the arguments of pread64.
import HeirloomModule

@main struct Middle: Module {
  static func load() throws(Errno) {
    do throws(Errno) {
      _ = try callNext()
      throw .EIO
    } catch { if error != .EPERM { throw error } }
    try SyscallTable("stack").register(
      Override(910, new: "digits", digits).named("digits"), .pread64(pread64), .getpid { () throws(Errno) in try callNext() },
      stacking: .init(before: "other,low"))
  }

  static func digits(_ below: Int32) throws(Errno) -> Int {
    do throws(Errno) { return try callNext(below) * 10 + 2 } catch {
      if error != .ENOSYS { throw error }
      return Int(below) * 10 + 2
    }
  }

  static func pread64(_ fd: Int32, _ buffer: UserMemory, _ count: UInt32, _ offset: Int64) throws(Errno) -> Int {
    let answer = try callNext(fd, buffer.advanced(by: 1), count - 1, offset + 0x1_0000_0000)
    try buffer.store(UInt8(ascii: "2"))
    return answer + 1
  }
}
