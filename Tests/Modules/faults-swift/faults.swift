// As Tests/Modules/faults.c, in Swift.
import HeirloomModule

@_silgen_name("is_here") func isHere(_ place: UnsafePointer<CChar>) -> Bool
@_silgen_name("is_kind") func isKind(_ name: UnsafePointer<CChar>) -> Bool
@_silgen_name("abort") func cAbort() -> Never
@_silgen_name("exit") func cExit(_ status: Int32) -> Never
@_silgen_name("_exit") func cUnderscoreExit(_ status: Int32) -> Never
@_silgen_name("pthread_exit") func cThreadExit(_ result: UnsafeMutableRawPointer?) -> Never

nonisolated(unsafe) var numbers = [1, 2, 3]
nonisolated(unsafe) var zero = 0
nonisolated(unsafe) var large = Int.max
nonisolated(unsafe) var missing: Int?
nonisolated(unsafe) var sink = 0

@inline(never) func deeper(_ depth: Int) -> Int {
  withUnsafeTemporaryAllocation(of: Int.self, capacity: 100) { room in
    room.initialize(repeating: depth)
    return deeper(depth + 1) + room[depth % 100]
  }
}

@inline(never) func fail() {
  if isKind("segv") { UnsafeMutablePointer<Int>(bitPattern: 0x1234_5678_9000)!.pointee = 1 }
  if isKind("bounds") { sink = numbers[numbers.count + zero] }
  if isKind("overflow") { sink = large + 1 - zero }
  if isKind("nil") { sink = missing! }
  if isKind("fpe") { sink = 1 / zero }
  if isKind("abort") { cAbort() }
  if isKind("stack") { sink = deeper(0) }
  if isKind("exit") { cExit(3) }
  if isKind("_exit") { cUnderscoreExit(3) }
  if isKind("thread") { cThreadExit(nil) }
}

@c(faults_handler)
func handler() -> Int32 {
  if isHere("handler") { fail() }
  return 7
}

@c(heirloom_module_init)
public func start() -> Int32 {
  if isHere("init") { fail() }
  return SyscallTable("faults").register(910, handler)
}

@c(heirloom_module_exit)
public func stop() {
  if isHere("exit") { fail() }
}
