internal import CHeirloom
internal import CMachine
internal import HeirloomABI
internal import HeirloomMachine

/// What dispatch reads of a task, in one place and without reference counting. The processor's `kernel` field points to it.
struct TaskBlock {
  /// First, so that `current` in a module is this very address.
  var current: task_struct
  var task: Unmanaged<Task>
  /// `DefaultTable.slots`.
  var defaults: UnsafePointer<heirloom_handler>
  /// The process's `Dice.state`.
  var dice: UnsafeMutablePointer<UInt64>
  /// See `TaskIndices`.
  var index: Int
  var nesting = Nesting()
  /// Who has served the present call, where that is watched.
  var trace: UnsafeMutablePointer<TraceNote>?
}

/// One guest thread, which is one host thread with a kernel stack of its own.
public final class Task: @unchecked Sendable {
  /// The thread's id, as gettid(2) gives it. Changes only when a thread that is not the first one calls execve.
  public internal(set) var id: Int32
  public let process: Process
  public unowned let kernel: Kernel
  let processor: Processor
  let block: UnsafeMutablePointer<TaskBlock>
  let stack: KernelStack
  /// The host thread, once it runs.
  var hostThread: Int32 = 0

  /// What only this task's signals are about; see Signals/.
  var signals = TaskSignals()
  /// Where to write 0 and wake a futex when the thread ends (set_tid_address(2)); 0: nowhere.
  var clearChildTID: UInt32 = 0
  /// get_robust_list(2): the list's head in guest memory.
  var robustList: UInt32 = 0
  /// Whether the thread goes on after what it is doing now, and what it ends with.
  var hasNotEnded = true
  var exitStatus = ExitStatus.exited(0)
  /// The parent that waits for this vforked child to leave its memory.
  var vforkParent: VforkWait?
  /// Another process uses the same table of descriptors (clone with CLONE_FILES).
  var sharesFiles = false
  /// The system call that `restart_syscall` goes on with.
  var restart: (@Sendable (Task) throws(Errno) -> Int32)?
  /// What modules keep of this thread.
  public let attachments = Attachments()
  /// The table that this task uses. The registry's, which keeps `block.current` in step.
  var binding = TableBinding()
  /// What it is sent when the parent has ended; 0: nothing (prctl(2), PR_SET_PDEATHSIG).
  var parentDeathSignal: Int32 = 0
  /// execve grants no rights that the task has not (prctl(2), PR_SET_NO_NEW_PRIVS).
  var hasNoNewPrivileges = false

  init(id: Int32, process: Process, kernel: Kernel) throws(Errno) {
    self.id = id
    self.process = process
    self.kernel = kernel
    stack = try KernelStack.take()
    block = .allocate(capacity: 1)
    processor = try Processor(storage: stack.processorStorage, window: process.memory.window)
    block.initialize(
      to: TaskBlock(
        current: task_struct(), task: Unmanaged.passUnretained(self), defaults: DefaultTable.slots,
        dice: process.dice.state, index: kernel.taskIndices.take()))
    block.pointee.current.syscall_table = TableHeads.none.directory
    block.pointee.current.pid = id
    block.pointee.current.tgid = process.id
    processor.state.pointee.kernel = UnsafeMutableRawPointer(block)
    processor.state.pointee.gate = systemCallGate
  }

  deinit {
    kernel.taskIndices.giveBack(block.pointee.index)
    block.pointee.nesting.deallocate()
    block.deinitialize(count: 1)
    block.deallocate()
  }

  /// The guest's memory.
  @inline(__always) var memory: UserMemory { UserMemory(process.memory) }

  /// The guest's registers as SAVE_ALL left them.
  var registers: UnsafeMutablePointer<pt_regs> {
    UnsafeMutableRawPointer(processor.state).assumingMemoryBound(to: pt_regs.self)
  }
}

extension Task {
  /// Waiting in `processor.state.interrupt`: what the task has to look at before it goes back to guest code.
  enum Work {
    /// A signal may be deliverable, or the process stops.
    static let signal: UInt32 = 1
    /// The task is to end (exit_group or execve of another thread, a fatal signal).
    static let exit: UInt32 = 2
    /// Its translations have changed.
    static let machine: UInt32 = 4
    /// A call that has just been ended early starts anew: the module that served it is leaving.
    static let startAnew: UInt32 = 8
  }
}
