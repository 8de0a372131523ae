internal import CHeirloom
internal import HeirloomABI
internal import HeirloomMachine

/// The process tree. Every field of `Process.Family` is read and written under `treeLock`.
extension Kernel {
  private func newID() throws(Errno) -> Int32 {
    started += 1
    let limit: Int32 = 32768
    for _ in 0..<limit {
      lastID = lastID + 1 < limit ? lastID + 1 : 2
      if tasks[lastID] == nil, processes[lastID] == nil, !isGroupOrSession(lastID) { return lastID }
    }
    throw .EAGAIN
  }

  private func isGroupOrSession(_ id: Int32) -> Bool {
    processes.values.contains { $0.family.group == id || $0.family.session == id }
  }

  func addProcess(
    parent: Process?, like model: Process?, memory: AddressSpace, files: FileSystemState, signals: ProcessSignals,
    exitSignal: Int32
  ) throws(Errno) -> Task {
    try treeLock.withLock { () throws(Errno) in
      let id = try newID()
      let process = Process(
        id: id, kernel: self, memory: memory, files: files,
        credentials: model?.credentials ?? options.credentials ?? Credentials.ofHostUser(), signals: signals,
        dice: model?.dice.derived() ?? Dice(seed: options.seed))
      if let model { process.limits = model.limits }
      process.executable = model?.executable ?? []
      process.isDumpable = model?.isDumpable ?? true
      process.arguments = model?.arguments ?? []
      process.family.parent = parent
      process.parentID = parent?.id ?? 1
      process.family.group = model?.family.group ?? id
      process.family.session = model?.family.session ?? id
      process.family.exitSignal = exitSignal
      let task = try Task(id: id, process: process, kernel: self)
      process.family.tasks = [task]
      parent?.family.children.append(process)
      processes[id] = process
      tasks[id] = task
      return task
    }
  }

  func addThread(to process: Process) throws(Errno) -> Task {
    try treeLock.withLock { () throws(Errno) in
      if process.isEnding { throw .EAGAIN }
      let id = try newID()
      let task = try Task(id: id, process: process, kernel: self)
      process.family.tasks.append(task)
      tasks[id] = task
      return task
    }
  }

  /// Undoes `addProcess` or `addThread` for a task that never ran.
  func forget(_ task: Task) {
    tables.end(task)
    treeLock.withLock {
      tasks[task.id] = nil
      let process = task.process
      process.family.tasks.removeAll { $0 === task }
      if process.family.tasks.isEmpty {
        processes[process.id] = nil
        process.family.parent?.family.children.removeAll { $0 === process }
      }
    }
    task.stack.discard()
  }

  func otherTasks(of task: Task) -> [Task] {
    treeLock.withLock { task.process.family.tasks.filter { $0 !== task } }
  }

  /// execve by a thread that is not the first: it takes over the process's id.
  func becomeLeader(_ task: Task) {
    treeLock.withLock {
      guard task.id != task.process.id else { return }
      tasks[task.id] = nil
      task.id = task.process.id
      task.block.pointee.current.pid = task.id
      tasks[task.id] = task
    }
  }

  public func task(_ id: Int32) -> Task? { treeLock.withLock { tasks[id] } }
  public func process(_ id: Int32) -> Process? { treeLock.withLock { processes[id] } }

  /// Takes an ended task out of the tree; with the last one its process becomes a zombie, or is gone where nobody waits.
  func remove(_ task: Task) {
    let process = task.process
    let isLast = treeLock.withLock {
      process.family.tasks.removeAll { $0 === task }
      // The first thread's id stays the process's until that is reaped.
      if task.id != process.id { tasks[task.id] = nil }
      return process.family.tasks.isEmpty
    }
    process.taskEvents.notify()
    guard isLast else { return }
    process.attachments.end()
    let status = process.endStatus ?? task.exitStatus
    // A zombie keeps no memory. What nobody shows any more goes back to the host by a descriptor of the kernel's in this table.
    // The first process's goes with the host process, all at once.
    if process !== first { process.memory = noMemory }
    // Pipes report their end and locks are released before anyone can have waited for the process.
    if task.sharesFiles { process.files.release() } else { DescriptorLimits.closeTable(process.notedDescriptors) }
    process.signals.timers.cancel()
    // Before they can see that they have another parent.
    for child in treeLock.withLock({ process.family.children }) {
      for task in treeLock.withLock({ child.family.tasks }) where task.parentDeathSignal != 0 {
        child.send(task.parentDeathSignal, .user(process))
      }
    }
    let orphans = treeLock.withLock { () -> [Process] in
      tasks[process.id] = nil
      process.family.state = .zombie(status)
      let orphans = process.family.children
      process.family.children = []
      var heir = process.family.parent
      while let candidate = heir, candidate.isZombie || !candidate.family.isSubreaper { heir = candidate.family.parent }
      for child in orphans {
        child.family.parent = heir
        child.parentID = heir?.id ?? 1
      }
      heir?.family.children += orphans
      return orphans
    }
    for orphan in orphans {
      if let heir = orphan.parent { heir.childEvents.notify() } else { reapIfInit(orphan) }
    }
    hangUpSession(of: process)
    notifyParent(of: process, status)
    process.whenEnded?(status)
  }

  /// A zombie whose parent is the kernel itself has nobody to wait for it.
  private func reapIfInit(_ process: Process) {
    treeLock.withLock {
      if case .zombie = process.family.state, process.family.parent == nil { processes[process.id] = nil }
    }
  }

  private func notifyParent(of process: Process, _ status: ExitStatus) {
    guard let parent = process.parent else {
      reapIfInit(process)
      return
    }
    let signal = process.family.exitSignal
    let child = parent.signals.handlers.action(for: Signal.child)
    // POSIX: a parent that ignores SIGCHLD gets no zombies.
    if signal == Signal.child, child.handler == SignalAction.ignore || child.flags & SignalAction.noChildWait != 0 {
      treeLock.withLock {
        processes[process.id] = nil
        parent.family.children.removeAll { $0 === process }
      }
    }
    if signal != 0 { parent.send(signal, .childExited(process, status)) }
    parent.childEvents.notify()
  }

  /// The death of a session's leader hangs up its foreground group (setsid(2), "The session leader").
  private func hangUpSession(of process: Process) {
    guard process.family.session == process.id, process !== first, let terminal = terminal(ofSession: process.id) else {
      return
    }
    let group = dropTerminal(ofSession: process.id)
    // What was started by a command at the control socket is a job there: its background work outlives it.
    guard terminal.whenStopped == nil, let group else { return }
    for member in members(ofGroup: group) where member !== process { member.send(Signal.hangup, .kernel) }
  }

  func members(ofGroup group: Int32) -> [Process] {
    treeLock.withLock { processes.values.filter { $0.family.group == group && !$0.isZombie } }
  }

  var allProcesses: [Process] { treeLock.withLock { processes.values.filter { !$0.isZombie } } }
}

extension Process {
  /// nil where the kernel itself is the parent, as init is.
  public var parent: Process? { kernel.treeLock.withLock { family.parent } }

  var isZombie: Bool {
    if case .zombie = family.state { true } else { false }
  }

  /// Why the process is ending, once it is.
  var endStatus: ExitStatus? { signals.lock.withLock { ending } }
  var isEnding: Bool { endStatus != nil }

  /// Marks the process as ending and calls its threads; the first reason counts.
  func beginEnd(_ status: ExitStatus) {
    signals.lock.withLock { if ending == nil { ending = status } }
    for task in kernel.treeLock.withLock({ family.tasks }) { task.interrupt(Task.Work.exit) }
    stopEvents.notify()
  }
}
