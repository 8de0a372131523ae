public import CHeirloom
internal import CMachine
internal import Glibc
internal import HeirloomABI
internal import HeirloomKernel

// What heirloom/module.h declares. These names, and no others, are exported to modules (Sources/heirloom/exports.list).

enum ModuleServices {
  /// Lets services.c, where the functions with variable arguments are, reach the kernel.
  static func install() {
    heirloom_set_services(
      { level, line in
        ModuleServices.inKernel { Kernel.running.log.write(KernelLog.Level(rawValue: level) ?? .notice, String(cString: line)) }
      },
      { number, arguments in ModuleServices.callDefault(number, arguments) })
  }

  /// Calls the default handler with arguments as a module's handler has them: the result or -errno.
  ///
  /// - Parameter arguments: as many as the call takes.
  /// - Returns: the result or -errno; 0 where the task goes on elsewhere (execve, sigreturn).
  static func callDefault(_ number: Int, _ arguments: UnsafePointer<Int>) -> Int {
    inKernel {
      if ObserverCall.isRunning { return -Int(Errno.EPERM.code) }
      guard let task = Task.current else { return -Int(Errno.ESRCH.code) }
      guard let declaration = DefaultTable.declaration(of: number) else { return -Int(Errno.ENOSYS.code) }
      return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: ForeignCall.maximumWords) { words in
        words.initialize(repeating: 0)
        var word = 0
        for (index, kind) in declaration.signature.arguments.enumerated() {
          let value = arguments[index]
          if kind.isPointer {
            // Only the guest's own memory: an address of the module's would name something else there.
            guard let address = try? task.guestAddress(of: UInt(bitPattern: value)) else { return -Int(Errno.EFAULT.code) }
            words[word] = address
          } else {
            words[word] = UInt32(truncatingIfNeeded: value)
            if kind == .int64 { words[word + 1] = UInt32(truncatingIfNeeded: value >> 32) }
          }
          word += kind.wordCount
        }
        let answer = declaration.call(task, UnsafePointer(words.baseAddress.unsafelyUnwrapped))
        return answer == SystemCall.registersReplaced ? 0 : answer
      }
    }
  }

  /// Runs the kernel's side of a call from a module: a fault there is the kernel's.
  @inline(__always)
  static func inKernel<R>(_ body: () -> R) -> R {
    heirloom_need_stack()
    let stay = heirloom_innermost_guard()
    stay?.pointee.kernel += 1
    defer { stay?.pointee.kernel -= 1 }
    return body()
  }
}

@c(register_syscall)
public func registerSyscall(_ table: UnsafePointer<CChar>?, _ number: Int32, _ function: Int) -> Int32 {
  guard let table else { return -Errno.EINVAL.code }
  // A thread of the module's own is in no hook and no handler.
  guard let module = Module.calling else { return -Errno.EPERM.code }
  return ModuleServices.inKernel {
    do throws(Errno) {
      let name = String(cString: table)
      if let handler = UnsafeRawPointer(bitPattern: function) {
        try module.register(name, [try LayerRequest(number: Int(number), handler: handler)])
      } else {
        try module.unregister(name, Int(number))
      }
      return 0
    } catch { return -error.code }
  }
}

@c(register_syscalls)
public func registerSyscalls(
  _ table: UnsafePointer<CChar>?, _ overrides: UnsafePointer<syscall_override>?, _ count: UInt
) -> Int32 {
  guard let table, let overrides, count <= UInt(NR_syscalls) else { return -Errno.EINVAL.code }
  guard let module = Module.calling else { return -Errno.EPERM.code }
  return ModuleServices.inKernel {
    do throws(Errno) {
      let handlers = try (0..<Int(count)).map { (index) throws(Errno) in
        guard let handler = UnsafeRawPointer(bitPattern: overrides[index].handler) else { throw .EINVAL }
        return try LayerRequest(
          number: Int(overrides[index].number), handler: handler,
          signature: overrides[index].signature.map { String(cString: $0) })
      }
      try module.register(String(cString: table), handlers)
      return 0
    } catch { return -error.code }
  }
}

@c(register_syscall_layers)
public func registerSyscallLayers(
  _ table: UnsafePointer<CChar>?, _ layers: UnsafePointer<syscall_layer>?, _ count: UInt
) -> Int32 {
  guard let table, let layers, count <= UInt(NR_syscalls) else { return -Errno.EINVAL.code }
  guard let module = Module.calling else { return -Errno.EPERM.code }
  return ModuleServices.inKernel {
    do throws(Errno) {
      // A module that was built against another version of the struct has elements of another size.
      let stride = Int(layers.pointee.size)
      let handlers = try (0..<Int(count)).map { (index) throws(Errno) in
        try LayerRequest(UnsafeRawPointer(layers) + index * stride, size: stride)
      }
      try module.register(String(cString: table), handlers)
      return 0
    } catch { return -error.code }
  }
}

@c(unregister_syscall_observer)
public func unregisterSyscallObserver(_ table: UnsafePointer<CChar>?, _ number: Int32) -> Int32 {
  guard let table else { return -Errno.EINVAL.code }
  guard let module = Module.calling else { return -Errno.EPERM.code }
  return ModuleServices.inKernel {
    do throws(Errno) {
      try module.unregister(String(cString: table), Int(number), isObserver: true)
      return 0
    } catch { return -error.code }
  }
}

@c(heirloom_syscall_next)
public func syscallNext(_ count: UInt32, _ arguments: UnsafePointer<Int>?) -> Int {
  ForeignCall.next(UnsafeBufferPointer(start: arguments, count: arguments == nil ? 0 : Int(count)))
}

@c(heirloom_parameter)
public func parameter(_ name: UnsafePointer<CChar>) -> UnsafePointer<CChar>? {
  guard let module = Module.calling else { return nil }
  return ModuleServices.inKernel { module.parameterText(String(cString: name)) }
}

@c(do_sys_open)
public func doSysOpen(_ directory: Int32, _ path: UnsafePointer<CChar>?, _ flags: Int32, _ mode: Int32) -> Int {
  let openat = 295
  return withUnsafeTemporaryAllocation(of: Int.self, capacity: 4) { arguments in
    _ = arguments.initialize(from: [Int(directory), Int(bitPattern: path), Int(flags), Int(mode)])
    return ModuleServices.callDefault(openat, UnsafePointer(arguments.baseAddress.unsafelyUnwrapped))
  }
}

@c(current_uid) public func currentUID() -> UInt32 { Task.current?.process.uid ?? 0 }
@c(current_euid) public func currentEUID() -> UInt32 { Task.current?.process.euid ?? 0 }
@c(current_gid) public func currentGID() -> UInt32 { Task.current?.process.gid ?? 0 }
@c(current_egid) public func currentEGID() -> UInt32 { Task.current?.process.egid ?? 0 }
@c(current_ppid) public func currentPPID() -> Int32 { Task.current?.process.parentProcessID ?? 0 }

@c(current_syscall_table)
public func currentSyscallTable(_ target: UnsafeMutablePointer<CChar>, _ size: UInt) -> Int {
  guard let table = Task.current?.table else { return 0 }
  return ModuleServices.inKernel {
    let name = table.name.utf8CString
    guard name.count <= Int(clamping: size) else { return -Int(Errno.ERANGE.code) }
    for (index, byte) in name.enumerated() { target[index] = byte }
    return name.count - 1
  }
}
