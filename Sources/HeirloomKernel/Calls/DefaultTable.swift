internal import HeirloomABI
internal import CHeirloom
internal import CMachine

/// `sys_call_table`: the handlers that serve where no table overrides them.
public enum DefaultTable {
  private struct Slot { let handler: SystemCall.Handler }

  /// NR_syscalls handlers. Each task has the pointer at hand (`TaskBlock.defaults`); the closures are never freed.
  nonisolated(unsafe) static let slots: UnsafePointer<heirloom_handler> = {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: Int(NR_syscalls))
    for number in 0..<Int(NR_syscalls) {
      (slots + number).initialize(to: Slot(handler: missing))
    }
    for row in rows { slots[row.number] = Slot(handler: row.handler) }
    precondition(MemoryLayout<Slot>.size == MemoryLayout<heirloom_handler>.size)
    return UnsafePointer(UnsafeRawPointer(slots).assumingMemoryBound(to: heirloom_handler.self))
  }()

  /// The declaration of call `number`, if the default table has it.
  public static func declaration(of number: Int) -> SystemCall? { byNumber[number] }

  /// The number of a call by its name, or of the number itself in digits; nil for what is neither.
  public static func number(of text: String) -> Int? {
    if let number = Int(text) { return (0..<Int(NR_syscalls)).contains(number) ? number : nil }
    return rows.first { $0.name == text }?.number
  }

  /// Frequent calls that ask nothing of the host: getpid, getuid16 to getegid16, umask, getppid, getpgrp, sigaction,
  /// sigprocmask, getpgid, rt_sigaction, rt_sigprocmask, getuid to getegid, gettid, set_thread_area.
  static let withoutHost: [UInt32] = [20, 24, 47, 49, 50, 60, 64, 65, 67, 126, 132, 174, 175, 199, 200, 201, 202, 224, 243]

  private static let byNumber = Dictionary(uniqueKeysWithValues: rows.map { ($0.number, $0) })

  /// Serves the numbers that no row declares: ENOSYS, counted for `heirloom run --verbose`.
  private static let missing: SystemCall.Handler = { task, words in
    task._withUnsafeGuaranteedRef { task in
      task.kernel.countMissing(Int(task.registers.pointee.orig_eax))
    }
    return -Int(Errno.ENOSYS.code)
  }
}
