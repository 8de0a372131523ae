// As Tests/Modules/faults.c, in Swift.
import HeirloomModule

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

@main struct Faults: Module {
  @Parameter("where", "which of its functions fails") static var place: String = "handler"
  @Parameter("kind", "how") static var kind: String = "none"

  static func load() throws(Errno) {
    if isHere("init") { fail() }
    try SyscallTable("faults").register(
      Override(910, new: "faults") {
        if isHere("handler") { fail() }
        return 7
      })
  }

  static func unload() {
    if isHere("exit") { fail() }
  }
}

func isHere(_ place: StaticString) -> Bool { isSame(Faults.place, place) }
func isKind(_ kind: StaticString) -> Bool { isSame(Faults.kind, kind) }

func isSame(_ text: String, _ name: StaticString) -> Bool {
  let utf8 = Array(text.utf8)
  return name.withUTF8Buffer { name in utf8.count == name.count && utf8.indices.allSatisfy { utf8[$0] == name[$0] } }
}
