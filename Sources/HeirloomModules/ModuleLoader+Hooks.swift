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

  /// A function of a module's, and what messages call it.
  private struct Hook {
    let function: UnsafeRawPointer
    let what: String
  }

  func initialize(_ module: Module) throws(ModuleError) {
    let path = module.info.path
    guard let hook = module.image.symbol("heirloom_module_init") else {
      throw ModuleError(.ENOEXEC, "\(path): it has no init hook; give it one with module_init(function)")
    }
    let constructors = module.image.constructors.map { Hook(function: $0, what: "its constructor") }
    let (what, end) = run(constructors + [Hook(function: hook, what: "its init")], of: module)
    switch end {
    case .returned(0): module.hasStarted = true
    case .returned(let result):
      let error = Errno(result < 0 ? -result : result)
      throw ModuleError(error, "\(path): its init failed: \(error); nothing of it stays")
    case .ended(let report): throw ModuleError(.EFAULT, "\(path): \(what) crashed: \(report)")
    }
  }

  /// The exit hook of a module whose init has succeeded.
  func runExit(of module: Module, deadline: UInt64?) {
    guard module.hasStarted else { return }
    module.hasStarted = false
    if let hook = module.image.symbol("heirloom_module_exit") {
      finish(module, [Hook(function: hook, what: "its exit hook")], deadline)
    }
  }

  func runDestructors(of module: Module) {
    finish(module, module.image.destructors.map { Hook(function: $0, what: "its destructor") }, Self.drainDeadline)
  }

  /// A module that has faulted is not trusted to tidy up.
  private func finish(_ module: Module, _ hooks: [Hook], _ deadline: UInt64?) {
    guard !module.isQuarantined, !hooks.isEmpty else { return }
    let (what, end) = run(hooks, of: module, deadline: deadline)
    if case .ended(let report) = end {
      kernel.log.write(.alert, "Oops: module \(module.name): \(what) crashed: \(report)")
    }
  }

  /// Maps a module's file.
  func map(_ info: ModuleInfo, _ bytes: [UInt8], spelling: Int) throws(ModuleError) -> ModuleImage {
    guard Task.current != nil else { return try ModuleImage(info, bytes, spelling: spelling) }
    // A guest's thread has the guest's descriptors.
    final class Box: @unchecked Sendable { var result: Result<ModuleImage, ModuleError>? }
    let box = Box()
    _ = try ownThread().run(while: { true }) {
      do throws(ModuleError) { box.result = .success(try ModuleImage(info, bytes, spelling: spelling)) } catch {
        box.result = .failure(error)
      }
    }
    return try box.result.unsafelyUnwrapped.get()
  }

  private func ownThread() throws(ModuleError) -> HookThread {
    if let thread = hookThread { return thread }
    let thread = try HookThread()
    hookThread = thread
    return thread
  }

  /// Runs functions of the module on the hook thread, one after the other, up to one that does not return.
  ///
  /// - Parameter deadline: nanoseconds until they are thrown out; nil: when the caller is killed.
  /// - Returns: the last one that was begun, and how it ended.
  private func run(_ hooks: [Hook], of module: Module, deadline: UInt64? = nil) -> (what: String, End) {
    final class Box: @unchecked Sendable {
      var stay = heirloom_guard()
      var result = 0
      let place = Atomic(0)
    }
    let box = Box()
    let thread: HookThread
    do throws(ModuleError) { thread = try ownThread() } catch { return (hooks[0].what, .ended(error.description)) }
    let start = monotonicTime()
    lists.withLock { $0.hook = RunningHook(module: module, what: hooks.count == 1 ? hooks[0].what : "its init", since: start) }
    defer { lists.withLock { $0.hook = nil } }
    let caller = Task.current
    let owner = UnsafeRawPointer(Unmanaged.passUnretained(module).toOpaque())
    nonisolated(unsafe) let (hooks, ownerOfStay) = (hooks, owner)
    let isBack = thread.run(
      while: {
        if let caller, caller.isDying { return false }
        return deadline.map { monotonicTime() - start < $0 } ?? true
      },
      {
        for (index, hook) in hooks.enumerated() {
          box.place.store(index, ordering: .relaxed)
          box.stay.owner = ownerOfStay
          box.result = withUnsafeMutablePointer(to: &box.stay) {
            heirloom_guarded_call($0, hook.function, nil, nil, nil, nil)
          }
          if box.stay.signal != 0 { return }
        }
      })
    let what = hooks[box.place.load(ordering: .relaxed)].what
    guard isBack else {
      // The thread is the module's now, and so is the code that it runs in.
      hookThread = nil
      module.isLost = true
      module.isQuarantined = true
      return (what, .ended("it does not return, and could not be thrown out; its code stays mapped"))
    }
    if box.stay.signal == 0 { return (what, .returned(Int32(truncatingIfNeeded: box.result))) }
    module.isQuarantined = true
    return (what, .ended(Containment.describe(box.stay, module)))
  }
}
