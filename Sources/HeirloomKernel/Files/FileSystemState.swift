internal import HeirloomABI

/// Working directory, root and umask of a process (the kernel's fs_struct). Shared between processes under CLONE_FS.
///
/// Directories are O_PATH descriptors among the kernel's numbers. A number stays the same for the life of the state: chdir
/// puts another directory behind it, so a call of another thread that has read the number finds the old or the new one.
final class FileSystemState: @unchecked Sendable {
  /// Permission bits that new files do not get.
  var umask: UInt32
  /// The working directory's descriptor.
  let directory: Int32
  /// The root's descriptor; -1 where it is the host's own "/".
  let root: Int32
  /// Every path has to be looked at: there is a root to stay in, or the working directory is in /proc or /dev.
  private(set) var looksAtPaths: Bool
  /// A directory with 64-bit positions has been read; see Directories.swift.
  var hasWidePositions = false

  /// The numbers are not those of the process whose table they stand in: they go with this state's process.
  private var hasOwnNumbers = false

  private init(umask: UInt32, directory: Int32, root: Int32, looksAtPaths: Bool) {
    self.umask = umask
    self.directory = directory
    self.root = root
    self.looksAtPaths = looksAtPaths
  }

  /// The first process's: below `root`, the host's working directory and umask.
  ///
  /// The host's umask is cleared, because guests' umasks are applied here. `DescriptorLimits.raise` has run.
  /// - Throws: what opening `root` answers.
  static func boot(root path: String) throws(Errno) -> FileSystemState {
    let umask = try Host.call(.umask, 0)
    let flags = OpenFlag.path | OpenFlag.directory | OpenFlag.closeOnExec
    var root: Int32 = -1
    if path != "/" {
      let descriptor = try path.withHostString { (path) throws(Errno) in try Host.call(.open, path, flags) }
      root = try DescriptorLimits.moveUp(Int32(descriptor))
    }
    // With a root of their own, guests start at its top.
    let start = root < 0 ? "." : path
    let directory = try start.withHostString { (path) throws(Errno) in try Host.call(.open, path, flags) }
    let state = FileSystemState(
      umask: UInt32(umask), directory: try DescriptorLimits.moveUp(Int32(directory)), root: root,
      looksAtPaths: root >= 0)
    // getcwd(2) is what the link in /proc says, and less work.
    if root < 0 { state.note(directory: (try? HostLink.workingDirectory()) ?? []) }
    return state
  }

  /// That of a process which is started later: in `directory`, which is the calling thread's, or at the top of `root`.
  convenience init(root path: String, directory: Int32, umask: UInt32) throws(Errno) {
    let flags = OpenFlag.path | OpenFlag.directory | OpenFlag.closeOnExec
    guard path != "/" else {
      self.init(umask: umask, directory: try DescriptorLimits.hold(directory), root: -1, looksAtPaths: false)
      noteDirectory()
      return
    }
    let opened = try path.withHostString { (path) throws(Errno) in try Host.call(.open, path, flags) }
    let root = try DescriptorLimits.moveUp(Int32(opened))
    self.init(umask: umask, directory: try DescriptorLimits.hold(root), root: root, looksAtPaths: true)
  }

  /// Closes what the thread holds that made the state for another one's table, which has copies.
  func closeHere() {
    DescriptorLimits.close(directory)
    if root >= 0 { DescriptorLimits.close(root) }
  }

  /// A forked child's own copy: its table of descriptors will be a copy too, in which the same numbers are its own.
  func copy() -> FileSystemState {
    FileSystemState(umask: umask, directory: directory, root: root, looksAtPaths: looksAtPaths)
  }

  /// The copy of a child that goes on using its parent's table (CLONE_FILES without CLONE_FS).
  func copySharingDescriptors() throws(Errno) -> FileSystemState {
    let directory = try DescriptorLimits.hold(directory)
    let root = root < 0 ? root : try DescriptorLimits.hold(root)
    let copy = FileSystemState(umask: umask, directory: directory, root: root, looksAtPaths: looksAtPaths)
    copy.hasOwnNumbers = true
    return copy
  }

  /// Closes what a copy for a shared table holds there, when its process ends.
  func release() {
    guard hasOwnNumbers else { return }
    DescriptorLimits.close(directory)
    if root >= 0 { DescriptorLimits.close(root) }
  }

  /// Makes the open directory `descriptor` the working directory.
  func change(to descriptor: Int) throws(Errno) {
    try Host.call(.dup3, descriptor, Int(directory), OpenFlag.closeOnExec)
    noteDirectory()
  }

  private func noteDirectory() {
    if root < 0 { note(directory: (try? HostLink.target(ofDescriptor: directory)) ?? []) }
  }

  private func note(directory path: [UInt8]) { looksAtPaths = VirtualPaths.concerns(path) }
}
