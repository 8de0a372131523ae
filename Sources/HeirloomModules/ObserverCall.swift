internal import CHeirloom
internal import CMachine
internal import HeirloomKernel

/// A module's observer as dispatch calls it: with a `syscall_event` where a handler has its words.
struct ObserverCall {
  private let entry: SyscallEntry
  fileprivate let function: UnsafeRawPointer
  /// Not nil: the function takes it before the event.
  fileprivate let context: UnsafeMutableRawPointer?
  /// Retained: the module stays while it has entries.
  fileprivate let module: Unmanaged<Module>

  static func make(
    _ function: UnsafeRawPointer, context: UnsafeMutableRawPointer?, module: Module
  ) -> UnsafeMutableRawPointer {
    let call = UnsafeMutablePointer<ObserverCall>.allocate(capacity: 1)
    call.initialize(
      to: ObserverCall(
        entry: SyscallEntry(invoke: observe), function: function, context: context, module: Unmanaged.passRetained(module)))
    module.note(call, function)
    return UnsafeMutableRawPointer(call)
  }

  /// Frees what `make` has made. No task may be inside.
  static func destroy(_ entry: UnsafeMutableRawPointer) {
    let call = entry.assumingMemoryBound(to: ObserverCall.self)
    call.pointee.module._withUnsafeGuaranteedRef { $0.forget(entry) }
    call.pointee.module.release()
    call.deinitialize(count: 1)
    call.deallocate()
  }
}

@c(heirloom_observer_call)
private func observe(
  _ entry: UnsafeMutableRawPointer, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ event: UnsafePointer<UInt32>
) -> Int {
  let call = entry.assumingMemoryBound(to: ObserverCall.self)
  var stay = heirloom_guard()
  stay.owner = UnsafeRawPointer(call.pointee.module.toOpaque())
  stay.observes = 1
  if let context = call.pointee.context {
    _ = heirloom_guarded_call(&stay, call.pointee.function, context, event, nil, nil)
  } else {
    _ = heirloom_guarded_call(&stay, call.pointee.function, event, nil, nil, nil)
  }
  // A bad address ends the observer, and the call goes on.
  if stay.signal != 0 { _ = Containment.end(stay, in: call.pointee.module, cpu, false) }
  return 0
}

extension ObserverCall {
  /// The calling thread is in an observer, which may not act for the task.
  static var isRunning: Bool { (heirloom_innermost_guard()?.pointee.observes ?? 0) != 0 }
}
