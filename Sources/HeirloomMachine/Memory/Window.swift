internal import CMachine
public import HeirloomABI
internal import Synchronization

/// What a guest may do with a page.
public struct Protection: OptionSet, Sendable {
  public let rawValue: UInt8
  @inline(__always) public init(rawValue: UInt8) { self.rawValue = rawValue }
  public static let read = Protection(rawValue: 1)
  public static let write = Protection(rawValue: 2)
  public static let execute = Protection(rawValue: 4)
}

/// A half-open range of guest addresses that starts and ends on page boundaries; `end` may be 2^32.
public struct PageRange: Equatable, Sendable {
  public let start: UInt64
  public let end: UInt64
  @inline(__always) public init(_ start: UInt64, _ end: UInt64) { self.start = start; self.end = end }
  @inline(__always) public init(start: UInt32, length: UInt64) { self.init(UInt64(start), UInt64(start) + length) }
  @inline(__always) public var length: UInt64 { end - start }
  @inline(__always) public var isEmpty: Bool { end <= start }
}

/// The host memory of one guest address space: 4 GiB, aligned to 4 GiB, between guards of 2 GiB that are never mapped.
/// Guest address `a` is host address `base + a`.
///
/// The kernel decides what is mapped where; the window carries it out, and keeps translations true to the bytes they were
/// made from. Callers of what changes mappings hold the address space's lock.
public final class Window: @unchecked Sendable {
  static let size = 1 << 32
  static let guardSize = 2 << 30

  public let base: UnsafeMutableRawPointer
  private let reservation: UnsafeMutableRawPointer

  /// A byte a page: the guest's protection, `isMapped`, and whether the page's translations have made it read-only on the
  /// host.
  let pages: UnsafeMutablePointer<UInt8>
  static let pageCount = 1 << 20
  enum PageState {
    static let isMapped: UInt8 = 0x10
    static let isGuarded: UInt8 = 0x20
  }

  /// Guards `pages`' guarded bits, the space and the processors against faults on other threads.
  let lock = MachineLock()
  /// Pages that the guest may write and that are read-only on the host.
  @usableFromInline private(set) var guardedCount = 0
  private(set) var space = CodeSpace()
  /// Held by whoever has stopped the processors.
  private let stopLock = MachineLock()
  private let isStopped = Atomic<Bool>(false)
  private var processors: [Unmanaged<Processor>] = []
  /// The lock is held.
  var processorCount: Int { processors.count }

  public init() throws(Errno) {
    let total = Self.size * 2 + Self.guardSize * 2
    guard let reservation = HostMemory.reserveNothing(total),
      let states = HostMemory.reserve(Self.pageCount)
    else { throw .ENOMEM }
    self.reservation = reservation
    let lowest = UInt(bitPattern: reservation) + UInt(Self.guardSize)
    base = UnsafeMutableRawPointer(bitPattern: (lowest + UInt(Self.size) - 1) & ~UInt(Self.size - 1)).unsafelyUnwrapped
    pages = states.bindMemory(to: UInt8.self, capacity: Self.pageCount)
    space.users = 1
  }

  deinit {
    leave(space)
    HostMemory.release(reservation, Self.size * 2 + Self.guardSize * 2)
    HostMemory.release(pages, Self.pageCount)
  }

  /// Host address of a guest address, for a host call that answers EFAULT by itself. No check is made.
  @inline(__always) public func host(_ address: UInt32) -> UnsafeMutableRawPointer { base + Int(address) }

  /// The page of a host address, where it lies in the window.
  func page(ofHost address: UInt64) -> UInt32? {
    let offset = address &- UInt64(UInt(bitPattern: base))
    return offset < UInt64(Self.size) ? UInt32(offset >> 12) : nil
  }

  @inline(__always) func mayExecute(page: UInt32) -> Bool { pages[Int(page)] & Protection.execute.rawValue != 0 }
  @inline(__always) func mayWrite(page: UInt32) -> Bool { pages[Int(page)] & Protection.write.rawValue != 0 }
  @inline(__always) func isMapped(page: UInt32) -> Bool { pages[Int(page)] & PageState.isMapped != 0 }

