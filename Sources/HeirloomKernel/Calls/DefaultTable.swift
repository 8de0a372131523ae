public import HeirloomABI
internal import CHeirloom

/// `sys_call_table`: the handlers that serve where no table overrides them.
public enum DefaultTable {
  struct Slot { let handler: SystemCall.Handler }

  /// NR_syscalls handlers, one load away from dispatch.
  nonisolated(unsafe) static let slots: UnsafeMutablePointer<Slot> = {
    let slots = UnsafeMutablePointer<Slot>.allocate(capacity: Int(NR_syscalls))
    for number in 0..<Int(NR_syscalls) {
      (slots + number).initialize(to: Slot(handler: missing))
    }
    for row in rows { slots[row.number] = Slot(handler: row.handler) }
    return slots
  }()

  /// The declaration of call `number`, if the default table has it.
  public static func declaration(of number: Int) -> SystemCall? { byNumber[number] }

  private static let byNumber = Dictionary(uniqueKeysWithValues: rows.map { ($0.number, $0) })

  /// Serves the numbers that no row declares: ENOSYS, counted for `heirloom run --verbose`.
  private static let missing: SystemCall.Handler = { task, words in
    task._withUnsafeGuaranteedRef { task in
      task.kernel.countMissing(Int(task.registers.pointee.orig_eax))
    }
    return -Int(Errno.ENOSYS.code)
  }
}
