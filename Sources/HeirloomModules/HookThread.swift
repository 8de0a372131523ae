internal import CMachine
internal import Glibc
internal import HeirloomABI
internal import HeirloomKernel

/// The kernel's own thread for modules' hooks: whoever asks for a module, its hooks run with the kernel's descriptors, as
/// the kernel's task, on a stack that ends at a guard page.
final class HookThread: @unchecked Sendable {
  private static let alternateStackSize = 64 << 10

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// Guarded by the mutex.
  private var job: (() -> Void)?
  private var isDone = true
  private var stay: UnsafeMutablePointer<heirloom_stay>?
  private var thread: Int32 = 0

  /// - Throws: where the host has no thread left.
  init() throws(ModuleError) {
    pthread_mutex_init(mutex, nil)
    var clock = pthread_condattr_t()
    pthread_condattr_init(&clock)
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &clock)
    // It lives as long as the process.
    guard ServiceThread.start({ self.serve() }) else { throw ModuleError(.EAGAIN, "the host has no thread for modules' hooks") }
  }

  private func serve() -> Never {
    // To be thrown out of a hook.
    var own = sigset_t()
    sigemptyset(&own)
    sigaddset(&own, heirloom_interruption_signal())
    pthread_sigmask(SIG_UNBLOCK, &own, nil)
    var alternate = stack_t()
    alternate.ss_sp = .allocate(byteCount: Self.alternateStackSize, alignment: 16)
    alternate.ss_size = Self.alternateStackSize
    sigaltstack(&alternate, nil)
    heirloom_stack_is_threads()
    pthread_mutex_lock(mutex)
    stay = heirloom_this_stay()
    thread = Int32(heirloom_host_call(186, 0, 0, 0, 0, 0, 0))  // gettid
    while true {
      while job == nil { pthread_cond_wait(condition, mutex) }
      let work = job.unsafelyUnwrapped
      job = nil
      stay?.pointee.expel = 0
      pthread_mutex_unlock(mutex)
      work()
      pthread_mutex_lock(mutex)
      isDone = true
      pthread_cond_broadcast(condition)
    }
  }

  /// Runs `body` there and waits for it. One caller at a time.
  ///
  /// - Parameters:
  ///   - patience: asked every now and then; once it says false, `body` is thrown out of the module that it is in.
  /// - Returns: false where it could not even be thrown out. The thread is lost then, and runs on.
  func run(while patience: () -> Bool, _ body: @escaping @Sendable () -> Void) -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    job = body
    isDone = false
    pthread_cond_broadcast(condition)
    var expulsions = 0
    while !isDone {
      if !waitBriefly(), !patience() {
        expulsions += 1
        // Two seconds: a loop through the C library is seldom met in the module's own code.
        if expulsions > 100 { return false }
        if let stay { heirloom_expel(stay, thread) }
      }
    }
    return true
  }

  /// - Returns: whether somebody has called.
  private func waitBriefly() -> Bool {
    var end = timespec()
    clock_gettime(CLOCK_MONOTONIC, &end)
    end.tv_nsec += 20_000_000
    if end.tv_nsec >= 1_000_000_000 { (end.tv_sec, end.tv_nsec) = (end.tv_sec + 1, end.tv_nsec - 1_000_000_000) }
    return pthread_cond_timedwait(condition, mutex, &end) == 0
  }
}
