internal import CMachine
internal import Glibc
internal import HeirloomABI

/// Threads of the kernel's own that serve from outside: the control socket, the folder of modules.
///
/// They have a table of descriptors of their own, so that no guest ever gets a copy of what they open, and so that a file
/// that a guest has closed is closed. They take none of the host's signals.
public enum ServiceThread {
  /// Starts `body` on a thread.
  ///
  /// - Parameter sharingTable: the new thread goes on with the caller's table, for a caller that is a service thread.
  /// - Returns: false where the host has no thread left.
  public static func start(sharingTable: Bool = false, _ body: @escaping @Sendable () -> Void) -> Bool {
    final class Box { let body: @Sendable () -> Void; init(_ body: @escaping @Sendable () -> Void) { self.body = body } }
    let box = Unmanaged.passRetained(Box {
      if !sharingTable { DescriptorLimits.leaveTable() }
      body()
    })
    var all = asynchronousSignals, before = sigset_t(), thread = pthread_t()
    // Before it exists: the new thread inherits the mask.
    pthread_sigmask(SIG_BLOCK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let error = pthread_create(&thread, nil, { argument in
      Unmanaged<Box>.fromOpaque(argument.unsafelyUnwrapped).takeRetainedValue().body()
      return nil
    }, box.toOpaque())
    if error != 0 {
      box.release()
      return false
    }
    pthread_detach(thread)
    return true
  }

  /// All but those that a fault of the thread itself raises: a module's hook may run here.
  private static var asynchronousSignals: sigset_t {
    var set = sigset_t()
    sigfillset(&set)
    for number in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS] { sigdelset(&set, number) }
    return set
  }
}
