// getpid(2) answers one more in vector_1, as Plugins/getpid2 does in C.
import HeirloomModule

@main struct Getpid2: Module {
  static func load() throws(Errno) {
    // add 1 to the original pid
    try SyscallTable("vector_1").register(.getpid { Int(current.tgid) + 1 })
  }
}