  // MARK: Translations

  /// Before code on `page` is read for translation: from now on the guest's writes to it are noticed.
  ///
  /// - Parameter keepsWritable: for one instruction that is not kept.
  /// - Returns: false where the guest may not execute there, or the page has no bytes (a file's mapping beyond its end).
  func beginTranslating(page: UInt32, keepsWritable: Bool) -> Bool {
    guard mayExecute(page: page) else { return false }
    let address = base + Int(page) << 12
    var probe: UInt32 = 0
    guard heirloom_load32(address, &probe) == 0 else { return false }
    if keepsWritable { return true }
    return lock.withLock {
      // Another thread may have changed the mapping meanwhile.
      guard mayExecute(page: page) else { return false }
      if mayWrite(page: page), pages[Int(page)] & PageState.isGuarded == 0 {
        pages[Int(page)] |= PageState.isGuarded
        guardedCount += 1
        HostMemory.protect(address, 4096, readable: true, writable: false)
      }
      return true
    }
  }

  /// A write to a guarded page is about to happen: its translations go, and it is writable again.
  ///
  /// - Parameter writer: the processor that faulted, which looks at its space anyway before it goes on.
  /// - Returns: false where the page is not guarded, so that the write is a fault of the guest's.
  func allowWrite(page: UInt32, by writer: Processor? = nil) -> Bool {
    while pages[Int(page)] & PageState.isGuarded != 0 {
      let space = lock.withLock { self.space }
      // Nobody translates in between: that would take the space's lock.
      let outcome = space.lock.withLock { () -> (isDone: Bool, wasTranslated: Bool) in
        if space.users > 1 { return (false, false) }
        let wasTranslated = space.hasRuns(onPage: page)
        space.remove(page: page)
        let isDone = !space.isExhausted && openGuard(page, in: space)
        return (isDone, wasTranslated)
      }
      if outcome.isDone {
        if outcome.wasTranslated { callProcessors(except: writer) }
        return true
      }
      if space === lock.withLock({ self.space }) { renewSpace(by: writer) }
    }
    return mayWrite(page: page) && isMapped(page: page) && wasRaced(page)
  }

  /// Makes a guarded page writable again, unless the window has gone to another space, where it may be translated too.
  private func openGuard(_ page: UInt32, in space: CodeSpace) -> Bool {
    lock.withLock {
      guard self.space === space else { return false }
      guard pages[Int(page)] & PageState.isGuarded != 0 else { return true }
      pages[Int(page)] &= ~PageState.isGuarded
      guardedCount -= 1
      HostMemory.protect(base + Int(page) << 12, 4096, readable: true, writable: true)
      return true
    }
  }

  /// Another thread has just let the page be written: the write is to be tried again.
  private func wasRaced(_ page: UInt32) -> Bool {
    var word: UInt32 = 0
    let address = base + Int(page) << 12
    guard heirloom_load32(address, &word) == 0 else { return false }
    var seen: UInt32 = 0
    return heirloom_compare_exchange(address, word, word, &seen) == 0
  }

  /// To be called before the host's kernel writes into guest memory: pages that hold translated code are write-protected
  /// on the host, and a host call would answer EFAULT there. Costs one comparison where no such page exists.
  @inlinable @inline(__always)
  public func willWrite(_ address: UInt32, _ length: UInt64) {
    if guardedCount != 0 { unguard(address, length) }
  }

  @usableFromInline
  func unguard(_ address: UInt32, _ length: UInt64) {
    if length == 0 { return }
    let last = min((UInt64(address) + length - 1) >> 12, UInt64(Self.pageCount - 1))
    for page in UInt64(address) >> 12...last where pages[Int(page)] & PageState.isGuarded != 0 {
      _ = allowWrite(page: UInt32(page))
    }
  }

