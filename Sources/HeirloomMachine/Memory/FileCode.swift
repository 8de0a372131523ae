internal import Synchronization

/// A file, whatever its path; or memory that processes share without one.
public struct FileID: Hashable, Sendable {
  let device, inode: UInt64

  private static let noDevice = UInt64.max
  private static let memories = Atomic<UInt64>(0)

  /// One that nothing else has.
  public static func ofNewMemory() -> FileID {
    FileID(device: noDevice, inode: memories.add(1, ordering: .relaxed).newValue)
  }

  /// Nothing shows it any more once no window does.
  fileprivate var isMemory: Bool { device == Self.noDevice }

  public init(device: UInt64, inode: UInt64) {
    self.device = device
    self.inode = inode
  }
}

/// Which files windows run code of, and which of those guests may change meanwhile.
///
/// What is translated of a file that nobody can change is shared and kept as an image. Once somebody can, because it has been
/// opened for writing or its memory has been mapped, every window translates it for itself, and two things take stale
/// translations away: stores to its memory, which the windows that can make them have write-protected, and `changed`,
/// which is told of all others.
///
/// Its lock is the last one of all.
public final class FileCode: @unchecked Sendable {
  public static let shared = FileCode()

  private struct Weak { weak var window: Window? }

  private struct File {
    var isCode = false
    var mayChange = false
    /// Raised when it begins to change: images of what it was before are no longer found.
    var version: UInt64 = 0
    /// How often it has been said to change; see `settle`.
    var changes = 0
    /// Windows that show it otherwise than as an image.
    var windows: [Weak] = []
  }

  private let lock = MachineLock()
  private var files: [FileID: File] = [:]
  /// More of them than this, and those that no window shows any more are forgotten.
  private var limit = leastLimit
  private static let leastLimit = 1024

  // MARK: What the kernel tells

  /// What `settle` needs to know.
  public struct Inquiry: Sendable { fileprivate let changes: Int }

  /// Code of the file is about to be run. From now on the caller says when it is opened for writing.
  ///
  /// - Returns: nil where nobody can change it. Else the caller has to find out whether somebody has it open for writing, and
  ///   to call `settle`.
  public func willRun(_ file: FileID) -> Inquiry? {
    lock.withLock {
      var state = files[file] ?? File()
      // Until that is known.
      if !state.isCode { state.mayChange = true }
      state.isCode = true
      files[file] = state
      return state.mayChange ? Inquiry(changes: state.changes) : nil
    }
  }

  /// - Parameter isOpen: somebody has the file open for writing.
  public func settle(_ file: FileID, _ inquiry: Inquiry, isOpen: Bool) {
    if isOpen || windows(showing: file).contains(where: { $0.showsMemory(of: file) }) { return }
    lock.withLock {
      // Not where it has been opened, or mapped, in between.
      if files[file]?.changes == inquiry.changes { files[file]?.mayChange = false }
    }
  }

  public func isCode(_ file: FileID) -> Bool { lock.withLock { files[file]?.isCode ?? false } }

  /// The file has been opened for writing, or its memory has been mapped; it may be one that no code is run of.
  public func mayChange(_ file: FileID) {
    let hasBegun = lock.withLock { () -> Bool in
      guard files[file]?.isCode == true else { return false }
      files[file]?.changes += 1
      if files[file]?.mayChange == true { return false }
      files[file]?.mayChange = true
      files[file]?.version += 1
      return true
    }
    if hasBegun { for window in CodeLibrary.shared.allWindows() { window.leaveImages(of: file) } }
  }

  /// The file's bytes have changed, otherwise than by a guest's store to its memory.
  public func changed(_ file: FileID) {
    guard isCode(file) else { return }
    mayChange(file)
    for window in windows(showing: file) { window.removeTranslations(of: file) }
  }

  // MARK: What windows ask

  /// The version of a file that nobody can change; nil where somebody can.
  func version(ofUnchanging file: FileID) -> UInt64? {
    lock.withLock {
      var state = files[file] ?? File()
      if !state.isCode {
        state.isCode = true
        files[file] = state
      }
      return state.mayChange ? nil : state.version
    }
  }

  /// `window` shows the file otherwise than as an image.
  func add(_ window: Window, showing file: FileID) {
    lock.withLock {
      var state = files[file] ?? File()
      state.windows.removeAll { $0.window == nil }
      if !state.windows.contains(where: { $0.window === window }) { state.windows.append(Weak(window: window)) }
      files[file] = state
      if files.count > limit {
        files = files.filter { $0.value.isCode && !$0.key.isMemory || $0.value.windows.contains { $0.window != nil } }
        limit = max(Self.leastLimit, files.count * 2)
      }
    }
  }

  private func windows(showing file: FileID) -> [Window] {
    lock.withLock { files[file]?.windows.compactMap(\.window) ?? [] }
  }

  /// Before what `piece` shows is read for translation: stores to the file's memory are noticed, in whatever window.
  func guardWrites(showing piece: FilePiece) {
    if piece.file.isMemory { lock.withLock { files[piece.file]?.isCode = true } }
    for window in windows(showing: piece.file) { window.guardWrites(showing: piece) }
  }

  /// What has been translated, in any window, of the bytes that `piece` shows.
  func removeTranslations(showing piece: FilePiece) {
    guard isCode(piece.file) else { return }
    for window in windows(showing: piece.file) { window.removeTranslations(showing: piece) }
  }
}
