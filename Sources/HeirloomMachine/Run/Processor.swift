public import CMachine
public import HeirloomABI

/// Why `Processor.run()` came back. The registers are the guest's at that point.
public enum Trap: Sendable {
  /// `int $0x80`, after which the gate asked to come back. eip is behind the instruction.
  case systemCall
  /// The instruction at eip cannot go on; it has changed nothing that native would not have changed.
  case fault(Fault)
  /// `interrupt` was set in the state.
  case interrupt
}

/// A synchronous exception as a guest's signal frame reports it (sigaction(2), "The siginfo_t argument").
public struct Fault: Error, Equatable {
  /// SIGSEGV, SIGBUS, SIGFPE, SIGILL or SIGTRAP.
  public let signal: Int32
  public let code: Int32
  /// si_addr.
  public let address: UInt32
  /// The processor's vector and error code: trapno and err in a sigcontext.
  public let vector: UInt32
  public let errorCode: UInt32

  public init(signal: Int32, code: Int32, address: UInt32, vector: UInt32, errorCode: UInt32) {
    self.signal = signal
    self.code = code
    self.address = address
    self.vector = vector
    self.errorCode = errorCode
  }
}

/// One guest processor: the registers of one task, and the way into guest code.
///
/// A processor belongs to one host thread, which calls `bind()` before it runs.
public final class Processor: @unchecked Sendable {
  public let state: UnsafeMutablePointer<heirloom_cpu>
  private(set) var window: Window
  /// The translations that the lookup cache was filled from, and how far those of the window's own have been followed.
  private var code: CodeMap
  private var generation: UInt64 = 0
  private let memory: ProcessorMemory
  private var cache: LookupCache { memory.cache }
  private var buffers: TranslationBuffers { memory.buffers }
  /// The FPU state to begin with, 512 bytes; the live one is the host thread's.
  var initialFPU: UnsafeMutableRawPointer { memory.fpu }
  /// The host thread, while it is bound.
  private var thread: Int32 = 0

  /// Bytes that a processor takes at the top of its task's kernel stack; a multiple of 64.
  public static let storageSize = (MemoryLayout<heirloom_cpu>.size + 63) & ~63
  static let fpuSize = 512

  /// The host signal that takes a thread out of guest code or out of a blocking host call; `state.interrupt` is set first.
  ///
  /// SIGSTKFLT, which nothing else sends: a real-time signal would be queued each time, and not sent at all where the user's
  /// RLIMIT_SIGPENDING is exhausted (tgkill(2), EAGAIN).
  public static let interruptSignal: Int32 = 16
  /// The bit of `state.interrupt` by which the machine calls its own threads.
  public static let machineWork = UInt32(HEIRLOOM_MACHINE_WORK)

  /// - Parameter storage: `storageSize` bytes, aligned to 16, zeroed; owned by the caller and outliving the processor.
  /// - Throws: EAGAIN where the host has no mapping left for another thread.
  public init(storage: UnsafeMutableRawPointer, window: Window) throws(Errno) {
    state = storage.bindMemory(to: heirloom_cpu.self, capacity: 1)
    self.window = window
    code = window.code
    memory = try ProcessorMemory.take()
    Self.resetFPU(memory.fpu)
    state.pointee.gate_stub = UInt64(UInt(bitPattern: heirloom_stub(0)))
    state.pointee.miss_stub = UInt64(UInt(bitPattern: heirloom_stub(1)))
    state.pointee.trap_stub = UInt64(UInt(bitPattern: heirloom_stub(2)))
    state.pointee.code = UInt64(UInt(bitPattern: CodeArena.shared.executable))
    state.pointee.lookup = UInt64(UInt(bitPattern: memory.cache.table))
    state.pointee.returns = memory.middleOfReturns
    state.pointee.returns_middle = memory.middleOfReturns
    state.pointee.window = UInt64(UInt(bitPattern: window.base))
    setFlatSegments()
    window.add(self)
  }

  deinit {
    window.remove(self)
    memory.giveBack()
  }

