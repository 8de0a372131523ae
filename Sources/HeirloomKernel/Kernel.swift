public import HeirloomABI
internal import HeirloomMachine
public import Synchronization

/// What a kernel is started with.
public struct KernelOptions: Sendable {
  /// The guests' root directory; "/" is the host's own tree.
  public var root = "/"
  /// Who the first process is; nil: the host's user. Where the host does not let the process be that, files are opened with
  /// the host user's rights.
  public var credentials: Credentials?
  /// uname's release.
  public var release = "6.1.0-heirloom"
  /// Where kernel messages go; -1: only into the log.
  public var console: Int32 = -1
  /// Bytes of translated code that are kept at most; nil: 256 MiB.
  public var codeCache: Int?
  public var consoleLevel = KernelLog.Level.info
  /// Where the random numbers of rules with a chance begin.
  public var seed: UInt64 = 0
  /// Privileged guests may load and unload modules, which run as the kernel itself.
  public var allowsGuestModules = false
  public init() {}
}

/// The emulated kernel. One host process holds one, with all its guests.
///
/// Lock order: `treeLock`, then a process's signals, then an address space, then the registry, then the log.
public final class Kernel: @unchecked Sendable {
  public let options: KernelOptions
  public let log = KernelLog()
  /// The system call tables.
  public let tables = TableRegistry()
  let taskIndices = TaskIndices()
  let tracing = Tracing()

  /// Set before the first guest runs.
  public var modules: (any ModuleKeeper)?
  /// A module has been loaded, whose handlers may open descriptors in guests' tables.
  public let hasHadModules = Atomic<Bool>(false)

  /// The process tree and the numbering of tasks; see Tasks/Kernel+Tree.swift.
  let treeLock = Lock()
  var lastID: Int32 = 1
  /// Processes and threads so far.
  var started = 0
  var processes: [Int32: Process] = [:]
  var tasks: [Int32: Task] = [:]
  /// The process that `run` started, with whose end the kernel's work is done.
  var first: Process?
  /// Stands in for the memory of a process that has no program yet, or has ended: nothing is mapped in it.
  let noMemory: AddressSpace
  /// Of `run`, once its work is done.
  var endStatus: ExitStatus?
  /// What sessions of guests are on; the host process's own comes first.
  var terminals: [GuestTerminal] = []

  /// Calls of numbers that the default table lacks.
  private let missing = Mutex([Int: Int]())

  /// The kernel of this host process: what a module's services refer to.
  nonisolated(unsafe) public private(set) static var running: Kernel!

  public init(options: KernelOptions) throws(Errno) {
    precondition(Kernel.running == nil, "one host process holds one kernel")
    self.options = options
    if let bytes = options.codeCache { CodeLibrary.limit(to: bytes) }
    try Processor.setUpHost(callsWithoutHost: DefaultTable.withoutHost)
    noMemory = try AddressSpace()
    Kernel.running = self
    Quiescence.register()
    DescriptorLimits.raise()
    try SnapshotStore.open(hold: DescriptorLimits.moveUp)
    try PageMap.open(hold: DescriptorLimits.moveUp)
    // Held, so that it is the same in every guest's table and no guest can close it.
    if options.console >= 0 { log.attachConsole(try DescriptorLimits.hold(options.console), level: options.consoleLevel) }
  }

  /// How many processes and threads there have been.
  public var startedTasks: Int { treeLock.withLock { started } }

  /// Notes that a guest called a number that nobody serves.
  func countMissing(_ number: Int) {
    missing.withLock { $0[number, default: 0] += 1 }
  }

  /// Guest instructions that have been translated, and how often all translations were dropped for want of room.
  public var translations: (translatedInstructions: Int, flushes: Int) { CodeLibrary.statistics }

  /// Call numbers that guests used and the kernel lacks, with how often, in number order.
  public var missingCalls: [(number: Int, count: Int)] {
    missing.withLock { $0.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } }
  }
}

/// Why a program could not be started.
public struct StartError: Error, CustomStringConvertible, Sendable {
  /// Names the thing and the way out.
  public let description: String
  /// As a shell: 127 where there is no such program, 126 where it cannot run.
  public let exitCode: Int32
  public init(_ description: String, exitCode: Int32) {
    self.description = description
    self.exitCode = exitCode
  }

  /// `what` has failed for the host's reason `error`.
  public init(_ what: String, _ error: Errno, exitCode: Int32) {
    let hint = error == .ENOMEM ? "; is this process's address space limited (ulimit -v)?" : ""
    self.init("\(what): \(error)\(hint)", exitCode: exitCode)
  }
}
