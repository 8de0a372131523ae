import Synchronization

/// What the module keeps of each task, or of each process: a value of any type. Make one for the module's life:
///
/// ```swift
/// static let calls = TaskData(of: .process, initial: 0, onFork: { $0 })
/// …
/// let number = try calls.withValue { (count: inout Int) in count += 1; return count }
/// ```
public final class TaskData<Value> {
  public enum Scope { case task, process }

  fileprivate let initial: () -> Value
  fileprivate let onFork: ((Value) -> Value?)?
  fileprivate let onExec: ((inout Value) -> Void)?
  fileprivate let onExit: ((inout Value) -> Void)?
  /// The kernel knows it by this address.
  private let kind: UnsafeMutablePointer<task_data>

  /// - Parameters:
  ///   - initial: the value of a task or process that has not got one from its parent.
  ///   - onFork: the child's value, from its parent's; without it, or where it says nil, the child has none. Runs on the parent's
  ///     thread.
  ///   - onExec: another program takes over.
  ///   - onExit: the task or process ends, or the module is unloaded.
  public init(
    of scope: Scope, initial: @autoclosure @escaping () -> Value, onFork: ((Value) -> Value?)? = nil,
    onExec: ((inout Value) -> Void)? = nil, onExit: ((inout Value) -> Void)? = nil
  ) {
    (self.initial, self.onFork, self.onExec, self.onExit) = (initial, onFork, onExec, onExit)
    kind = .allocate(capacity: 1)
    kind.initialize(
      to: task_data(
        size: MemoryLayout<UInt>.size, scope: scope == .task ? TASK_DATA_TASK : TASK_DATA_PROCESS, fork: taskDataForked,
        exec: taskDataExecuted, exit: taskDataEnded))
    let kind = kind
    RegisteredHandlers.atUnload { kind.deallocate() }
  }

  /// Works on the calling task's value, alone: other threads of its process wait. So it is no place for a call that sleeps.
  ///
  /// - Throws: what `body` throws; ESRCH in `load` and `unload`, where no task calls; ENOMEM.
  public func withValue<Result>(_ body: (inout Value) throws(Errno) -> Result) throws(Errno) -> Result {
    if current.pid == 0 { throw .ESRCH }
    guard let place = task_data(kind) else { throw .ENOMEM }
    let box = TaskValue.box(at: place) { TaskValueOf(self, initial()) }
    // Only this kind's values stand there.
    let own = unsafeDowncast(box, to: TaskValueOf<Value>.self)
    own.lock()
    defer { own.unlock() }
    return try body(&own.value)
  }
}

/// A value of a type that the kernel's callbacks do not know.
class TaskValue {
  func forked() -> TaskValue? { nil }
  func executed() {}
  func ended() {}

  private static let isLocked = Atomic(false)

  /// The box that the kernel's word at `place` owns, made where there is none.
  static func box(at place: UnsafeMutableRawPointer, orMake make: () -> TaskValue) -> TaskValue {
    if let box = box(at: place) { return box }
    // Two threads of a process may both be the first.
    let new = make()
    while isLocked.exchange(true, ordering: .acquiring) {}
    defer { isLocked.store(false, ordering: .releasing) }
    if let box = box(at: place) { return box }
    place.storeBytes(of: UInt(bitPattern: Unmanaged.passRetained(new).toOpaque()), as: UInt.self)
    return new
  }

  static func box(at place: UnsafeRawPointer) -> TaskValue? {
    UnsafeRawPointer(bitPattern: place.load(as: UInt.self)).map {
      Unmanaged<TaskValue>.fromOpaque($0).takeUnretainedValue()
    }
  }
}

private final class TaskValueOf<Value>: TaskValue {
  let kind: TaskData<Value>
  var value: Value
  private let isLocked = Atomic(false)

  init(_ kind: TaskData<Value>, _ value: Value) {
    self.kind = kind
    self.value = value
  }

  func lock() { while isLocked.exchange(true, ordering: .acquiring) {} }
  func unlock() { isLocked.store(false, ordering: .releasing) }

  override func forked() -> TaskValue? {
    guard let onFork = kind.onFork else { return nil }
    lock()
    defer { unlock() }
    return onFork(value).map { TaskValueOf(kind, $0) }
  }
  override func executed() { kind.onExec?(&value) }
  override func ended() { kind.onExit?(&value) }
}

private func taskDataForked(_ child: UnsafeMutableRawPointer, _ parent: UnsafeRawPointer) {
  guard let new = TaskValue.box(at: parent)?.forked() else { return }
  child.storeBytes(of: UInt(bitPattern: Unmanaged.passRetained(new).toOpaque()), as: UInt.self)
}

private func taskDataExecuted(_ place: UnsafeMutableRawPointer) { TaskValue.box(at: place)?.executed() }

private func taskDataEnded(_ place: UnsafeMutableRawPointer) {
  guard let box = TaskValue.box(at: place) else { return }
  box.ended()
  place.storeBytes(of: 0, as: UInt.self)
  Unmanaged.passUnretained(box).release()
}
