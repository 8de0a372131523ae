internal import CMachine
internal import HeirloomABI
internal import HeirloomMachine

/// The host's kernel: the one door to it for system call handlers. Numbers are x86-64's (`HostCall`).
enum Host {
  /// A host call that does not sleep.
  @inline(__always) @discardableResult
  static func call(
    _ number: HostCall, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, _ d: Int = 0, _ e: Int = 0, _ f: Int = 0
  ) throws(Errno) -> Int {
    var result = heirloom_host_call(number.rawValue, a, b, c, d, e, f)
    if result < 0 && result >= -4095 {
      if result == fault { result = again { heirloom_host_call(number.rawValue, a, b, c, d, e, f) } }
      if result < 0 { throw Errno(Int32(truncatingIfNeeded: -result)) }
    }
    return result
  }

  fileprivate static let fault = -14

  /// A call that has answered EFAULT, once more, where it may be because of pages that are read-only as code is translated
  /// from them: by another thread, for this one has let them be written.
  @inline(never)
  fileprivate static func again(_ call: () -> Int) -> Int {
    guard let window = Task.current?.process.memory.window, window.hasGuarded else { return fault }
    // Twice where nothing was guarded: it may have been while the call was made. And nobody translates the same pages for ever.
    var triesLeft = 100
    var unguardedTriesLeft = 2
    while triesLeft > 0, unguardedTriesLeft > 0 {
      triesLeft -= 1
      if !window.unguardAll() { unguardedTriesLeft -= 1 }
      let result = call()
      if result != fault { return result }
    }
    return fault
  }

  /// Passes a value by address: `body` gets where it stands for the length of the call.
  static func withAddress<T, R>(of value: T, _ body: (Int) throws(Errno) -> R) throws(Errno) -> R {
    var value = value
    let result: Result<R, Errno> = withUnsafeMutablePointer(to: &value) { pointer in
      do throws(Errno) { return .success(try body(Int(bitPattern: pointer))) } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// Gives `body` the address of a value for the host to write, and returns what it wrote.
  static func reading<T>(into initial: T, _ body: (Int) throws(Errno) -> Int) throws(Errno) -> T {
    var value = initial
    let failure: Errno? = withUnsafeMutablePointer(to: &value) { pointer in
      do throws(Errno) {
        _ = try body(Int(bitPattern: pointer))
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
    return value
  }
}

extension Task {
  /// A host call that may sleep. A signal for the task, or the kernel's wish to have it, ends the call with ERESTARTSYS;
  /// a handler that must not be restarted turns that into EINTR. One that comes before the call is made comes before the
  /// guest's call too, as natively: ERESTARTNOINTR.
  @inline(__always) @discardableResult
  func blocking(
    _ number: HostCall, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, _ d: Int = 0, _ e: Int = 0, _ f: Int = 0
  ) throws(Errno) -> Int {
    var result = heirloom_blocking_call(&processor.state.pointee.interrupt, number.rawValue, a, b, c, d, e, f)
    if result < 0 && result >= -4095 {
      if result == Host.fault {
        result = Host.again { heirloom_blocking_call(&processor.state.pointee.interrupt, number.rawValue, a, b, c, d, e, f) }
        if result >= 0 { return result }
      }
      // A signal that comes after its cause in `interrupt` has been seen to: nothing would make the task look at the answer
      // again on its way to the guest, which must never see ERESTARTSYS.
      while result == -4 && heirloom_atomic_load(&processor.state.pointee.interrupt) == 0 {
        result = heirloom_blocking_call(&processor.state.pointee.interrupt, number.rawValue, a, b, c, d, e, f)
      }
      if result == -4 { throw .ERESTARTSYS }
      throw Errno(Int32(truncatingIfNeeded: -result))
    }
    return result
  }
}
