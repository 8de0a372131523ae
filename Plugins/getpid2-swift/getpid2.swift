// getpid(2) answers one more in vector_1, as Plugins/getpid2 does in C.
import HeirloomModule

let vector = SyscallTable("vector_1")

/// Adds 1 to the original pid.
@c(getpid2)
func getpid2() -> Int32 { current.tgid + 1 }

@c(heirloom_module_init)
public func start() -> Int32 { vector.register(__NR_getpid, getpid2) }

@c(heirloom_module_exit)
public func stop() { vector.remove(__NR_getpid) }
