public import HeirloomABI

/// One traced system call.
public struct TraceEvent: Sendable {
  public let pid, tid: Int32
  /// The program's name.
  public let program: String
  /// By the host's monotonic clock, in nanoseconds: when the call began.
  public let time: UInt64
  /// How long it took, in nanoseconds.
  public let duration: UInt64
  public let number: Int
  /// As strace(1) writes a call, with its result.
  public let text: String
  /// Who served it, from the uppermost layer down; none: the default alone.
  public let layers: [LayerIdentities.Name]
  /// How many more there were below these.
  public let furtherLayers: Int
  /// The default served too.
  public let reachesDefault: Bool
}

/// Somebody who watches system calls. Calls that come faster than they are taken away are counted and lost: a guest waits for
/// nobody.
public final class TraceSession: @unchecked Sendable {
  private let lock = Lock()
  private let news = WaitQueue()
  private var events: [TraceEvent] = []
  private var lost = 0
  private var isOver = false
  /// nil: every process's calls. Guarded by `Tracing`.
  var processes: Set<Int32>?

  /// Calls that are kept at most.
  public static let capacity = 4096

  init(processes: Set<Int32>?) { self.processes = processes }

  func add(_ event: TraceEvent) {
    lock.withLock {
      if events.count < Self.capacity { events.append(event) } else { lost += 1 }
    }
    news.notify()
  }

  /// The kernel ends, and nothing more is to come.
  func end() {
    lock.withLock { isOver = true }
    news.notify()
  }

  /// Whether the kernel ends. What has come until then is there to be taken.
  public var hasEnded: Bool { lock.withLock { isOver } }

  /// Takes what has come, and how many were lost meanwhile; waits where nothing has.
  ///
  /// - Parameter nanoseconds: how long to wait at most.
  public func take(nanoseconds: Int64) -> (events: [TraceEvent], lost: Int) {
    let ticket = news.ticket
    if lock.withLock({ events.isEmpty && lost == 0 && !isOver }) { news.waitUninterruptibly(ticket, nanoseconds: nanoseconds) }
    return lock.withLock {
      defer { (events, lost) = ([], 0) }
      return (events, lost)
    }
  }
}
