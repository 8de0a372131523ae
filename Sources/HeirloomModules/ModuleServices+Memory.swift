internal import CMachine
internal import HeirloomABI
internal import HeirloomKernel

// What modules do with the guest's memory. The addresses are the host's, as handlers get them.

@c(copy_from_user)
public func copyFromUser(_ target: UnsafeMutableRawPointer, _ source: UnsafeRawPointer?, _ count: UInt) -> UInt {
  guard let source, let length = Int(exactly: count), Task.current?.owns(source, length) == true else { return count }
  return heirloom_copy(target, source, length) == 0 ? 0 : count
}

@c(copy_to_user)
public func copyToUser(_ target: UnsafeMutableRawPointer?, _ source: UnsafeRawPointer, _ count: UInt) -> UInt {
  guard let target, !ObserverCall.isRunning, let length = Int(exactly: count), let task = Task.current,
    task.owns(target, length)
  else { return count }
  return task.write(target, length) { heirloom_copy(target, source, length) == 0 } ? 0 : count
}

@c(clear_user)
public func clearUser(_ target: UnsafeMutableRawPointer?, _ count: UInt) -> UInt {
  guard let target, !ObserverCall.isRunning, let length = Int(exactly: count), let task = Task.current,
    task.owns(target, length)
  else { return count }
  return task.write(target, length) { heirloom_clear(target, length) == 0 } ? 0 : count
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

@c(strnlen_user)
public func strnlenUser(_ string: UnsafePointer<CChar>?, _ count: Int) -> Int {
  guard let string, count > 0, Task.current?.owns(string, 1) == true else { return 0 }
  let length = heirloom_string_length(string, count)
  return length < 0 ? 0 : length + 1
}

@c(compat_alloc_user_space)
public func compatAllocUserSpace(_ count: UInt) -> UnsafeMutableRawPointer? {
  guard !ObserverCall.isRunning, let task = Task.current, let stay = heirloom_innermost_guard(), stay.pointee.entry != nil
  else { return nil }
  var top = task.stackPointer
  // The layers above this one have theirs.
  var outer: UnsafeMutablePointer<heirloom_guard>? = stay
  while let guarded = outer {
    if guarded.pointee.scratch != 0 { top = min(top, guarded.pointee.scratch) }
    outer = guarded.pointee.outer
  }
  // The first page is never a guest's.
  guard count <= 1 << 30, UInt(top) > count + 8192 else { return nil }
  let address = (top - UInt32(count)) & ~15
  stay.pointee.scratch = address
  return task.hostAddress(of: address)
}
