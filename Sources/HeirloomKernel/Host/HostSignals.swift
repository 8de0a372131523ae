internal import Glibc
internal import HeirloomABI
internal import HeirloomMachine

/// The host's signals to the host process. Only the thread that waits in `forward` takes them; guests get them as their own.
enum HostSignals {
  /// Wakes the forwarder when the first process has ended; never a guest's business.
  private static let wake: Int32 = 62

  private static let toForeground: Set<Int32> = [SIGINT, SIGQUIT, SIGTSTP, SIGWINCH]
  private static let toFirst: Set<Int32> = [SIGHUP, SIGTERM, SIGUSR1, SIGUSR2, SIGCONT]

  private static var set: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in toForeground.union(toFirst) { sigaddset(&set, number) }
    sigaddset(&set, SIGTTIN)
    sigaddset(&set, SIGTTOU)
    sigaddset(&set, wake)
    return set
  }

  /// To be called before any other thread is started: they inherit the mask.
  static func block() {
    var set = set
    pthread_sigmask(SIG_BLOCK, &set, nil)
    Glibc.signal(SIGPIPE, SIG_IGN)
  }

  /// Passes signals on until the first process has ended.
  static func forward(to kernel: Kernel) -> ExitStatus {
    var set = set
    while true {
      if let status = kernel.hasEnded { return status }
      var number: Int32 = 0
      guard sigwait(&set, &number) == 0 else { continue }
      if toForeground.contains(number) {
        for process in kernel.members(ofGroup: kernel.foregroundGroup) { process.send(number, .kernel) }
      } else if toFirst.contains(number), let first = kernel.first {
        first.send(number, .kernel)
      }
    }
  }

  static func wakeForwarder() { Glibc.kill(HostThread.processID, wake) }

  static func stopHost() { Glibc.kill(HostThread.processID, SIGSTOP) }
}
