internal import CHeirloom
internal import CMachine
public import HeirloomABI
internal import HeirloomMachine

/// Who watches which tasks. A task that nobody watches has the plain gate, and pays nothing; a watched one has another.
final class Tracing: @unchecked Sendable {
  /// After `Kernel.treeLock` in the lock order, before the registry's.
  private let lock = Lock()
  private var sessions: [TraceSession] = []

  func add(_ session: TraceSession) { lock.withLock { sessions.append(session) } }
  func remove(_ session: TraceSession) { lock.withLock { sessions.removeAll { $0 === session } } }

  func endAll() { for session in lock.withLock({ sessions }) { session.end() } }

  func watches(_ process: Int32) -> Bool { !sessions(watching: process).isEmpty }

  fileprivate func sessions(watching process: Int32) -> [TraceSession] {
    lock.withLock { sessions.filter { $0.processes?.contains(process) ?? true } }
  }

  /// A process has been made: whoever watches its parent watches it.
  func follow(_ child: Int32, of parent: Int32) {
    lock.withLock {
      for session in sessions where session.processes?.contains(parent) ?? false { session.processes?.insert(child) }
    }
  }
}

extension Kernel {
  /// Begins to watch system calls.
  ///
  /// - Parameter processes: ids of processes, whose children are watched too from now on; nil: all.
  /// - Throws: ESRCH for an id that no process has.
  public func trace(_ processes: [Int32]?) throws(Errno) -> TraceSession {
    if let processes {
      guard treeLock.withLock({ processes.allSatisfy { self.processes[$0] != nil } }) else { throw .ESRCH }
    }
    let session = TraceSession(processes: processes.map { Set($0) })
    tracing.add(session)
    chooseGates()
    return session
  }

  /// Ends a session.
  public func endTrace(_ session: TraceSession) {
    tracing.remove(session)
    chooseGates()
  }

  /// Lets all who watch know that the kernel ends.
  public func endTraces() { tracing.endAll() }

  /// Whether any of the processes that a session watches still runs.
  public func isAlive(_ session: TraceSession) -> Bool {
    guard let watched = session.processes else { return true }
    return treeLock.withLock { processes.values.contains { watched.contains($0.id) && !$0.isZombie } }
  }

  private func chooseGates() {
    treeLock.withLock { for task in tasks.values { task.chooseGate() } }
  }
}

extension Task {
  /// Gives the task the gate that it needs, from its next call on.
  func chooseGate() {
    #if Tables
      let gate: @convention(c) (UnsafeMutablePointer<heirloom_cpu>) -> Int32 =
        kernel.tracing.watches(process.id) ? tracedSystemCallGate : systemCallGate
      let place = UnsafeMutableRawPointer(processor.state) + MemoryLayout<heirloom_cpu>.offset(of: \.gate).unsafelyUnwrapped
      heirloom_atomic_store_pointer(
        place.assumingMemoryBound(to: UnsafeMutableRawPointer?.self), unsafeBitCast(gate, to: UnsafeMutableRawPointer.self))
    #endif
  }

  /// The child's part, before its first instruction.
  func followTrace(of parent: Task) {
    if process.id != parent.process.id { kernel.tracing.follow(process.id, of: parent.process.id) }
    chooseGate()
  }
}

#if Tables
  /// The gate of a watched task: what the call reads is noted before it runs, and what came of it afterwards.
  @c(heirloom_traced_system_call)
  func tracedSystemCallGate(_ cpu: UnsafeMutablePointer<heirloom_cpu>) -> Int32 {
    let block = cpu.pointee.kernel.unsafelyUnwrapped.assumingMemoryBound(to: TaskBlock.self)
    let trace = block.pointee.task._withUnsafeGuaranteedRef { TracedCall($0, cpu) }
    var note = TraceNote()
    let action = withUnsafeMutablePointer(to: &note) { note in
      block.pointee.trace = note
      defer { block.pointee.trace = nil }
      return systemCallGate(cpu)
    }
    block.pointee.task._withUnsafeGuaranteedRef { trace.finish($0, cpu, note) }
    return action
  }

  /// A traced call between its begin and its end.
  private struct TracedCall {
    private let number: Int
    private let text: CallText
    private let begin = Host.fastMonotonicTime

    init(_ task: Task, _ cpu: UnsafeMutablePointer<heirloom_cpu>) {
      number = Int(cpu.pointee.regs.orig_eax)
      let declaration = DefaultTable.declaration(of: number)
      let words = UnsafeBufferPointer(start: UnsafeRawPointer(cpu).assumingMemoryBound(to: UInt32.self), count: 6)
      text = CallText(
        number: number, name: declaration?.name, signature: declaration?.signature ?? .untyped, words: Array(words),
        memory: task.traceMemory)
    }

    func finish(_ task: Task, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ note: TraceNote) {
      let duration = Host.fastMonotonicTime - begin
      let sessions = task.kernel.tracing.sessions(watching: task.process.id)
      if sessions.isEmpty { return }
      let registers = cpu.pointee.regs
      // A call that has set the registers itself has no result, but that execve has succeeded; one may not come back.
      let hasReplaced = registers.orig_eax == UInt32.max
      let isExec = number == 11 || number == 358
      let result: Int? = !task.hasNotEnded || hasReplaced && !isExec ? nil : hasReplaced ? 0 : Int(Int32(bitPattern: registers.eax))
      let event = TraceEvent(
        pid: task.process.id, tid: task.id, program: task.name, time: begin, duration: duration, number: number,
        text: text.finished(result, memory: task.traceMemory),
        layers: task.kernel.tables.names(of: note.served), furtherLayers: note.furtherCount,
        reachesDefault: note.reachesDefault)
      for session in sessions { session.add(event) }
    }
  }

  extension Task {
    /// Guest memory as `CallText` reads it.
    fileprivate func traceMemory(_ address: UInt32, _ limit: Int) -> [UInt8]? {
      // A string may end before a page that is not there.
      var count = limit
      while count > 0 {
        var bytes = [UInt8](repeating: 0, count: count)
        if bytes.withUnsafeMutableBytes({ (try? memory.copyIn(UserPointer(address), into: $0)) != nil }) { return bytes }
        let pageEnd = Int(4096 - address % 4096)
        if count <= pageEnd { return nil }
        count = pageEnd
      }
      return nil
    }
  }
#endif
