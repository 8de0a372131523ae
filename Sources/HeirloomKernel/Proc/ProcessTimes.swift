internal import HeirloomABI

/// Processor time in nanoseconds, and what else getrusage(2) counts.
struct Usage: Sendable {
  var user: Int64 = 0
  var system: Int64 = 0
  var maximumResident = 0
  var minorFaults = 0
  var majorFaults = 0
  var voluntarySwitches = 0
  var involuntarySwitches = 0

  var total: Int64 { user + system }

  init() {}

  init(_ host: HostRusage) {
    user = host.user.seconds * 1_000_000_000 + host.user.microseconds * 1000
    system = host.system.seconds * 1_000_000_000 + host.system.microseconds * 1000
    maximumResident = host.counts.0
    minorFaults = host.counts.4
    majorFaults = host.counts.5
    voluntarySwitches = host.counts.12
    involuntarySwitches = host.counts.13
  }

  static func += (a: inout Usage, b: Usage) {
    a.user += b.user
    a.system += b.system
    a.maximumResident = max(a.maximumResident, b.maximumResident)
    a.minorFaults += b.minorFaults
    a.majorFaults += b.majorFaults
    a.voluntarySwitches += b.voluntarySwitches
    a.involuntarySwitches += b.involuntarySwitches
  }

  /// As the host writes it.
  var host: HostRusage {
    var usage = HostRusage()
    usage.user = HostTimeval(seconds: user / 1_000_000_000, microseconds: user % 1_000_000_000 / 1000)
    usage.system = HostTimeval(seconds: system / 1_000_000_000, microseconds: system % 1_000_000_000 / 1000)
    usage.counts.0 = maximumResident
    usage.counts.4 = minorFaults
    usage.counts.5 = majorFaults
    usage.counts.12 = voluntarySwitches
    usage.counts.13 = involuntarySwitches
    return usage
  }

  /// The calling host thread's.
  static func ofThisThread() -> Usage {
    let thisThread = 1  // RUSAGE_THREAD
    var usage = HostRusage()
    _ = try? withHostPointer(to: &usage) { (usage) throws(Errno) in try Host.call(.getrusage, thisThread, usage) }
    return Usage(usage)
  }
}

/// What a process's ended threads and the children it has waited for have used.
final class ProcessTimes: @unchecked Sendable {
  private let lock = Lock()
  private var ended = Usage()
  private var children = Usage()

  func addEnded(_ usage: Usage) { lock.withLock { ended += usage } }
  func addChild(_ usage: Usage) { lock.withLock { children += usage } }
  var ofEndedThreads: Usage { lock.withLock { ended } }
  var ofChildren: Usage { lock.withLock { children } }
}

extension Task {
  /// The host's clock of this task's processor time (clock_getcpuclockid(3)).
  var cpuClock: Int32 { ~hostThread << 3 | 6 }
}

extension Process {
  /// Of all its threads. Another thread's is not divided by the host: it counts as user time.
  func usage(seenBy task: Task?) -> Usage {
    var sum = times.ofEndedThreads
    for thread in kernel.treeLock.withLock({ family.tasks }) {
      if thread === task {
        sum += Usage.ofThisThread()
      } else if let time = try? Clock.now(thread.cpuClock) {
        sum.user += time.total
      }
    }
    return sum
  }

  var cpuTime: Usage { usage(seenBy: nil) }

  /// What wait4(2) reports of an ended child, and adds to its parent's.
  var finalUsage: Usage {
    var sum = times.ofEndedThreads
    sum += times.ofChildren
    return sum
  }
}
