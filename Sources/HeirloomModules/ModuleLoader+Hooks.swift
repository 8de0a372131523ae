internal import CMachine
internal import HeirloomABI
internal import HeirloomKernel
internal import Synchronization

/// A module's code that runs for the loader.
struct RunningHook {
  let module: Module
  /// "its init".
  let what: String
  /// By the monotonic clock, in nanoseconds.
  let since: UInt64
  var isReported = false
}

extension ModuleLoader {
  private enum End {
    case returned(Int32)
    /// What has ended it, for a message.
    case ended(String)
  }

  func initialize(_ module: Module) throws(ModuleError) {
    let path = module.info.path
    guard let hook = module.image.symbol("heirloom_module_init") else {
      throw ModuleError(.ENOEXEC, "\(path): it has no init hook; give it one with module_init(function)")
    }
    for constructor in module.image.constructors {
      if case .ended(let report) = run(constructor, of: module, "its constructor") {
        throw ModuleError(.EFAULT, "\(path): its constructor crashed: \(report)")
      }
    }
    switch run(hook, of: module, "its init") {
    case .returned(0): module.hasStarted = true
    case .returned(let result):
      let error = Errno(result < 0 ? -result : result)
      throw ModuleError(error, "\(path): its init failed: \(error); nothing of it stays")
    case .ended(let report): throw ModuleError(.EFAULT, "\(path): its init crashed: \(report)")
    }
  }

  /// A module that has faulted is not trusted to tidy up.
  func runExit(of module: Module, deadline: UInt64?) {
    guard module.hasStarted, !module.isQuarantined else { return }
    module.hasStarted = false
    guard let hook = module.image.symbol("heirloom_module_exit") else { return }
    oopsIfEnded(run(hook, of: module, "its exit hook", deadline: deadline), module, "its exit hook")
  }

  func runDestructors(of module: Module) {
    guard !module.isQuarantined else { return }
    for destructor in module.image.destructors {
      oopsIfEnded(run(destructor, of: module, "its destructor", deadline: Self.drainDeadline), module, "its destructor")
    }
  }

  private func oopsIfEnded(_ end: End, _ module: Module, _ what: String) {
    if case .ended(let report) = end {
      kernel.log.write(.alert, "Oops: module \(module.name): \(what) crashed: \(report)")
    }
  }

  /// Runs a function of the module on the hook thread.
  ///
  /// - Parameter deadline: nanoseconds until it is thrown out; nil: when the caller is killed.
  private func run(
    _ function: UnsafeRawPointer, of module: Module, _ what: String, deadline: UInt64? = nil
  ) -> End {
    final class Box: @unchecked Sendable {
      var stay = heirloom_guard()
      var result = 0
    }
    let box = Box()
    let thread = hookThread ?? HookThread()
    hookThread = thread
    let start = monotonicTime()
    lists.withLock { $0.hook = RunningHook(module: module, what: what, since: start) }
    defer { lists.withLock { $0.hook = nil } }
    let caller = Task.current
    let owner = Unmanaged.passUnretained(module)
    nonisolated(unsafe) let function = function
    let isBack = thread.run(
      while: {
        if let caller, caller.isDying { return false }
        return deadline.map { monotonicTime() - start < $0 } ?? true
      },
      {
        withUnsafeMutablePointer(to: &box.stay) { stay in
          stay.pointee.owner = UnsafeRawPointer(owner.toOpaque())
          box.result = heirloom_guarded_call(stay, function, nil, nil, nil, nil)
        }
      })
    guard isBack else {
      // The thread is the module's now, and so is the code that it runs in.
      hookThread = nil
      module.isLost = true
      return .ended("it does not return, and could not be thrown out; its code stays mapped")
    }
    if box.stay.signal == 0 { return .returned(Int32(truncatingIfNeeded: box.result)) }
    module.isQuarantined = true
    return .ended(Containment.describe(box.stay, module))
  }
}
