internal import Glibc
internal import HeirloomABI
internal import HeirloomKernel
internal import Synchronization

/// Names handlers and hooks that do not return, and throws tasks that are being killed out of them.
final class Watchdog: Sendable {
  /// Between two looks, in nanoseconds.
  private static let interval: UInt64 = 250_000_000
  /// While a task that is being killed does not leave.
  private static let insistentInterval: UInt64 = 10_000_000
  /// How long one that is being killed may take to leave by itself.
  private static let grace: UInt64 = 1_000_000_000

  private struct Watched {
    let since: UInt64
    var isReported = false
    /// Since when it is being killed.
    var dyingSince: UInt64?
  }

  private let loader: ModuleLoader

  init(_ loader: ModuleLoader) { self.loader = loader }

  /// Goes on as long as the process.
  func run() -> Never {
    var watched: [ObjectIdentifier: Watched] = [:]
    while true {
      let now = monotonicTime()
      let hasStubborn = look(&watched, now)
      reportHook(now)
      loader.tidyIfIdle()
      usleep(UInt32((hasStubborn ? Self.insistentInterval : Self.interval) / 1000))
    }
  }

  /// - Returns: whether a task that is being killed stays where it is.
  private func look(_ watched: inout [ObjectIdentifier: Watched], _ now: UInt64) -> Bool {
    var found: [ObjectIdentifier: Watched] = [:]
    var hasStubborn = false
    for stay in loader.kernel.moduleStays {
      let key = ObjectIdentifier(stay.task)
      var entry = (stay.wasSeen ? watched[key] : nil) ?? Watched(since: now)
      if stay.task.isDying {
        let since = entry.dyingSince ?? now
        entry.dyingSince = since
        if now - since >= Self.grace {
          hasStubborn = true
          loader.kernel.expel(stay.task)
        }
      }
      if !entry.isReported, !stay.isInKernel, now - entry.since >= loader.watchdogDelay {
        entry.isReported = true
        report(stay, now - entry.since)
      }
      found[key] = entry
    }
    watched = found
    return hasStubborn
  }

  private func report(_ stay: ModuleStay, _ time: UInt64) {
    for module in loader.all {
      guard let handler = module.handler(of: stay.entry) else { continue }
      let name = ModuleSymbols.name(of: handler, module)
      log(module, "handler \(name)", time, ", called by pid \(stay.task.process.id) (\(stay.task.name))")
    }
  }

  private func reportHook(_ now: UInt64) {
    let hook = loader.lists.withLock { lists -> RunningHook? in
      guard let hook = lists.hook, !hook.isReported, now >= hook.since + loader.watchdogDelay else { return nil }
      lists.hook?.isReported = true
      return hook
    }
    if let hook { log(hook.module, hook.what, now - hook.since, "") }
  }

  private func log(_ module: Module, _ what: String, _ time: UInt64, _ caller: String) {
    loader.kernel.log.write(
      .error, "watchdog: module \(module.name): \(what) has not returned for \(time / 1_000_000_000) s\(caller)")
  }
}
