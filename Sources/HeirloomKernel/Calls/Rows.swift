/// The calls in number order (arch/x86/entry/syscalls/syscall_32.tbl): the only place where a number, a name and a handler
/// meet.
extension DefaultTable {
  public static let rows: [SystemCall] = [
    call(24, "getuid16", Task.getuid),
  ]
}
