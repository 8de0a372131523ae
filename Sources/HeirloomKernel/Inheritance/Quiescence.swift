internal import CHeirloom
internal import CMachine
internal import HeirloomABI

/// The unload side of dispatch: when is nobody inside an entry any more?
///
/// Dispatch marks its task as inside an entry with a plain store, and then looks whether the entry is still there. Whoever
/// has withdrawn it makes every running thread's stores visible with membarrier(2), and from then on either sees the mark
/// or knows that the look has failed. So a call pays for no fence.
public enum Quiescence {
  private static let registerPrivateExpedited = 16
  private static let privateExpedited = 8

  /// Announces the host process as one that uses membarrier.
  static func register() { _ = heirloom_host_call(HostCall.membarrier.rawValue, registerPrivateExpedited, 0, 0, 0, 0, 0) }

  /// Waits until no task is inside any of `entries`.
  ///
  /// - Parameters:
  ///   - deadline: nanoseconds to wait at most.
  ///   - interrupting: tasks inside are called out of what they sleep in, and a call that this ends starts anew.
  /// - Returns: ids of the tasks that are still inside at the deadline; empty when all have left.
  public static func wait(
    for entries: [UnsafeMutableRawPointer], in kernel: Kernel, deadline: UInt64, interrupting: Bool = false
  ) -> [Int32] {
    if entries.isEmpty { return [] }
    _ = heirloom_host_call(HostCall.membarrier.rawValue, privateExpedited, 0, 0, 0, 0, 0)
    let end = monotonicTime() + deadline
    let withdrawn = Set(entries)
    var pause = 20_000
    while true {
      let inside = kernel.treeLock.withLock {
        kernel.processes.values.flatMap(\.family.tasks).filter { $0.isInside(withdrawn) }
      }
      if inside.isEmpty || monotonicTime() >= end { return inside.map(\.id) }
      // Again and again: a sleep may begin between two looks.
      if interrupting { for task in inside { task.interrupt(Task.Work.startAnew) } }
      let time = (seconds: 0, nanoseconds: pause)
      _ = try? Host.withAddress(of: time) { (time) throws(Errno) in try Host.call(.nanosleep, time, 0) }
      pause = min(pause * 2, 2_000_000)
    }
  }
}
