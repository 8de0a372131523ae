internal import CMachine
internal import Glibc
internal import HeirloomABI

/// A host thread on a stack of ours.
enum HostThread {
  /// Starts `body` on a new thread whose stack is `stack`. The stack is the thread's until that has ended.
  static func start(on stack: KernelStack, _ body: @escaping @Sendable () -> Void) throws(Errno) {
    final class Box { let body: @Sendable () -> Void; init(_ body: @escaping @Sendable () -> Void) { self.body = body } }
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstack(&attributes, stack.threadStack, stack.threadStackSize)
    // The thread notes itself: its creator would come too late where it has ended and its stack is another's by then.
    let box = Unmanaged.passRetained(Box {
      stack.thread = pthread_self()
      body()
    })
    var thread = pthread_t()
    let error = pthread_create(&thread, &attributes, { argument in
      Unmanaged<Box>.fromOpaque(argument.unsafelyUnwrapped).takeRetainedValue().body()
      return nil
    }, box.toOpaque())
    guard error == 0 else {
      box.release()
      throw Errno(error)
    }
  }

  /// Whether a thread has ended; its resources are the caller's again.
  static func hasEnded(_ thread: pthread_t) -> Bool { heirloom_thread_has_ended(thread) != 0 }

  /// The host process.
  static let processID = getpid()

  /// The calling thread's host id.
  static var currentID: Int32 { Int32(heirloom_host_call(HostCall.gettid.rawValue, 0, 0, 0, 0, 0, 0)) }
}