  /// Makes the host process one that can run guest code, once: the code cache, the host's signal handlers for faults in
  /// guest code and for the interruption signal. To be called before the first processor is made.
  ///
  /// - Parameter callsWithoutHost: numbers of system calls that the kernel serves without one of the host's, which takes the
  ///   processor's predictions of returns with it.
  /// - Throws: ENOMEM where the host's address space is limited to less than the machine's tables take.
  public static func setUpHost(callsWithoutHost: [UInt32] = []) throws(Errno) {
    self.callsWithoutHost = callsWithoutHost
    let arena = CodeArena.shared
    guard LookupCache.empty != nil else { throw .ENOMEM }
    HostMemory.registerBarrier()
    heirloom_install_handlers(
      UInt64(UInt(bitPattern: arena.executable)), UInt64(CodeArena.size), interruptSignal)
  }

  private(set) nonisolated(unsafe) static var callsWithoutHost: [UInt32] = []

  // MARK: The host thread

  /// Makes the calling host thread this processor's: GS base, alternate signal stack, the thread's current processor.
  public func bind() {
    thread = Int32(truncatingIfNeeded: heirloom_host_call(186, 0, 0, 0, 0, 0, 0))
    heirloom_bind(state, memory.alternateStack, ProcessorMemory.alternateStackSize)
    heirloom_set_gs_base(UInt64(UInt(bitPattern: window.base)))
    loadFPU(from: initialFPU)
  }

  /// Undoes `bind()`, before the thread ends.
  public func unbind() {
    heirloom_bind(nil, nil, 0)
    thread = 0
  }

  /// Moves to another address space (execve, or a vforked child's own).
  public func enter(_ window: Window) {
    self.window.remove(self)
    self.window = window
    window.add(self)
    state.pointee.window = UInt64(UInt(bitPattern: window.base))
    if thread != 0 { heirloom_set_gs_base(UInt64(UInt(bitPattern: window.base))) }
  }

  /// Called by any thread: the processor's is to look at its space and at its window anew before it runs guest code again.
  func call() { _ = heirloom_atomic_or(&state.pointee.interrupt, Self.machineWork) }

  /// Takes the processor's thread out of guest code, if it is there. After `call()` and a barrier for that thread.
  ///
  /// Where it is in a host call it is left in peace: it looks when it comes back.
  func leaveGuestCode() {
    guard isInGuestCode else { return }
    let process = heirloom_host_call(39, 0, 0, 0, 0, 0, 0)
    _ = heirloom_host_call(234, process, Int(thread), Int(Self.interruptSignal), 0, 0, 0)
  }

  var isInGuestCode: Bool { heirloom_atomic_load(&state.pointee.in_guest) != 0 && thread != 0 }

  // MARK: Running

  /// Runs guest code from `regs.eip` until the kernel has to look.
  public func run() -> Trap {
    var site: UInt32 = 0
    var writesOwnPage = false
    while true {
      // What the machine wants is looked at now; else the call would undo a retry of an instruction alone.
      if state.pointee.interrupt & Self.machineWork != 0 { _ = onlyMachineCalled() }
      window.waitWhileStopped()
      if state.pointee.regs.eflags & EFlags.trap != 0 {
        if let trap = step() { return trap }
        site = 0
        writesOwnPage = false
        continue
      }
      guard let place = resolve(site: site, alone: writesOwnPage) else { return raise(Self.noRoom) }
      let wasAlone = writesOwnPage
      let start = state.pointee.regs.eip
      site = 0
      writesOwnPage = false
      state.pointee.resume = state.pointee.code + UInt64(place)
      heirloom_enter(state)
      switch Int32(bitPattern: state.pointee.left) {
      case HEIRLOOM_LEFT_GATE: return .systemCall
      case HEIRLOOM_LEFT_MISS: site = state.pointee.trap_argument
      case HEIRLOOM_LEFT_TRAP:
        if let fault = serveTrap() { return raise(fault) }
      case HEIRLOOM_LEFT_FAULT:
        switch recoverFault() {
        case .retry(let alone): writesOwnPage = alone
        case .fault(let fault): return raise(fault)
        }
      case HEIRLOOM_LEFT_ASYNC:
        recover()
        if !onlyMachineCalled() { return .interrupt }
      default:
        if !onlyMachineCalled() { return .interrupt }
        // Not even begun: what it was translated for still holds.
        writesOwnPage = wasAlone && state.pointee.regs.eip == start
      }
    }
  }

