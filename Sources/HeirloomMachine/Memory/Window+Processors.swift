internal import CMachine
internal import Synchronization

// The processors that run in a window.
extension Window {
  func add(_ processor: Processor) { lock.withLock { processors.append(Unmanaged.passUnretained(processor)) } }

  func remove(_ processor: Processor) {
    lock.withLock { processors.removeAll { $0.toOpaque() == Unmanaged.passUnretained(processor).toOpaque() } }
  }

  /// Makes the window's processors leave guest code, and look at what has changed before they go on.
  func callProcessors(except writer: Processor?) { lock.withLock { _ = callOthers(than: writer?.state) } }

  /// The lock is held. - Returns: whether there are others.
  private func callOthers(than own: UnsafeMutablePointer<heirloom_cpu>?) -> Bool {
    let others = processors.filter { $0._withUnsafeGuaranteedRef { $0.state } != own }
    if others.isEmpty { return false }
    for processor in others { processor._withUnsafeGuaranteedRef { $0.call() } }
    HostMemory.barrier()
    for processor in others { processor._withUnsafeGuaranteedRef { $0.leaveGuestCode() } }
    return true
  }

  /// Whether one thread alone can write here: what is read of a page then holds until the page is shown from elsewhere.
  public var hasOneProcessor: Bool { lock.withLock { processors.count == 1 } }

  /// Runs `body` while no other processor of the window runs guest code. Their host calls go on.
  ///
  /// Called by the thread of one of the processors, which is in its kernel, or by another that has none here.
  public func whileStopped<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
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
    return try body()
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
