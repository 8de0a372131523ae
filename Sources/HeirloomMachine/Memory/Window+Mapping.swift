internal import CMachine
public import HeirloomABI

// What the kernel asks for. Each call leaves translations, page states and the host's mappings in step.
extension Window {
  /// New zeroed memory, private to this window.
  public func mapAnonymous(_ range: PageRange, _ protection: Protection) throws(Errno) {
    try map(range, protection, flags: HostMemory.Flag.privateAnonymous, descriptor: -1, offset: 0)
  }

  /// New zeroed memory that windows made by fork share, and know by `memory`.
  public func mapAnonymousShared(_ range: PageRange, _ protection: Protection, _ memory: FileID) throws(Errno) {
    try map(range, protection, flags: HostMemory.Flag.sharedAnonymous, descriptor: -1, offset: 0)
    addFile(FilePiece(range: range, file: memory, offset: 0, isShared: true), isWritable: false)
  }

  /// A file's bytes. `descriptor` is a host descriptor of the calling thread; `offset` is in bytes.
  ///
  /// - Parameters:
  ///   - file: whose changes are to be noticed; nil for a private mapping that shows nothing of the file yet.
  ///   - identity: of a file whose translations other windows may use too.
  public func mapFile(
    _ range: PageRange, _ protection: Protection, descriptor: Int32, offset: UInt64, shared: Bool, file: FileID? = nil,
    identity: FileIdentity? = nil
  ) throws(Errno) {
    let flags = shared ? HostMemory.Flag.shared : HostMemory.Flag.private
    try map(range, protection, flags: flags, descriptor: descriptor, offset: offset)
    guard let file = file ?? identity?.id, shared || protection.contains(.execute) else { return }
    if let identity, !shared, !protection.contains(.write), attachImage(identity, offset: offset, range) { return }
    addFile(
      FilePiece(range: range, file: file, offset: offset, isShared: shared), isWritable: protection.contains(.write))
  }

  func map(
    _ range: PageRange, _ protection: Protection, flags: Int, descriptor: Int32, offset: UInt64
  ) throws(Errno) {
    lock.withLock { forgetFiles(range) }
    try change(range, to: protection.rawValue | PageState.isMapped) {
      HostMemory.mapFixed(
        host(range), Int(range.length), HostMemory.protection(protection), flags, descriptor, Int(offset))
    }
  }

  /// - Parameter file: what the range shows privately, and where in it, so that the file's changes are noticed.
  public func protect(_ range: PageRange, _ protection: Protection, file: (id: FileID, offset: UInt64)? = nil) throws(Errno) {
    // A page that stays writable stays guarded, until what is translated from it is gone: other threads may write to it, and
    // run it, in between.
    let keepsGuards = protection.contains(.write)
    try change(range, to: protection.rawValue | PageState.isMapped, keepsFiles: true, keepsGuards: keepsGuards) {
      keepsGuards
        ? protectUnguarded(range, protection)
        : HostMemory.protect(host(range), Int(range.length), HostMemory.protection(protection))
    }
    if let file, protection.contains(.execute) {
      addFile(FilePiece(range: range, file: file.id, offset: file.offset, isShared: false), isWritable: false)
    }
    if protection.contains(.write) { removeTranslationsOfMemory(range) }
  }

  /// Back to unmapped: every access faults.
  public func unmap(_ range: PageRange) {
    lock.withLock { forgetFiles(range) }
    try? change(range, to: 0) {
      HostMemory.release(host(range), Int(range.length))
      return 0
    }
  }

  /// Moves mapped pages within the window, as mremap(2) does; what was at `target` is lost.
  public func move(_ source: PageRange, to target: PageRange) throws(Errno) {
    let state = pages[Int(source.start >> 12)] & ~PageState.ofTranslation
    if state & Protection.write.rawValue != 0 { willWrite(UInt32(source.start), source.length) }
    let pieces = filesShown(in: source)
    lock.withLock { forgetFiles(target) }
    joinAgain(source)
    try change(target, to: state) {
      HostMemory.move(host(source), Int(source.length), to: host(target), Int(target.length))
    }
    unmap(source)
    for var piece in pieces {
      let start = target.start + (piece.range.start - source.start)
      piece.range = PageRange(start, start + piece.range.length)
      addFile(piece, isWritable: state & Protection.write.rawValue != 0)
    }
  }

  /// Makes a shared mapping that ends where `growth` starts longer, as mremap(2) does: where that reaches beyond the memory
  /// behind, an access is SIGBUS.
  public func growShared(by growth: PageRange, _ protection: Protection) throws(Errno) {
    let last = PageRange(growth.start - 4096, growth.start)
    willWrite(UInt32(last.start), last.length)
    joinAgain(last)
    try change(growth, to: protection.rawValue | PageState.isMapped) {
      HostMemory.grow(host(last), 4096, to: 4096 + Int(growth.length))
    }
    guard var piece = memoryShown(by: UInt32(last.start >> 12)) else { return }
    piece.range = growth
    piece.offset += 4096
    addFile(piece, isWritable: false)
  }

  /// Maps here what `source` has shared (MAP_SHARED) in `range`, the same memory.
  public func shareMapping(of source: Window, _ range: PageRange, _ protection: Protection) throws(Errno) {
    try change(range, to: protection.rawValue | PageState.isMapped) {
      let result = HostMemory.move(source.host(range), 0, to: host(range), Int(range.length))
      // What translations have made read-only there is not here.
      if result == 0 { HostMemory.protect(host(range), Int(range.length), HostMemory.protection(protection)) }
      return result
    }
    for piece in source.filesShown(in: range) where piece.isShared { addFile(piece, isWritable: protection.contains(.write)) }
  }

  /// madvise(MADV_DONTNEED): private pages read as zeroes, or as the file's bytes, again. Not for what shows a snapshot.
  public func discard(_ range: PageRange) throws(Errno) {
    willWrite(UInt32(range.start), range.length)
    HostMemory.discard(host(range), Int(range.length))
    removeTranslations(range)
  }

  /// The same for what shows live memory, of which `give` takes the bytes away.
  public func discard(_ range: PageRange, _ give: () -> Void) {
    willWrite(UInt32(range.start), range.length)
    give()
    removeTranslations(range)
  }

  private func host(_ range: PageRange) -> UnsafeMutableRawPointer { base + Int(range.start) }

  /// Changes the host's mapping and the pages' states in one step, as far as other threads that translate can see;
  /// translations of what could be executed before are gone then.
  ///
  /// - Parameters:
  ///   - keepsFiles: the range shows the same as before.
  ///   - keepsGuards: pages that are guarded still are.
  private func change(
    _ range: PageRange, to state: UInt8, keepsFiles: Bool = false, keepsGuards: Bool = false, _ hostCall: () -> Int
  ) throws(Errno) {
    let (first, end) = (Int(range.start >> 12), Int(range.end >> 12))
    addresses.willUse(first, end)
    forked = nil
    var couldExecute = false
    var wereImages = false
    let result = lock.withLock { () -> Int in
      wereImages = detachImages(range, keepsFiles: keepsFiles)
      let result = hostCall()
      if result < 0 { return result }
      for page in first..<end {
        let old = pages[page]
        if old & Protection.execute.rawValue != 0 { couldExecute = true }
        let kept = keepsGuards ? old & PageState.ofTranslation : 0
        if (old & ~kept) & PageState.isGuarded != 0 { dropGuard() }
        if old != state | kept { pages[page] = state | kept }
      }
      return result
    }
    if couldExecute || wereImages { removeTranslations(range, mustCall: wereImages) }
    if result < 0 { throw Errno(Int32(-result)) }
  }
}
