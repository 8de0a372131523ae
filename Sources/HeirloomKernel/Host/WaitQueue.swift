internal import CMachine
internal import HeirloomABI
internal import HeirloomMachine

/// Where tasks sleep until somebody says that what they look at has changed (futex(2)).
///
/// A waiter takes a `ticket`, looks at its condition, and sleeps only if nobody has called `notify()` since the ticket.
final class WaitQueue: @unchecked Sendable {
  private let word = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)

  init() { word.initialize(to: 0) }
  deinit { word.deallocate() }

  var ticket: UInt32 { heirloom_atomic_load(word) }

  /// Wakes all that wait with an older ticket.
  func notify() {
    _ = heirloom_atomic_add(word, 1)
    _ = heirloom_host_call(HostCall.futex.rawValue, Int(bitPattern: word), Self.wakePrivate, Int(Int32.max), 0, 0, 0)
  }

  /// Sleeps until `notify()`. - Throws: ERESTARTSYS when the task has other work.
  func wait(_ ticket: UInt32, _ task: Task) throws(Errno) {
    do throws(Errno) {
      try task.blocking(.futex, Int(bitPattern: word), Self.waitPrivate, Int(ticket))
    } catch {
      if error != .EAGAIN { throw error }
    }
  }

  /// As above, for `nanoseconds` at most. - Throws: ETIMEDOUT; ERESTARTSYS.
  func wait(_ ticket: UInt32, _ task: Task, nanoseconds: Int64?) throws(Errno) {
    guard let nanoseconds else { return try wait(ticket, task) }
    let time = (seconds: Int(nanoseconds / 1_000_000_000), nanoseconds: Int(nanoseconds % 1_000_000_000))
    do throws(Errno) {
      _ = try Host.withAddress(of: time) { (time) throws(Errno) in
        try task.blocking(.futex, Int(bitPattern: word), Self.waitPrivate, Int(ticket), time)
      }
    } catch {
      if error != .EAGAIN { throw error }
    }
  }

  /// Sleeps until `notify()`, whatever else happens.
  func waitUninterruptibly(_ ticket: UInt32) {
    // The interruption signal ends the host's wait too.
    while heirloom_atomic_load(word) == ticket {
      _ = heirloom_host_call(HostCall.futex.rawValue, Int(bitPattern: word), Self.waitPrivate, Int(ticket), 0, 0, 0)
    }
  }

  /// Sleeps until `notify()`, for `nanoseconds` at most, or for less where a signal comes.
  func waitUninterruptibly(_ ticket: UInt32, nanoseconds: Int64) {
    let time = (seconds: Int(nanoseconds / 1_000_000_000), nanoseconds: Int(nanoseconds % 1_000_000_000))
    _ = try? Host.withAddress(of: time) { (time) throws(Errno) in
      try Host.call(.futex, Int(bitPattern: word), Self.waitPrivate, Int(ticket), time)
    }
  }

  private static let waitPrivate = 128
  private static let wakePrivate = 129
}
