/// A part of a window that shows a file's bytes.
struct FilePiece {
  var range: PageRange
  let file: FileID
  /// In bytes, of the range's start.
  var offset: UInt64
  /// The file's own memory (MAP_SHARED). Else each page is the file's until the process has written to it.
  let isShared: Bool

  /// The part of it in another range; nil where there is none.
  func clipped(to other: PageRange) -> FilePiece? {
    let part = PageRange(max(range.start, other.start), min(range.end, other.end))
    if part.isEmpty { return nil }
    var piece = self
    piece.range = part
    piece.offset += part.start - range.start
    return piece
  }

  /// Where this piece shows what `other` does.
  func range(showing other: FilePiece) -> PageRange? {
    guard file == other.file else { return nil }
    let (start, end) = (max(offset, other.offset), min(offset + range.length, other.offset + other.range.length))
    return start < end ? PageRange(range.start + start - offset, range.start + end - offset) : nil
  }
}

// Files' bytes, which may change under the code that was made from them: one mapping is run that another writes (a JIT's two
// mappings), in this window or another, or the file is written by system calls. `FileCode` knows the windows that show a file.
extension Window {
  /// What `page` shows of a file. The lock is held.
  private func filePiece(of page: UInt32) -> FilePiece? {
    if files.isEmpty { return nil }
    let range = PageRange(UInt64(page) << 12, (UInt64(page) + 1) << 12)
    for piece in files { if let part = piece.clipped(to: range) { return part } }
    return nil
  }

  /// What `page` shows of a file that is not, or no longer, an image.
  func fileShown(by page: UInt32) -> FilePiece? { lock.withLock { filePiece(of: page) } }

  /// What `page` shows of a file's own memory.
  func memoryShown(by page: UInt32) -> FilePiece? {
    lock.withLock { filePiece(of: page).flatMap { $0.isShared ? $0 : nil } }
  }

  /// Whether a write to `page` changes what stands on `other`.
  func showsSame(_ page: UInt32, _ other: UInt32) -> Bool {
    if page == other { return true }
    return lock.withLock {
      guard let piece = filePiece(of: page), piece.isShared else { return false }
      return files.contains { $0.range(showing: piece)?.start == UInt64(other) << 12 }
    }
  }

  func showsMemory(of file: FileID) -> Bool { lock.withLock { files.contains { $0.file == file && $0.isShared } } }

  /// `range` shows something else from now on. The lock is held.
  func forgetFiles(_ range: PageRange) {
    if files.isEmpty { return }
    files = files.flatMap { piece -> [FilePiece] in
      guard piece.clipped(to: range) != nil else { return [piece] }
      let before = piece.clipped(to: PageRange(piece.range.start, max(range.start, piece.range.start)))
      let after = piece.clipped(to: PageRange(min(range.end, piece.range.end), piece.range.end))
      return [before, after].compactMap { $0 }
    }
  }

  /// The lock is held.
  private func note(_ pieces: [FilePiece]) {
    files += pieces
    for piece in pieces { FileCode.shared.add(self, showing: piece.file) }
  }

  /// `piece` has been mapped. What was translated before that is known, and what can be written through it from now on, goes.
  func addFile(_ piece: FilePiece, isWritable: Bool) {
    lock.withLock {
      forgetFiles(piece.range)
      note([piece])
    }
    removeTranslations(piece.range)
    guard piece.isShared else { return }
    FileCode.shared.mayChange(piece.file)
    if isWritable { FileCode.shared.removeTranslations(showing: piece) }
  }

  /// The file's memory that `range` shows may be written there from now on.
  func removeTranslationsOfMemory(_ range: PageRange) {
    let pieces = lock.withLock { files.compactMap { $0.isShared ? $0.clipped(to: range) : nil } }
    for piece in pieces { FileCode.shared.removeTranslations(showing: piece) }
  }

  /// What `range` shows of files, images among them.
  func filesShown(in range: PageRange) -> [FilePiece] {
    lock.withLock { (files + code.images.map(\.piece)).compactMap { $0.clipped(to: range) } }
  }

  // MARK: What other windows ask for

  /// Stores to the memory behind `piece` are noticed from now on.
  func guardWrites(showing piece: FilePiece) {
    lock.withLock {
      for other in files where other.isShared {
        guard let range = other.range(showing: piece) else { continue }
        for page in range.start >> 12..<range.end >> 12 { guardWrites(UInt32(page), isAwaited: true) }
      }
    }
  }

  func removeTranslations(showing piece: FilePiece) {
    for range in lock.withLock({ files.compactMap { $0.range(showing: piece) } }) { removeTranslations(range) }
  }

  func removeTranslations(of file: FileID) {
    for range in lock.withLock({ files.filter { $0.file == file }.map(\.range) }) { removeTranslations(range) }
  }

  /// The file may change: it is translated for this window alone.
  func leaveImages(of file: FileID) {
    leaveImages { $0.file.id == file }
  }

  /// Images of files that have begun to change while they were being attached.
  func leaveChangingImages() {
    leaveImages { FileCode.shared.version(ofUnchanging: $0.file.id) != $0.file.version }
  }

  private func leaveImages(_ isLeft: (CodeImage.Key) -> Bool) {
    let gone = lock.withLock { () -> [CodeImage] in
      let gone = code.images.filter { isLeft($0.key) }
      if gone.isEmpty { return [] }
      code = CodeMap(
        images: code.images.filter { image in !gone.contains { $0.space === image.space } }, own: code.own,
        epoch: CodeLibrary.shared.newEpoch())
      note(gone.map(\.piece))
      return gone
    }
    if gone.isEmpty { return }
    CodeLibrary.shared.giveBack(gone)
    callProcessors(except: nil)
  }

  /// What remains of images that have been left, and still shows the file. The lock is held.
  func keep(_ images: [CodeImage], from start: UInt64) {
    note(images.compactMap { $0.piece.clipped(to: PageRange(start, UInt64(Self.size))) })
  }
}

extension CodeImage {
  var piece: FilePiece { FilePiece(range: key.range, file: key.file.id, offset: key.offset, isShared: false) }
}
