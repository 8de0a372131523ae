internal import CMachine
internal import Glibc
internal import HeirloomKernel

/// The kernel's own thread for modules' hooks: whoever asks for a module, its hooks run with the kernel's descriptors, as
/// the kernel's task, on a stack that ends at a guard page.
final class HookThread: @unchecked Sendable {
  private static let stackSize = 1 << 20
  private static let guardSize = 64 << 10
  private static let alternateStackSize = 64 << 10

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// Guarded by the mutex.
  private var job: (() -> Void)?
  private var isDone = true
  private var stay: UnsafeMutablePointer<heirloom_stay>?
  private var thread: Int32 = 0

  /// Starts it. To be called by one of the kernel's threads: the new one shares its descriptors.
  init() {
    pthread_mutex_init(mutex, nil)
    var clock = pthread_condattr_t()
    pthread_condattr_init(&clock)
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &clock)
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setstacksize(&attributes, Self.stackSize)
    pthread_attr_setguardsize(&attributes, Self.guardSize)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    var new = pthread_t()
    // It lives as long as the process.
    let error = pthread_create(&new, &attributes, { argument in
      Unmanaged<HookThread>.fromOpaque(argument.unsafelyUnwrapped).takeRetainedValue().serve()
    }, Unmanaged.passRetained(self).toOpaque())
    precondition(error == 0, "the host has no thread left for the kernel")
    pthread_attr_destroy(&attributes)
  }

  private func serve() -> Never {
    takeFaultsOnly()
    var alternate = stack_t()
    alternate.ss_sp = .allocate(byteCount: Self.alternateStackSize, alignment: 16)
    alternate.ss_size = Self.alternateStackSize
    sigaltstack(&alternate, nil)
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

  /// The host's signals to the process are another thread's business.
  private func takeFaultsOnly() {
    var blocked = sigset_t()
    sigfillset(&blocked)
    for number in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, heirloom_interruption_signal()] {
      sigdelset(&blocked, number)
    }
    pthread_sigmask(SIG_SETMASK, &blocked, nil)
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