  /// Forgets what was translated from `range`, in this window only.
  ///
  /// What windows share must stay true of all of them, also of pages that nobody has executed yet: a window whose code
  /// changes leaves.
  func removeTranslations(_ range: PageRange) {
    let space = lock.withLock { self.space }
    let (first, end) = (UInt32(range.start >> 12), UInt32(range.end >> 12))
    enum Need { case nothing, call, renew }
    let need = space.lock.withLock { () -> Need in
      if space.users > 1 { return .renew }
      let stale = space.translatedPages(first, end)
      if stale.isEmpty { return .nothing }
      for page in stale { space.remove(page: page) }
      return space.isExhausted ? .renew : .call
    }
    switch need {
    case .nothing: break
    case .call: callProcessors(except: nil)
    case .renew: renewSpace()
    }
  }

  /// A new, empty space in place of one that is full, or that others share and this window must leave.
  func renewSpace(by writer: Processor? = nil) {
    let fresh = CodeSpace()
    fresh.users = 1
    let old = lock.withLock { () -> CodeSpace in
      defer { space = fresh }
      return space
    }
    leave(old)
    callProcessors(except: writer)
  }

  /// Whether other windows share the translations.
  var sharesSpace: Bool {
    let space = lock.withLock { self.space }
    return space.lock.withLock { space.users > 1 }
  }

  private func leave(_ space: CodeSpace) { space.lock.withLock { space.users -= 1 } }

  /// Takes over the translations of `parent`, whose executable mappings this window now repeats. They stay shared until
  /// either of the two changes its code.
  public func adoptTranslations(of parent: Window) {
    // What is guarded can change, and would have to be guarded here too.
    guard parent.guardedCount == 0 else { return }
    let shared = parent.space
    shared.lock.withLock { shared.users += 1 }
    leave(space)
    space = shared
  }

  /// A guarded page's mapping is replaced. The lock is held.
  func dropGuard() { guardedCount -= 1 }

  /// Mappings of the same bytes have been put in place: what was guarded still is. The lock is held.
  func guardAgain(_ range: PageRange) {
    if guardedCount == 0 { return }
    for page in Int(range.start >> 12)..<Int(range.end >> 12) where pages[page] & PageState.isGuarded != 0 {
      HostMemory.protect(base + page << 12, 4096, readable: true, writable: false)
    }
  }

  // MARK: Processors

  func add(_ processor: Processor) { lock.withLock { processors.append(Unmanaged.passUnretained(processor)) } }

  func remove(_ processor: Processor) {
    lock.withLock { processors.removeAll { $0.toOpaque() == Unmanaged.passUnretained(processor).toOpaque() } }
  }

  /// Makes the window's processors leave guest code, and look at what has changed before they go on.
  private func callProcessors(except writer: Processor?) {
    lock.withLock { callOthers(than: writer?.state) }
  }

  /// The lock is held. - Returns: whether there are others.
  @discardableResult
  private func callOthers(than own: UnsafeMutablePointer<heirloom_cpu>?) -> Bool {
    let others = processors.filter { $0._withUnsafeGuaranteedRef { $0.state } != own }
    if others.isEmpty { return false }
    for processor in others { processor._withUnsafeGuaranteedRef { $0.call() } }
    HostMemory.barrier()
    for processor in others { processor._withUnsafeGuaranteedRef { $0.leaveGuestCode() } }
    return true
  }

  // MARK: Stopping

  /// Runs `body` while no other processor of the window runs guest code. Their host calls go on.
  ///
  /// Called by the thread of one of the processors, which is in its kernel, or by another that has none here.
  public func whileStopped<E: Error>(_ body: () throws(E) -> Void) throws(E) {
    stopLock.lock()
    defer { stopLock.unlock() }
    isStopped.store(true, ordering: .sequentiallyConsistent)
    defer { isStopped.store(false, ordering: .releasing) }
    let own = heirloom_current_cpu()
    if lock.withLock({ callOthers(than: own) }) {
      var pause = 0
      while lock.withLock({ processors.contains { $0._withUnsafeGuaranteedRef { $0.state != own && $0.isInGuestCode } } }) {
        pause = HostMemory.pause(after: pause)
      }
    }
    try body()
  }

  /// On the way into guest code, before the last look at the processor's `interrupt`.
  @inline(__always)
  func waitWhileStopped() {
    while isStopped.load(ordering: .acquiring) {
      stopLock.lock()
      stopLock.unlock()
    }
  }
}
