/// A part of a window that shows a file's own memory (MAP_SHARED), which another part may show too.
struct SharedFilePiece {
  var range: PageRange
  let device, inode: UInt64
  /// In bytes, of the range's start.
  var offset: UInt64

  /// The part of it in another range; nil where there is none.
  func clipped(to other: PageRange) -> SharedFilePiece? {
    let part = PageRange(max(range.start, other.start), min(range.end, other.end))
    if part.isEmpty { return nil }
    var piece = self
    piece.range = part
    piece.offset += part.start - range.start
    return piece
  }

  /// Where this piece shows what `other` does.
  func range(showing other: SharedFilePiece) -> PageRange? {
    guard device == other.device, inode == other.inode else { return nil }
    let (start, end) = (max(offset, other.offset), min(offset + range.length, other.offset + other.range.length))
    return start < end ? PageRange(range.start + start - offset, range.start + end - offset) : nil
  }
}

// One file's memory at several places of a window: code that is run at one is written at another (a JIT's two mappings).
// What is written at one place of a window and run in another process is noticed when it is mapped anew.
extension Window {
  /// The pages that show the same bytes as `page`, itself among them. The lock is held.
  func twins(of page: UInt32) -> [UInt32] { sharedPiece(of: page).map(pages(showing:)) ?? [page] }

  /// What `page` shows of a file's own memory; nil where it shows none. The lock is held.
  func sharedPiece(of page: UInt32) -> SharedFilePiece? {
    if sharedFiles.isEmpty { return nil }
    let range = PageRange(UInt64(page) << 12, (UInt64(page) + 1) << 12)
    for piece in sharedFiles { if let part = piece.clipped(to: range) { return part } }
    return nil
  }

  /// The lock is held.
  func pages(showing piece: SharedFilePiece) -> [UInt32] {
    sharedFiles.compactMap { $0.range(showing: piece).map { UInt32($0.start >> 12) } }
  }

  /// Whether a write to `page` changes what stands on `other`.
  func showsSame(_ page: UInt32, _ other: UInt32) -> Bool {
    page == other || lock.withLock { !sharedFiles.isEmpty && twins(of: page).contains(other) }
  }

  /// `range` shows something else from now on. The lock is held.
  func forgetSharedFiles(_ range: PageRange) {
    if sharedFiles.isEmpty { return }
    sharedFiles = sharedFiles.flatMap { piece -> [SharedFilePiece] in
      guard piece.clipped(to: range) != nil else { return [piece] }
      let before = piece.clipped(to: PageRange(piece.range.start, max(range.start, piece.range.start)))
      let after = piece.clipped(to: PageRange(min(range.end, piece.range.end), piece.range.end))
      return [before, after].compactMap { $0 }
    }
  }

  /// `piece` has been mapped, or may be written from now on: what was translated from the same bytes before goes.
  func addSharedFile(_ piece: SharedFilePiece) {
    lock.withLock { sharedFiles.append(piece) }
    removeTranslations(ofWhat: [piece])
  }

  /// What has been translated from the bytes that `range` shows, wherever it stands.
  func removeTranslationsOfTwins(_ range: PageRange) {
    let pieces = lock.withLock { sharedFiles.compactMap { $0.clipped(to: range) } }
    removeTranslations(ofWhat: pieces)
  }

  private func removeTranslations(ofWhat pieces: [SharedFilePiece]) {
    for piece in pieces {
      for range in lock.withLock({ sharedFiles.compactMap { $0.range(showing: piece) } }) { removeTranslations(range) }
    }
  }

  /// A file has been written, by a system call.
  public func fileChanged(device: UInt64, inode: UInt64) {
    let ranges = lock.withLock { sharedFiles.filter { $0.device == device && $0.inode == inode }.map(\.range) }
    for range in ranges { removeTranslations(range) }
  }
}
