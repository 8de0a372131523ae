public import CHeirloom
internal import CMachine
internal import Glibc
internal import HeirloomABI
internal import HeirloomKernel

/// What a module keeps of tasks and processes: one `struct task_data` describes one kind of it.
///
/// A block belongs to whoever takes it out of `blocks` first: its task's end, or the module's unloading.
final class TaskData: @unchecked Sendable {
  private let lock = ModuleLock()
  private var blocks: [ObjectIdentifier: TaskDataBlock] = [:]
  /// Callbacks that run now. The module's code stays until they are back.
  private var running = 0
  private var isClosed = false

  /// Whether the module's code may be entered; `leave` then says when it is over.
  fileprivate func enter() -> Bool {
    lock.withLock {
      if !isClosed { running += 1 }
      return !isClosed
    }
  }

  fileprivate func leave() { lock.withLock { running -= 1 } }

  fileprivate func add(_ block: TaskDataBlock) { lock.withLock { blocks[ObjectIdentifier(block)] = block } }
  fileprivate func take(_ block: TaskDataBlock) -> Bool {
    lock.withLock { blocks.removeValue(forKey: ObjectIdentifier(block)) != nil }
  }

  /// The module is unloaded: its blocks end, and there are no new ones.
  ///
  /// - Parameter deadline: nanoseconds that a callback has to come back.
  /// - Returns: false where one has not.
  func close(deadline: UInt64) -> Bool {
    let last = lock.withLock {
      isClosed = true
      defer { blocks = [:] }
      return blocks
    }
    let end = monotonicTime() + deadline
    while lock.withLock({ running }) > 0 {
      if monotonicTime() >= end { return false }
      usleep(200)
    }
    for block in last.values { block.endWithModule() }
    return true
  }
}

/// One task's or one process's block.
final class TaskDataBlock: Attachment, @unchecked Sendable {
  let memory: UnsafeMutableRawPointer
  private unowned let module: Module
  /// In the module's image.
  private let kind: UnsafePointer<task_data>
  private weak var home: Attachments?

  /// - Returns: nil where there is no memory left.
  init?(_ kind: UnsafePointer<task_data>, of module: Module, in home: Attachments) {
    guard let memory = calloc(1, max(kind.pointee.size, 1)) else { return nil }
    (self.memory, self.module, self.kind, self.home) = (memory, module, kind, home)
    module.data.add(self)
  }

  deinit { free(memory) }

  func inherited(by child: Attachments) -> (any Attachment)? {
    guard module.data.enter() else { return nil }
    defer { module.data.leave() }
    guard let fork = kind.pointee.fork, let block = TaskDataBlock(kind, of: module, in: child) else { return nil }
    run(unsafeBitCast(fork, to: UnsafeRawPointer.self), block.memory, memory)
    return block
  }

  func executed() {
    guard module.data.enter() else { return }
    defer { module.data.leave() }
    if let exec = kind.pointee.exec { run(unsafeBitCast(exec, to: UnsafeRawPointer.self), memory, nil) }
  }

  func ended() {
    guard module.data.enter() else { return }
    defer { module.data.leave() }
    if module.data.take(self) { runExit() }
  }

  fileprivate func endWithModule() {
    runExit()
    home?.remove(UInt(bitPattern: kind))
  }

  private func runExit() {
    if let exit = kind.pointee.exit { run(unsafeBitCast(exit, to: UnsafeRawPointer.self), memory, nil) }
  }

  private func run(_ function: UnsafeRawPointer, _ a: UnsafeMutableRawPointer, _ b: UnsafeMutableRawPointer?) {
    if module.isQuarantined { return }
    var stay = heirloom_guard()
    stay.owner = UnsafeRawPointer(Unmanaged.passUnretained(module).toOpaque())
    _ = heirloom_guarded_call(&stay, function, a, b, nil, nil)
    if stay.signal != 0 {
      module.oops(Containment.describe(stay, module), killedBy: stay.signal == SIGKILL ? SIGKILL : SIGSEGV)
    }
  }
}

@c(task_data)
public func taskData(_ kind: UnsafePointer<task_data>?) -> UnsafeMutableRawPointer? {
  guard let kind, let task = Task.current, let module = Module.calling else { return nil }
  return ModuleServices.inKernel {
    let home: Attachments
    switch kind.pointee.scope {
    case Int32(TASK_DATA_TASK): home = task.attachments
    case Int32(TASK_DATA_PROCESS): home = task.process.attachments
    default: return nil
    }
    guard module.data.enter() else { return nil }
    defer { module.data.leave() }
    let block = home.find(UInt(bitPattern: kind)) { TaskDataBlock(kind, of: module, in: home) }
    return (block as? TaskDataBlock)?.memory
  }
}
