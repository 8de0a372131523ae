@_exported public import CHeirloomModule

/// A guest's address, as a handler gets it: the host address of the same byte, nil for NULL. It may be bad.
public typealias UserPointer = UnsafePointer<CChar>

/// A system call table that this module registers into.
///
/// Handlers are `@c` functions that take the call's arguments in its own order, and return the result or -errno.
public struct SyscallTable {
  private let name: StaticString

  public init(_ name: StaticString) { self.name = name }

  /// Puts a handler at a call's slot. A table of that name is made if there is none.
  ///
  /// - Returns: 0; -EBUSY where another entry stands there, -EINVAL, -ENAMETOOLONG.
  public func register(_ number: Int32, _ handler: @convention(c) () -> Int32) -> Int32 {
    put(number, unsafeBitCast(handler, to: Int.self))
  }

  public func register(_ number: Int32, _ handler: @convention(c) (UserPointer?, Int32, Int32) -> Int32) -> Int32 {
    put(number, unsafeBitCast(handler, to: Int.self))
  }

  public func register(
    _ number: Int32, _ handler: @convention(c) (Int32, UserPointer?, Int32, Int32) -> Int32
  ) -> Int32 {
    put(number, unsafeBitCast(handler, to: Int.self))
  }

  /// Takes this module's entry out again, so that the default serves.
  public func remove(_ number: Int32) { _ = put(number, 0) }

  private func put(_ number: Int32, _ function: Int) -> Int32 {
    name.utf8Start.withMemoryRebound(to: CChar.self, capacity: name.utf8CodeUnitCount + 1) {
      register_syscall($0, number, function)
    }
  }
}

/// The task that made the call.
public var current: task_struct { heirloom_current().pointee }

/// A line for the kernel's log.
public func printk(_ line: String) { line.withCString { heirloom_log_line($0) } }

/// A string of the guest's memory, or nil where there is none to read.
public func userString(_ pointer: UserPointer?, limit: Int = 4096) -> String? {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: limit) { buffer in
    let length = strncpy_from_user(buffer.baseAddress!, pointer, limit)
    guard length >= 0 && length < limit else { return nil }
    return String(cString: buffer.baseAddress!)
  }
}

/// AT_FDCWD: the working directory, in a directory descriptor's place.
public let currentDirectory: Int32 = -100
