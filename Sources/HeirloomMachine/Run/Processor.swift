public import CMachine
internal import HeirloomABI

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
  /// The translations that the lookup cache was filled from, and how far that was.
  private var space: CodeSpace
  private var generation: UInt64 = 0
  private var cache: LookupCache
  private let buffers = TranslationBuffers()
  private let alternateStack: UnsafeMutableRawPointer
  /// The FPU state to begin with, 512 bytes; the live one is the host thread's.
  let initialFPU: UnsafeMutableRawPointer
  /// The host thread, while it is bound.
  private var thread: Int32 = 0

  /// Bytes that a processor takes at the top of its task's kernel stack; a multiple of 64.
  public static let storageSize = (MemoryLayout<heirloom_cpu>.size + 63) & ~63
  private static let alternateStackSize = 32 << 10
  static let fpuSize = 512

  /// The host signal that takes a thread out of guest code or out of a blocking host call; `state.interrupt` is set first.
  public static let interruptSignal: Int32 = 63
  /// The bit of `state.interrupt` by which the machine calls its own threads.
  public static let machineWork = UInt32(HEIRLOOM_MACHINE_WORK)

  /// - Parameter storage: `storageSize` bytes, aligned to 16, zeroed; owned by the caller and outliving the processor.
  public init(storage: UnsafeMutableRawPointer, window: Window) {
    state = storage.bindMemory(to: heirloom_cpu.self, capacity: 1)
    self.window = window
    space = window.space
    cache = LookupCache()
    alternateStack = .allocate(byteCount: Self.alternateStackSize, alignment: 64)
    initialFPU = .allocate(byteCount: Self.fpuSize, alignment: 64)
    Self.resetFPU(initialFPU)
    state.pointee.gate_stub = UInt64(UInt(bitPattern: heirloom_stub(0)))
    state.pointee.miss_stub = UInt64(UInt(bitPattern: heirloom_stub(1)))
    state.pointee.trap_stub = UInt64(UInt(bitPattern: heirloom_stub(2)))
    state.pointee.code = UInt64(UInt(bitPattern: CodeArena.shared.executable))
    state.pointee.lookup = UInt64(UInt(bitPattern: cache.table))
    state.pointee.window = UInt64(UInt(bitPattern: window.base))
    setFlatSegments()
    window.add(self)
  }

  deinit {
    window.remove(self)
    cache.deallocate()
    alternateStack.deallocate()
    initialFPU.deallocate()
  }

  /// Installs the host's signal handlers, once a process: faults in guest code, the interruption signal. To be called
  /// before the first `bind()`.
  public static func installHostHandlers() {
    let arena = CodeArena.shared
    HostMemory.registerBarrier()
    heirloom_install_handlers(
      UInt64(UInt(bitPattern: arena.executable)), UInt64(CodeArena.size), interruptSignal)
  }

  // MARK: The host thread

  /// Makes the calling host thread this processor's: GS base, alternate signal stack, the thread's current processor.
  public func bind() {
    thread = Int32(truncatingIfNeeded: heirloom_host_call(186, 0, 0, 0, 0, 0, 0))
    heirloom_bind(state, alternateStack, Self.alternateStackSize)
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
    for _ in 0..<3 {
      var mayLink = followWindow()
      let space = space
      var isKept = false
      let place = space.lock.withLock { () -> UInt32 in
        if space.generation != generation {
          if let removals = space.removals(since: generation) {
            for pc in removals { cache.forget(pc) }
          } else {
            cache.clear()
          }
          generation = space.generation
          mayLink = false
        }
        if space.isExhausted { return 0 }
        if alone { return translate(pc, alone: true) }
        var place = space.entries[pc]
        if place == 0 {
          if space.users > 1, window.mayWrite(page: pc >> 12) { return 0 }
          place = translate(pc, alone: false)
        }
        // Not where nothing could be fetched, which may change.
        isKept = place != 0 && space.entries[pc] == place
        if isKept, mayLink, site != 0 {
          space.patch(site: site, to: place)
          space.noteLink(site: site, target: pc, host: place)
        }
        return place
      }
      if place != 0 {
        if site == 0 && isKept { cache.insert(pc, state.pointee.code + UInt64(place)) }
        return place
      }
      window.renewSpace(by: self)
    }
    return nil
  }

  /// Follows the window to another space. - Returns: whether places of before still mean something.
  private func followWindow() -> Bool {
    let current = window.lock.withLock { window.space }
    if current === space { return true }
    space = current
    generation = 0
    return false
  }

  private func translate(_ pc: UInt32, alone: Bool) -> UInt32 {
    Translator(space: space, window: window, buffers: buffers).translate(pc, alone: alone)
  }

  // MARK: What the recovery needs

  /// The row for where the host stood when the thread was taken out of guest code.
  func recoveryRow() -> RecoveryRow? {
    let place = CodeArena.shared.offset(of: state.pointee.host_rip)
    if place >= LookupStub.second, place < LookupStub.second + LookupStub.size {
      let recovery = LookupStub.recovery(at: place - LookupStub.second)
      return RecoveryRow(host: place, pc: 0, pending: 0, recovery: recovery.code)
    }
    return row(at: place)
  }

  func row(at place: UInt32) -> RecoveryRow? { space.lock.withLock { space.row(at: place) } }
}

/// A processor's cache of indirect jumps: two tables of 65,536 entries {-pc, host address}.
struct LookupCache {
  private struct Entry { var negatedPC: UInt32; var place: UInt32 }

  let table: UnsafeMutableRawPointer
  private var isEmpty = true
  private static let entries = 1 << 16
  private static let size = entries * 16

  init() {
    guard let table = HostMemory.reserve(Self.size) else {
      fatalError("the host gives no memory for a processor's lookup cache")
    }
    self.table = table
    poison()
  }

  func deallocate() { HostMemory.release(table, Self.size) }

  private var first: UnsafeMutablePointer<Entry> { table.assumingMemoryBound(to: Entry.self) }
  private var second: UnsafeMutablePointer<Entry> { first + Self.entries }

  /// Address 0 must not find the empty entry 0.
  private func poison() {
    if first[0].place == 0 { first[0] = Entry(negatedPC: 1, place: 0) }
    if second[0].place == 0 { second[0] = Entry(negatedPC: 1, place: 0) }
  }

  mutating func clear() {
    if isEmpty { return }
    isEmpty = true
    HostMemory.discard(table, Self.size)
    poison()
  }

  func forget(_ pc: UInt32) {
    for slot in [first + Int(pc & 0xffff), second + LookupStub.secondIndex(pc)] where slot.pointee.negatedPC == 0 &- pc {
      slot.pointee = Entry(negatedPC: 0, place: 0)
    }
    poison()
  }

  /// What stood in the first table goes to the second.
  mutating func insert(_ pc: UInt32, _ host: UInt64) {
    isEmpty = false
    let slot = first + Int(pc & 0xffff)
    let old = slot.pointee
    if old.place != 0 { second[LookupStub.secondIndex(0 &- old.negatedPC)] = old }
    slot.pointee = Entry(negatedPC: 0 &- pc, place: UInt32(truncatingIfNeeded: host))
  }
}
