// Observes all calls of the table "watched", and answers call 911 with what it has seen of getpgid and getppid.
import HeirloomModule

nonisolated(unsafe) var (before, after, refused, argument, result, order) = (0, 0, 0, 0, 0, 0)

@main struct Watch: Module {
  static let table = SyscallTable("watched")

  static func load() throws(Errno) {
    // An observer has no rule; nothing of what is refused stays.
    do throws(Errno) {
      try table.register(.observer(of: __NR_getpid, second), when: "pid == 1")
      printk("load: an observer has a rule", level: .error)
    } catch { if error != .EINVAL { throw error } }
    try table.register(
      .observerOfAll(watch).named("watch"), .observer(of: __NR_getpgid, second),
      .getpgid(getpgidPlus),
      Override(911, new: "seen", seen).named("seen"))
  }

  /// A million more than what is below answers, -errno too.
  static func getpgidPlus(_ pid: Int32) -> Int {
    do throws(Errno) { return try callNext(pid) + 1_000_000 } catch { return 1_000_000 - Int(error.code) }
  }

  static func watch(_ event: SyscallEvent) {
    guard event.number == __NR_getpgid || event.number == __NR_getppid else { return }
    if let answer = event.result {
      after += 1
      order = order * 10 + 4
      result = answer
      // A bad address ends the observer alone.
      let number: Int32 = event.argument(0)
      let memory: UserMemory = event.argument(0)
      if number > 1_000_000 { order += Int(UnsafePointer<UInt8>(bitPattern: memory.address)!.pointee) }
      return
    }
    before += 1
    order = order * 10 + 1
    argument = Int(event.argument(0, as: UInt32.self))
    // It may not act for the task.
    if isRefused({ () throws(Errno) in try Kernel.getuid32() }) && isRefused({ () throws(Errno) in try callNext() }) { refused += 1 }
    let memory = UserMemory(address: event.argument(0, as: UserMemory.self).address + 0x8048000)
    do throws(Errno) { try memory.store(bytes: [0]) } catch { refused += error == .EFAULT ? 1 : 0 }
  }

  static func isRefused(_ call: () throws(Errno) -> Int) -> Bool {
    do throws(Errno) { return try call() < Int.min } catch { return error == .EPERM }
  }

  static func second(_ event: SyscallEvent) { order = order * 10 + (event.result == nil ? 2 : 3) }

  static func seen(_ what: Int32) throws(Errno) -> Int {
    let answer: Int
    switch what {
    case 0: answer = before
    case 1: answer = after
    case 2: answer = refused
    case 3: answer = argument
    case 4: answer = result
    case 5: answer = order
    default:
      try table.removeObserverOfAll()
      answer = 0
    }
    (before, after, refused, argument, result, order) = (0, 0, 0, 0, 0, 0)
    return answer
  }
}
