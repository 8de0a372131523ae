/// The task that has made the call. In `load` and `unload` it is the kernel's own, with pid 0.
public enum current {
  /// The thread's id, as gettid(2) gives it.
  public static var pid: Int32 { heirloom_current().pointee.pid }
  /// The process's id, as getpid(2) gives it.
  public static var tgid: Int32 { heirloom_current().pointee.tgid }
  /// The parent process's id.
  public static var ppid: Int32 { current_ppid() }
  public static var uid: UInt32 { current_uid() }
  public static var euid: UInt32 { current_euid() }
  public static var gid: UInt32 { current_gid() }
  public static var egid: UInt32 { current_egid() }
  /// The program's name, as PR_GET_NAME gives it.
  public static var name: String { String(cString: current_comm()) }
  /// The name of the table that the task uses; nil for none.
  public static var table: String? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(SYSCALL_TABLE_NAME_MAX)) { name in
      let length = current_syscall_table(name.baseAddress.unsafelyUnwrapped, UInt(name.count))
      return length > 0 ? String(cString: name.baseAddress.unsafelyUnwrapped) : nil
    }
  }
}

/// How bad what a line says is, from the worst.
public enum LogLevel: Int32 { case emergency, alert, critical, error, warning, notice, info, debug }

/// A line for the kernel's log.
public func printk(_ line: String, level: LogLevel = .info) {
  line.withCString { heirloom_log(level.rawValue, $0) }
}

/// Memory of the guest's for the length of one call: what a handler passes to a call of the kernel's in place of the guest's own.
/// It lies below the guest's stack.
///
/// - Throws: ENOMEM where there is no room, and what `body` throws.
public func withUserMemory<Result>(
  bytes: Int, _ body: (UserMemory) throws(Errno) -> Result
) throws(Errno) -> Result {
  guard let memory = compat_alloc_user_space(UInt(bytes)) else { throw .ENOMEM }
  return try body(UserMemory(address: UInt(bitPattern: memory)))
}

/// The same with a string in it: a path for a call of the kernel's.
public func withUserString<Result>(
  _ string: String, _ body: (UserString) throws(Errno) -> Result
) throws(Errno) -> Result {
  let bytes = Array(string.utf8) + [0]
  return try withUserMemory(bytes: bytes.count) { (memory) throws(Errno) in
    try memory.store(bytes: bytes)
    return try body(UserString(address: memory.address))
  }
}