  /// Where the host gives no memory for translations.
  static let noRoom = Fault(signal: 11, code: 0x80, address: 0, vector: 13, errorCode: 0)

  /// An exception that is not a trap is reported with RF (AMD APM volume 2, 3.1.6).
  func raise(_ fault: Fault) -> Trap {
    let isTrap = fault.vector == 1 || fault.vector == 3 || fault.vector == 4
    if !isTrap { state.pointee.regs.eflags |= EFlags.resume }
    return .fault(fault)
  }

  /// Whether nobody but the machine wanted the thread; then it goes on, for `resolve` looks at the space anyway.
  func onlyMachineCalled() -> Bool {
    heirloom_atomic_and(&state.pointee.interrupt, ~Self.machineWork) & ~Self.machineWork == 0
  }

  /// Where the translation of `regs.eip` stands in the code cache; it is made where there is none.
  ///
  /// - Parameters:
  ///   - site: the rel32 of the direct jump that came here, which is linked; 0: an indirect one, which is remembered.
  ///   - alone: the instruction writes to the page it stands on.
  func resolve(site: UInt32, alone: Bool) -> UInt32? {
    let pc = state.pointee.regs.eip
    for _ in 0..<Self.attempts {
      var mayLink = followWindow()
      if forgetRemoved() { mayLink = false }
      let code = code
      let space = alone ? code.own : code.space(for: pc)
      var isKept = false
      let place = space.lock.withLock { () -> UInt32 in
        if space.isExhausted { return 0 }
        if alone { return translate(pc, in: space, alone: true) }
        var place = space.entries[pc]
        if place == 0 { place = translate(pc, in: space, alone: false) }
        // Not where nothing could be fetched, which may change.
        isKept = place != 0 && space.entries[pc] == place
        if isKept, mayLink, site != 0, space.arena.isOwner(space, of: site) {
          space.patch(site: site, to: place)
          space.noteLink(site: site, target: pc, host: place)
        }
        return place
      }
      if place != 0 {
        if site == 0 && isKept { cache.insert(pc, place) }
        return place
      }
      if !CodeLibrary.shared.evictOne() { CodeLibrary.shared.flush(window, full: code) }
    }
    return nil
  }

  /// Evictions of single images, and at last of all: more than there can be in between.
  private static let attempts = 1000

  /// Follows the window to another map. - Returns: whether places of before still mean something.
  private func followWindow() -> Bool {
    let current = window.lock.withLock { window.code }
    if current === code { return true }
    let isAlike = current.epoch == code.epoch
    code = current
    if !isAlike {
      cache.clear()
      generation = 0
    }
    return isAlike
  }

  /// Takes what has been removed from the window's own translations out of the cache. - Returns: whether there was any.
  private func forgetRemoved() -> Bool {
    let own = code.own
    return own.lock.withLock {
      if own.generation == generation { return false }
      if let removals = own.removals(since: generation) {
        for pc in removals { cache.forget(pc) }
      } else {
        cache.clear()
      }
      generation = own.generation
      return true
    }
  }

  private func translate(_ pc: UInt32, in space: CodeSpace, alone: Bool) -> UInt32 {
    let place = Translator(space: space, map: code, window: window, buffers: buffers).translate(pc, alone: alone)
    // What other windows will run must have been read from the image: the window may have left it meanwhile.
    if space.isImage, place != 0, !window.lock.withLock({ window.code.hasImage(space) }) {
      for page in buffers.pages { space.remove(page: page) }
    }
    // Most calls come back: what would be found then is noted now.
    for pc in buffers.returns where code.space(for: pc) === space {
      let place = space.entries[pc]
      if place != 0 { cache.insert(pc, place) }
    }
    return place
  }

  // MARK: What the recovery needs

  /// The row for where the host stood when the thread was taken out of guest code.
  func recoveryRow() -> RecoveryRow? {
    let place = CodeArena.shared.offset(of: state.pointee.host_rip)
    if place < LookupMiss.size { return RecoveryRow(host: place, pc: 0, pending: 0, recovery: Recovery.targetInScratch.code) }
    return row(at: place)
  }

  func row(at place: UInt32) -> RecoveryRow? { code.row(at: place) }
}
