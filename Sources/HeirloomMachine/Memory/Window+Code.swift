internal import CMachine

// Translations that follow the memory they are made from.
extension Window {
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
    if let piece = fileShown(by: page) { FileCode.shared.guardWrites(showing: piece) }
    return lock.withLock {
      // Another thread may have changed the mapping meanwhile.
      guard mayExecute(page: page) else { return false }
      guardWrites(page, isAwaited: false)
      return true
    }
  }

  /// The lock is held.
  ///
  /// - Parameter isAwaited: a write to the page that has begun, in whatever window, has to look again.
  func guardWrites(_ page: UInt32, isAwaited: Bool) {
    guard mayWrite(page: page) else { return }
    if isAwaited { pages[Int(page)] |= PageState.isAwaited }
    if pages[Int(page)] & PageState.isGuarded != 0 { return }
    pages[Int(page)] |= PageState.isGuarded
    guardedCount += 1
    hasGuarded = true
    forked = nil
    HostMemory.protect(base + Int(page) << 12, 4096, readable: true, writable: false)
  }

  /// A write to a guarded page is about to happen: its translations go, and it is writable again.
  ///
  /// - Parameter writer: the processor that faulted, which looks at its space anyway before it goes on.
  /// - Returns: false where the page is not guarded, so that the write is a fault of the guest's.
  func allowWrite(page: UInt32, by writer: Processor? = nil) -> Bool {
    while true {
      if let isRaced = wasRaced(page) { return isRaced }
      let space = lock.withLock { () -> CodeSpace in
        pages[Int(page)] &= ~PageState.isAwaited
        return code.own
      }
      // Who translates the same memory elsewhere after that says so, and the guard stays.
      if let piece = memoryShown(by: page) { FileCode.shared.removeTranslations(showing: piece) }
      // Nobody translates here in between: that would take the space's lock.
      let outcome = space.lock.withLock { () -> (isDone: Bool, wasTranslated: Bool) in
        let wasTranslated = space.hasRuns(onPage: page)
        space.remove(page: page)
        let isDone = !space.isExhausted && openGuard(page, in: space)
        return (isDone, wasTranslated)
      }
      if outcome.isDone {
        if outcome.wasTranslated { callProcessors(except: writer) }
        return true
      }
      if space === lock.withLock({ code.own }) { renewOwnSpace(by: writer) }
    }
  }

  /// Makes a guarded page writable again, unless the window has gone to another space, where it may be translated too, or
  /// another window has translated the same memory.
  private func openGuard(_ page: UInt32, in space: CodeSpace) -> Bool {
    lock.withLock {
      guard code.own === space, pages[Int(page)] & PageState.isAwaited == 0 else { return false }
      guard pages[Int(page)] & PageState.isGuarded != 0 else { return true }
      pages[Int(page)] &= ~PageState.isGuarded
      guardedCount -= 1
      setApartIfRewritten(page)
      HostMemory.protect(base + Int(page) << 12, 4096, readable: true, writable: true)
      return true
    }
  }

  /// Pages that may be set apart; the host has a limit of 65,530 mappings for all of its process.
  private static let apartLimit = 256

  /// A page that is guarded and opened again and again should not be cut out of a mapping and joined to it each time.
  /// The lock is held.
  private func setApartIfRewritten(_ page: UInt32) {
    let state = pages[Int(page)]
    if state & PageState.wasRewritten == 0 {
      pages[Int(page)] |= PageState.wasRewritten
    } else if state & PageState.standsApart == 0, apartCount < Self.apartLimit {
      pages[Int(page)] |= PageState.standsApart
      apartCount += 1
      HostMemory.setApart(base + Int(page) << 12, 4096, fromNext: page & 1 == 0)
    }
  }

  /// Before mremap(2), which takes no more than one of the host's mappings.
  func joinAgain(_ range: PageRange) {
    lock.withLock {
      if apartCount == 0 { return }
      for page in Int(range.start >> 12)..<Int(range.end >> 12) { pages[page] &= ~PageState.standsApart }
      HostMemory.join(base + Int(range.start), Int(range.length))
    }
  }

  /// Whether another thread has let a page be written meanwhile, so that the write is to be tried again; nil: it is guarded.
  private func wasRaced(_ page: UInt32) -> Bool? {
    // Nobody guards it in between.
    lock.withLock {
      if pages[Int(page)] & PageState.isGuarded != 0 { return nil }
      guard mayWrite(page: page), isMapped(page: page) else { return false }
      var word: UInt32 = 0
      let address = base + Int(page) << 12
      guard heirloom_load32(address, &word) == 0 else { return false }
      var seen: UInt32 = 0
      return heirloom_compare_exchange(address, word, word, &seen) == 0
    }
  }

  @usableFromInline
  func unguard(_ address: UInt32, _ length: UInt64) {
    for page in Self.pages(address, length) where pages[page] & PageState.isGuarded != 0 {
      _ = allowWrite(page: UInt32(page))
    }
  }

  /// Whether any page of it is. The lock is held.
  func isGuarded(_ address: UInt32, _ length: UInt64) -> Bool {
    guardedCount != 0 && Self.pages(address, length).contains { pages[$0] & PageState.isGuarded != 0 }
  }

  private static func pages(_ address: UInt32, _ length: UInt64) -> Range<Int> {
    let first = Int(address >> 12)
    if length == 0 { return first..<first }
    return first..<min(Int((UInt64(address) + length - 1) >> 12) + 1, pageCount)
  }

  /// Lets all pages be written, for a host call that has found one that may not be.
  ///
  /// - Returns: whether any was guarded.
  public func unguardAll() -> Bool {
    if guardedCount == 0 { return false }
    unguard(0, UInt64(Self.size))
    return true
  }

  /// A guarded page's mapping is replaced. The lock is held.
  func dropGuard() { guardedCount -= 1 }

  /// Changes the host's protection, but for the pages that are guarded: those keep theirs. The lock is held.
  func protectUnguarded(_ range: PageRange, _ protection: Protection) -> Int {
    var start = Int(range.start >> 12)
    let end = Int(range.end >> 12)
    while start < end {
      if guardedCount != 0, pages[start] & PageState.isGuarded != 0 {
        start += 1
        continue
      }
      var next = guardedCount == 0 ? end : start + 1
      while next < end, pages[next] & PageState.isGuarded == 0 { next += 1 }
      let result = HostMemory.protect(base + start << 12, (next - start) << 12, HostMemory.protection(protection))
      if result < 0 { return result }
      start = next
    }
    return 0
  }

  /// Mappings of the same bytes have been put in place: what was guarded still is. The lock is held.
  func guardAgain(_ range: PageRange) {
    if guardedCount == 0 { return }
    for page in Int(range.start >> 12)..<Int(range.end >> 12) where pages[page] & PageState.isGuarded != 0 {
      HostMemory.protect(base + page << 12, 4096, readable: true, writable: false)
    }
  }

  /// Forgets what the window has translated for itself from `range`.
  ///
  /// - Parameter mustCall: the processors have something else to look at too.
  func removeTranslations(_ range: PageRange, mustCall: Bool = false) {
    let space = lock.withLock { code.own }
    let (first, end) = (UInt32(range.start >> 12), UInt32(range.end >> 12))
    let (wasTranslated, isExhausted) = space.lock.withLock { () -> (Bool, Bool) in
      let stale = space.translatedPages(first, end)
      for page in stale { space.remove(page: page) }
      return (!stale.isEmpty, space.isExhausted)
    }
    if isExhausted {
      renewOwnSpace()
    } else if wasTranslated || mustCall {
      callProcessors(except: nil)
    }
  }

  /// A new, empty space in place of the window's own, which is full.
  private func renewOwnSpace(by writer: Processor? = nil) {
    lock.withLock {
      code = CodeMap(images: code.images, own: CodeSpace(), epoch: CodeLibrary.shared.newEpoch())
    }
    callProcessors(except: writer)
  }

  /// Other spaces for all that the window runs. For the library, which forgets the images.
  func startAfresh() {
    whileStopped {
      let old = lock.withLock { () -> CodeMap in
        let old = code
        let images = old.images.map { CodeLibrary.shared.take($0.key) }
        code = CodeMap(images: images, own: CodeSpace(), epoch: CodeLibrary.shared.newEpoch())
        return old
      }
      old.own.retire()
      CodeLibrary.shared.giveBack(old.images)
    }
  }

  // MARK: Images

  /// The file that has been mapped at `range` for execution only is translated for all windows that map it there.
  ///
  /// - Returns: false where it may change, so that the window has to translate it for itself.
  func attachImage(_ file: FileIdentity, offset: UInt64, _ range: PageRange) -> Bool {
    guard let version = FileCode.shared.version(ofUnchanging: file.id) else { return false }
    var file = file
    file.version = version
    let image = CodeLibrary.shared.take(CodeImage.Key(file: file, offset: offset, range: range))
    lock.withLock { code = code.adding(image) }
    leaveChangingImages()
    return true
  }

  /// What `range` shows is about to be another thing: images that reach into it are left, and kept up to where it begins.
  /// The lock is held.
  ///
  /// - Parameter keepsFiles: `range` goes on showing the same, as something that may be written, or read only.
  /// - Returns: whether there were any.
  func detachImages(_ range: PageRange, keepsFiles: Bool) -> Bool {
    let gone = code.images.filter { $0.key.range.start < range.end && range.start < $0.key.range.end }
    if gone.isEmpty { return false }
    var map = CodeMap(
      images: code.images.filter { image in !gone.contains { $0.space === image.space } }, own: code.own,
      epoch: CodeLibrary.shared.newEpoch())
    for image in gone where image.key.range.start < range.start {
      let rest = CodeImage.Key(
        file: image.key.file, offset: image.key.offset, range: PageRange(image.key.range.start, range.start))
      map = map.adding(CodeLibrary.shared.take(rest))
    }
    code = map
    keep(gone, from: keepsFiles ? range.start : range.end)
    CodeLibrary.shared.giveBack(gone)
    return true
  }

  /// A forked window shows the files that its parent runs code of: it maps the same. It has no processor yet.
  public func adoptImages(of parent: Window) {
    let (images, files) = parent.lock.withLock { () -> ([CodeImage], [FilePiece]) in
      for image in parent.code.images { CodeLibrary.shared.share(image) }
      return (parent.code.images, parent.files.filter { !$0.isShared })
    }
    lock.withLock {
      code = CodeMap(images: images, own: code.own, epoch: CodeLibrary.shared.newEpoch())
    }
    for piece in files { addFile(piece, isWritable: false) }
    leaveChangingImages()
  }
}
