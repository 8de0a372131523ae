internal import CHeirloom
internal import CMachine
internal import HeirloomABI
internal import HeirloomMachine
internal import Synchronization

/// What clone(2) takes, whichever way it was called.
struct CloneRequest {
  var flags: UInt64
  var exitSignal: Int32
  /// 0: the child goes on with the parent's stack pointer.
  var stack: UInt32 = 0
  var parentTID: UInt32 = 0
  var childTID: UInt32 = 0
  /// Where a user_desc stands, for CLONE_SETTLS.
  var tls: UInt32 = 0
}

/// Bits of clone(2).
enum CloneFlag {
  static let vm: UInt64 = 0x100
  static let fs: UInt64 = 0x200
  static let files: UInt64 = 0x400
  static let sighand: UInt64 = 0x800
  static let pidfd: UInt64 = 0x1000
  static let vfork: UInt64 = 0x4000
  static let parent: UInt64 = 0x8000
  static let thread: UInt64 = 0x10000
  static let newNamespaces: UInt64 = 0x7e02_0000 | 0x80
  static let settls: UInt64 = 0x80000
  static let parentSettid: UInt64 = 0x10_0000
  static let childCleartid: UInt64 = 0x20_0000
  static let childSettid: UInt64 = 0x100_0000
  static let clearSighand: UInt64 = 0x1_0000_0000
}

extension Task {
  /// Starts a child or a thread; its id.
  func clone(_ request: CloneRequest) throws(Errno) -> Int32 {
    let flags = request.flags
    func has(_ flag: UInt64) -> Bool { flags & flag != 0 }
    if has(CloneFlag.thread) && !has(CloneFlag.sighand) || has(CloneFlag.sighand) && !has(CloneFlag.vm) { throw .EINVAL }
    // Namespaces are the host's business, and a guest has no privilege there.
    if has(CloneFlag.newNamespaces) { throw .EPERM }
    if has(CloneFlag.pidfd) { throw .EINVAL }

    let parentMemory = has(CloneFlag.vm) ? nil : process.memory
    parentMemory?.beginFork()
    defer { parentMemory?.endFork() }
    let child = try makeChild(request)
    do throws(Errno) {
      try child.setUp(from: self, request)
    } catch {
      kernel.forget(child)
      throw error
    }
    let id = child.id
    if has(CloneFlag.parentSettid) { try? memory.store(id, at: UserPointer(request.parentTID)) }
    if has(CloneFlag.vfork) { child.vforkParent = VforkWait() }
    let vfork = child.vforkParent
    if has(CloneFlag.files) && !has(CloneFlag.thread) {
      child.sharesFiles = true
      sharesFiles = true
      child.process.descriptors.isShared = true
      process.descriptors.isShared = true
    }
    child.attachments.inherit(attachments)
    if child.process !== process {
      child.process.attachments.inherit(process.attachments)
      child.process.writesCode.store(process.writesCode.load(ordering: .relaxed), ordering: .relaxed)
      // Another thread might have opened one that is not noted yet.
      if kernel.otherTasks(of: self).isEmpty {
        process.settleDescriptors()
        child.process.descriptors.inherit(process.descriptors)
      }
    }
    do throws(Errno) {
      try child.start(sharingFiles: has(CloneFlag.files), creator: self)
    } catch {
      child.attachments.end()
      if child.process !== process { child.process.attachments.end() }
      kernel.forget(child)
      throw error
    }
    vfork?.wait()
    return id
  }

  private func makeChild(_ request: CloneRequest) throws(Errno) -> Task {
    let flags = request.flags
    if flags & CloneFlag.thread != 0 { return try kernel.addThread(to: process) }
    let memory = flags & CloneFlag.vm != 0 ? process.memory : try process.memory.copy()
    let files: FileSystemState
    if flags & CloneFlag.fs != 0 {
      files = process.files
    } else {
      files = flags & CloneFlag.files != 0 ? try process.files.copySharingDescriptors() : process.files.copy()
    }
    let signals = ProcessSignals(
      handlers: flags & CloneFlag.sighand != 0 ? process.signals.handlers : process.signals.handlers.copy())
    if flags & CloneFlag.clearSighand != 0 { signals.handlers.clear() }
    return try kernel.addProcess(
      parent: flags & CloneFlag.parent != 0 ? process.parent : process, like: process, memory: memory, files: files,
      signals: signals, exitSignal: request.exitSignal)
  }

  /// The child's state before its first instruction. Runs on the creator's thread.
  private func setUp(from parent: Task, _ request: CloneRequest) throws(Errno) {
    processor.copyState(of: parent.processor)
    registers.pointee.eax = 0
    registers.pointee.orig_eax = UInt32.max
    if request.stack != 0 { registers.pointee.esp = request.stack }
    if request.flags & CloneFlag.settls != 0 {
      let descriptor = try parent.memory.load(UserPointer(request.tls), as: UserDescriptor.self)
      _ = try setThreadArea(descriptor)
    }
    if request.flags & CloneFlag.childCleartid != 0 { clearChildTID = request.childTID }
    if request.flags & CloneFlag.childSettid != 0 { try? memory.store(id, at: UserPointer(request.childTID)) }
    signals.mask = parent.signals.mask
    // A thread starts without its creator's alternate stack; a forked child, and a vforked one, has it (sigaltstack(2)).
    if request.flags & (CloneFlag.vm | CloneFlag.vfork) != CloneFlag.vm {
      signals.alternateStack = parent.signals.alternateStack
    }
    block.pointee.current.comm = parent.block.pointee.current.comm
    hasNoNewPrivileges = parent.hasNoNewPrivileges
    kernel.tables.inherit(self, from: parent, isThread: request.flags & CloneFlag.thread != 0)
    followTrace(of: parent)
  }

  /// Starts the host thread, and returns when it has the table of descriptors that it shall have.
  private func start(sharingFiles: Bool, creator: Task) throws(Errno) {
    let task = self
    if sharingFiles { return try HostThread.start(on: stack) { task.runUntilExit() } }
    let ready = Gate()
    if creator.mayLeaveTable {
      // The copy is made here, where nobody has to wait for it: the child keeps the table, and the creator has the copy.
      try HostThread.start(on: stack) {
        ready.wait()
        task.runUntilExit()
      }
      DescriptorLimits.unshareTable()
      ready.open()
    } else {
      try HostThread.start(on: stack) {
        DescriptorLimits.unshareTable()
        ready.open()
        task.runUntilExit()
      }
      ready.wait()
    }
  }

  /// Whether this thread may go on with a copy of its table of descriptors and leave the table to another process: nobody else
  /// here uses it, and no record locks belong to it (fcntl(2)).
  private var mayLeaveTable: Bool {
    !sharesFiles && !process.hasRecordLocks && kernel.otherTasks(of: self).isEmpty
  }
}

/// What one thread opens once, and others wait for.
private final class Gate: @unchecked Sendable {
  private let queue = WaitQueue()

  /// The queue's first ticket is 0.
  func wait() { queue.waitUninterruptibly(0) }
  func open() { queue.notify() }
}

/// A parent's wait for its vforked child to give the memory back.
final class VforkWait: @unchecked Sendable {
  private let queue = WaitQueue()
  private let lock = Lock()
  private var isOver = false

  func wait() {
    while true {
      let ticket = queue.ticket
      if lock.withLock({ isOver }) { return }
      queue.waitUninterruptibly(ticket)
    }
  }

  func finish() {
    lock.withLock { isOver = true }
    queue.notify()
  }
}
