internal import HeirloomABI
internal import Synchronization

/// How a process ended, as wait4(2) reports it.
public enum ExitStatus: Sendable, Equatable {
  case exited(Int32)
  case signaled(Int32, core: Bool = false)

  /// The status word of wait4(2).
  public var word: Int32 {
    switch self {
    case .exited(let code): (code & 0xff) << 8
    case .signaled(let signal, let core): signal | (core ? 0x80 : 0)
    }
  }

  /// As a shell reports it: 128 and the signal's number where a signal ended it.
  public var shellCode: Int32 {
    switch self {
    case .exited(let code): code & 0xff
    case .signaled(let signal, _): 128 + signal
    }
  }
}

/// A guest process: what its threads share.
public final class Process: @unchecked Sendable {
  public let id: Int32
  public unowned let kernel: Kernel

  /// Replaced by execve. Threads of other processes may share it (vfork, clone with CLONE_VM).
  public internal(set) var memory: AddressSpace
  /// Working directory, root and umask; shared where clone was given CLONE_FS.
  var files: FileSystemState
  /// Who it is. Its own threads and others' may ask while one of them changes it.
  var credentials: Credentials {
    get { credentialsLock.withLock { guardedCredentials } }
    set { credentialsLock.withLock { guardedCredentials = newValue } }
  }
  private var guardedCredentials: Credentials
  // Single numbers of them are words, which are read whole: without the lock.
  @inline(__always) public var uid: UInt32 { guardedCredentials.uid }
  @inline(__always) public var euid: UInt32 { guardedCredentials.euid }
  @inline(__always) public var gid: UInt32 { guardedCredentials.gid }
  @inline(__always) public var egid: UInt32 { guardedCredentials.egid }
  /// Behind every other lock in the lock order.
  private let credentialsLock = Lock()
  var limits = ResourceLimits.initial
  /// It has asked for record locks, or for notice of changed directories, which the host ties to its table of descriptors.
  var hasRecordLocks = false
  /// Kept for who asks (prctl(2), PR_SET_DUMPABLE): no core is ever written.
  var isDumpable = true
  var descriptors = DescriptorSet()
  /// It may have a file open for writing that guests run code of.
  let writesCode = Atomic<Bool>(false)
  /// Processor time of its ended threads and children.
  let times = ProcessTimes()
  /// By the host's monotonic clock, in nanoseconds.
  let startTime = monotonicTime()
  /// Absolute path of the running program, for /proc/self/exe.
  var executable: [UInt8] = []
  var arguments: [[UInt8]] = []

  /// The parent's id, for getppid; 1, init's, where the kernel itself is the parent.
  var parentID: Int32 = 1
  /// The process tree's fields. Guarded by `Kernel.treeLock`.
  var family = Family()
  /// Called on its last thread when it has ended and its descriptors are closed. Set before it runs.
  var whenEnded: (@Sendable (ExitStatus) -> Void)?
  /// Why the process is ending, once it is. Guarded by the signals' lock.
  var ending: ExitStatus?
  /// A child has changed its state; a task has ended; a stop is over.
  let childEvents = WaitQueue()
  let taskEvents = WaitQueue()
  let stopEvents = WaitQueue()
  /// What modules keep of this process.
  public let attachments = Attachments()
  /// Signal handlers and signals sent to the process; see Signals/.
  let signals: ProcessSignals
  /// What rules with a chance draw from.
  let dice: Dice

  init(id: Int32, kernel: Kernel, memory: AddressSpace, files: FileSystemState, credentials: Credentials,
       signals: ProcessSignals, dice: Dice) {
    self.id = id
    self.kernel = kernel
    self.memory = memory
    self.files = files
    guardedCredentials = credentials
    self.signals = signals
    self.dice = dice
  }
}

extension Process {
  enum State { case running, zombie(ExitStatus) }

  struct Family {
    weak var parent: Process?
    var children: [Process] = []
    var group: Int32 = 0
    var session: Int32 = 0
    var tasks: [Task] = []
    var state = State.running
    /// What the parent is sent at exit; 0: nothing.
    var exitSignal: Int32 = 0
    /// A stop, or a continuation, that the parent has not waited for yet.
    var unreportedStop: Int32?
    var unreportedContinue = false
    /// Takes in the orphans among its descendants (PR_SET_CHILD_SUBREAPER).
    var isSubreaper = false
  }
}
