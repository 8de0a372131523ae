internal import CMachine
internal import HeirloomABI
internal import HeirloomMachine

/// A task inside a module, as the watchdog sees it from another thread.
///
/// Whoever looks leaves a bit in the task's outermost mark. The next call's mark comes without it, so a mark that still has
/// it is the same call's, and no call pays for being watched.
public struct ModuleStay: Sendable {
  public let task: Task
  /// The innermost entry.
  nonisolated(unsafe) public let entry: UnsafeMutableRawPointer
  /// The call was inside when it was last looked at.
  public let wasSeen: Bool
  /// The handler has called the kernel, and is not back.
  public let isInKernel: Bool

  private static let seen: UInt = 1

  /// The entry that a mark names.
  static func entry(at place: UnsafeMutablePointer<UnsafeMutableRawPointer?>) -> UnsafeMutableRawPointer? {
    heirloom_atomic_load_pointer(place).flatMap { UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: $0) & ~seen) }
  }

  /// nil: the task is in no module.
  fileprivate init?(_ task: Task) {
    let outermost = task.block.outermostMark
    guard let mark = heirloom_atomic_load_pointer(outermost) else { return nil }
    let marked = UnsafeMutableRawPointer(bitPattern: UInt(bitPattern: mark) | Self.seen)
    wasSeen = mark == marked
    if !wasSeen { _ = heirloom_atomic_replace_pointer(outermost, mark, marked) }
    let nested = task.block.pointee.nesting.marks
    // Each place is read once: the task goes on meanwhile, and a lazy collection's `first` would read it again.
    var innermost: UnsafeMutableRawPointer?
    for depth in (0...Nesting.maximumDepth).reversed() where innermost == nil { innermost = Self.entry(at: nested + depth) }
    guard let entry = innermost ?? Self.entry(at: outermost) else { return nil }
    self.entry = entry
    self.task = task
    // The guard stands on the task's kernel stack, which is never unmapped.
    isInKernel = task.processor.state.pointee.stay?.pointee.top?.pointee.kernel ?? 0 != 0
  }
}

extension Kernel {
  /// The tasks that are inside a module now.
  public var moduleStays: [ModuleStay] {
    // A task that is in the tree has not ended its thread.
    treeLock.withLock { processes.values.flatMap(\.family.tasks).compactMap { ModuleStay($0) } }
  }

  /// Makes a task that is being killed leave the module that it is inside of, as soon as it is met there; see guard.h. To be
  /// asked again until it has left.
  public func expel(_ task: Task) {
    treeLock.withLock {
      guard task.process.family.tasks.contains(where: { $0 === task }) else { return }
      if let stay = task.processor.state.pointee.stay { heirloom_expel(stay, task.hostThread) }
    }
  }
}
