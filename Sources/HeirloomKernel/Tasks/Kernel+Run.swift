internal import HeirloomABI

extension Kernel {
  /// Runs a program as the first guest process and waits until it has ended. Other guests end with the kernel's process.
  ///
  /// - Parameter afterAWhile: called once, on the calling thread, when the program has run for 10 ms and has not ended: what a
  ///   small run shall not pay for.
  /// - Throws: `StartError` with a message for the user.
  public func run(_ program: StartRequest, afterAWhile: () -> Void = {}) throws(StartError) -> ExitStatus {
    HostSignals.block()
    try start(program) { [self] in finish($0) }
    return HostSignals.forward(to: self, afterAWhile)
  }

  /// Closes what the calling thread holds of the first program's files, all but standard error: where the program closes its
  /// own, whoever is at the other end of a pipe is to see that. For who calls `run`, while the program runs.
  public func leaveFiles() {
    DescriptorLimits.leaveTable(keepsErrors: true)
    first?.files.closeHere()
  }

  /// Runs without a program of its own until `shutDown`, SIGINT or SIGTERM; SIGTSTP stops the host process.
  public func serve() {
    HostSignals.block()
    _ = HostSignals.forward(to: self)
  }

  /// The kernel's work is done: its first process has ended, or it is shut down.
  func finish(_ status: ExitStatus) {
    treeLock.withLock { if endStatus == nil { endStatus = status } }
    HostSignals.wakeForwarder()
  }

  var hasEnded: ExitStatus? { treeLock.withLock { endStatus } }

  /// What guests get between SIGTERM and SIGKILL, in nanoseconds.
  public static let usualGrace: UInt64 = 2_000_000_000

  /// Ends all guests, with SIGTERM and then with SIGKILL, and then `run` or `serve`. Returns when no guest is left, or none
  /// that SIGKILL can end.
  ///
  /// - Parameter grace: nanoseconds between the two.
  public func shutDown(grace: UInt64) {
    log.write(.notice, "shutting down")
    for (signal, time) in [(Signal.terminate, grace), (Signal.kill, 1_000_000_000)] {
      let end = monotonicTime() + time
      for process in allProcesses {
        process.send(signal, .kernel)
        // A stopped one could not end.
        if signal == Signal.terminate { process.send(Signal.continue, .kernel) }
      }
      while !allProcesses.isEmpty, monotonicTime() < end {
        let pause = (seconds: 0, nanoseconds: 2_000_000)
        _ = try? Host.withAddress(of: pause) { (pause) throws(Errno) in try Host.call(.nanosleep, pause, 0) }
      }
    }
    finish(.exited(0))
  }
}
