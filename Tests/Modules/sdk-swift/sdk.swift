// The Swift SDK's services, each as the guest (Tests/Guests/tables/sdk.c) expects them; and what `load` finds by itself.
import HeirloomModule

@main struct ServicesTest: Module {
  @Parameter("bits", in: 1...0xff, "a number with a range") static var bits: UInt32 = 1
  @Parameter("name", "a text")
  static var name: String = "nobody"
  @Parameter("wide") static var wide: Int = 7
  @Parameter("on") static var isOn: Bool = false
  @Parameter("unset", in: -3...3) static var unset: Int32 = 2

  static func load() throws(Errno) {
    check("parameters", bits == 255 && name == "Ada" && wide == -5 && isOn && unset == 2)
    let table = SyscallTable("sdk")
    try table.register(
      .openat(elsewhere),
      Override(500, new: "service", service),
      Override(501, new: "far") { (number: Int64, text: UserString, last: Int32) throws(Errno) in
        guard try text.string() == "x", number == 0x1_0000_0002 else { throw .EINVAL }
        return Int(last)
      })
    // All or none; a slot that is taken by a name that is wrong.
    do throws(Errno) {
      try SyscallTable("half").register(.getpid { 1 }, Override(2000) { 1 })
      check("half", false)
    } catch { check("half", error == .EINVAL) }
    do throws(Errno) {
      try SyscallTable("half").remove(20)
      check("half of it", false)
    } catch { check("half of it", error == .ENOENT) }
    // The kernel's call has the kernel's types.
    do throws(Errno) {
      try table.register(Override(6, new: "close") { (text: UserString) in 0 })
      check("close", false)
    } catch { check("close", error == .EINVAL) }
  }

  static func check(_ what: StaticString, _ holds: Bool) {
    if !holds { printk("load: \(what)", level: .error) }
  }

  /// Another file than the one that is asked for.
  static func elsewhere(_ directory: Int32, _ path: UserString, _ flags: UInt32, _ mode: UInt32) throws(Errno) -> Int {
    guard try path.string() == "/elsewhere" else { return try callNext() }
    return try withUserString("/dev/zero") { (other) throws(Errno) in
      try withUserString("second") { (second) throws(Errno) in
        guard try other.string() == "/dev/zero", try second.utf8().count == 6 else { throw .EIO }
        return try callNext(directory, other)
      }
    }
  }

  static func service(_ what: Int32, _ place: UserMemory) throws(Errno) -> Int {
    switch what {
    case 0: return current.pid == current.tgid ? Int(current.ppid) : 0
    case 1: return current.table?.utf8.count ?? 0
    case 2:
      let number = UserPointer<Int32>(place)
      try number.set(try number.value + 1)
      return 0
    case 3:
      do throws(Errno) { try place.store(bytes: [UInt8](repeating: 0, count: 8)) } catch { return 8 }
      return 0
    case 4:
      do throws(Errno) { return try UserString(address: place.address).utf8(limit: 5).count + 1 } catch {
        return error == .ENAMETOOLONG ? 6 : 0
      }
    case 5:
      printk("sdk: \(current.name) says \(what)")
      return 0
    case 6:
      let (user, group) = (try Kernel.getuid32(), try Kernel.getegid32())
      return user == Int(current.uid) && group == Int(current.egid) ? 1 : 0
    default: throw .ENOSYS
    }
  }
}
