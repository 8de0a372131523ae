internal import Glibc
internal import HeirloomABI
internal import HeirloomMachine

/// The host's signals to the host process. Only the thread that waits in `forward` takes them; guests get them as their own.
enum HostSignals {
  /// Wakes the forwarder when the first process has ended; never a guest's business.
  private static let wake: Int32 = 62

  private static let toForeground: [Int32] = [SIGINT, SIGQUIT, SIGTSTP, SIGWINCH]
  private static let toFirst: [Int32] = [SIGHUP, SIGTERM, SIGUSR1, SIGUSR2, SIGCONT]

  private static var set: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in toForeground + toFirst { sigaddset(&set, number) }
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

  /// For a guest's thread that a service thread starts, which takes no signal at all.
  static func adoptMask() {
    var set = set
    pthread_sigmask(SIG_SETMASK, &set, nil)
  }

  /// Passes signals on until the first process has ended.
  ///
  /// - Parameter afterAWhile: called once, when that has taken 10 ms.
  static func forward(to kernel: Kernel, _ afterAWhile: () -> Void = {}) -> ExitStatus {
    var set = set
    var isSoon = true
    var aWhile = timespec(tv_sec: 0, tv_nsec: 10_000_000)
    while true {
      if let status = kernel.hasEnded { return status }
      let number = isSoon ? sigtimedwait(&set, nil, &aWhile) : sigwaitinfo(&set, nil)
      if isSoon && number < 0 && errno == EAGAIN {
        isSoon = false
        afterAWhile()
      }
      guard number > 0 else { continue }
      if toForeground.contains(number) {
        kernel.signalForeground(ofSession: nil, number)
      } else if let first = kernel.first {
        // A shell's fg continues the whole job.
        if number == SIGCONT { kernel.signalForeground(ofSession: nil, number) }
        if toFirst.contains(number) { first.send(number, .kernel) }
      }
      if kernel.first == nil {
        if number == SIGINT || number == SIGTERM || number == SIGHUP { kernel.shutDown(grace: Kernel.usualGrace) }
        if number == SIGTSTP { stopHost() }
      }
    }
  }

  static func wakeForwarder() { Glibc.kill(HostThread.processID, wake) }

  static func stopHost() { Glibc.kill(HostThread.processID, SIGSTOP) }
}
