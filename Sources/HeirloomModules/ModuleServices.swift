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
        Kernel.running.log.write(KernelLog.Level(rawValue: level) ?? .notice, String(cString: line))
      },
      { number, arguments in
        do throws(Errno) { return try ModuleServices.callDefault(number, arguments) } catch { return -Int(error.code) }
      })
  }

  /// Calls the default handler with arguments as a module's handler has them.
  static func callDefault(_ number: Int, _ arguments: UnsafePointer<Int>) throws(Errno) -> Int {
    guard let task = Task.current else { throw .ESRCH }
    guard let declaration = DefaultTable.declaration(of: number) else { throw .ENOSYS }
    var words: [UInt32] = []
    for (index, kind) in declaration.signature.arguments.enumerated() {
      let value = arguments[index]
      switch kind {
      case .int64: words += [UInt32(truncatingIfNeeded: value), UInt32(truncatingIfNeeded: value >> 32)]
      case _ where kind.isPointer: words.append(try task.guestAddress(of: UInt(bitPattern: value)))
      default: words.append(UInt32(truncatingIfNeeded: value))
      }
    }
    words += [UInt32](repeating: 0, count: max(0, 6 - words.count))
    return words.withUnsafeBufferPointer { declaration.call(task, $0.baseAddress.unsafelyUnwrapped) }
  }
}

@c(register_syscall)
public func registerSyscall(_ table: UnsafePointer<CChar>?, _ number: Int32, _ function: Int) -> Int32 {
  guard let table else { return -Errno.EINVAL.code }
  // Only a hook knows for certain which module calls.
  guard let module = Module.running else { return -Errno.EPERM.code }
  do throws(Errno) {
    try module.register(String(cString: table), Int(number), function: function)
    return 0
  } catch { return -error.code }
}

@c(do_sys_open)
public func doSysOpen(_ directory: Int32, _ path: UnsafePointer<CChar>?, _ flags: Int32, _ mode: Int32) -> Int {
  let openat = 295
  let arguments = [Int(directory), Int(bitPattern: path), Int(flags), Int(mode)]
  do throws(Errno) { return try ModuleServices.callDefault(openat, arguments) } catch { return -Int(error.code) }
}

@c(heirloom_current)
public func currentTask() -> UnsafePointer<task_struct> {
  guard let cpu = heirloom_current_cpu(), let block = cpu.pointee.kernel else { return kernelTask }
  return UnsafePointer(block.assumingMemoryBound(to: task_struct.self))
}

/// `current` where no guest's call is being served.
nonisolated(unsafe) private let kernelTask: UnsafePointer<task_struct> = {
  let task = UnsafeMutablePointer<task_struct>.allocate(capacity: 1)
  task.initialize(to: task_struct())
  withUnsafeMutableBytes(of: &task.pointee.comm) { $0.copyBytes(from: Array("kernel".utf8)) }
  return UnsafePointer(task)
}()

@c(current_uid) public func currentUID() -> UInt32 { Task.current?.process.identity.uid ?? 0 }
@c(current_euid) public func currentEUID() -> UInt32 { Task.current?.process.identity.euid ?? 0 }
@c(current_gid) public func currentGID() -> UInt32 { Task.current?.process.identity.gid ?? 0 }
@c(current_egid) public func currentEGID() -> UInt32 { Task.current?.process.identity.egid ?? 0 }

@c(copy_from_user)
public func copyFromUser(_ target: UnsafeMutableRawPointer, _ source: UnsafeRawPointer?, _ count: UInt) -> UInt {
  guard let source, Task.current?.owns(source, Int(count)) == true else { return count }
  return heirloom_copy(target, source, Int(count)) == 0 ? 0 : count
}

@c(copy_to_user)
public func copyToUser(_ target: UnsafeMutableRawPointer?, _ source: UnsafeRawPointer, _ count: UInt) -> UInt {
  guard let target, let task = Task.current, task.owns(target, Int(count)) else { return count }
  task.willWrite(target, Int(count))
  return heirloom_copy(target, source, Int(count)) == 0 ? 0 : count
}

@c(strncpy_from_user)
public func strncpyFromUser(_ target: UnsafeMutablePointer<CChar>, _ source: UnsafePointer<CChar>?, _ count: Int) -> Int {
  let fault = -Int(Errno.EFAULT.code)
  guard let source, count >= 0, Task.current?.owns(source, 1) == true else { return fault }
  let length = heirloom_string_length(source, count)
  guard length >= 0 else { return fault }
  let copied = min(length + 1, count)
  return heirloom_copy(target, source, copied) == 0 ? length : fault
}
