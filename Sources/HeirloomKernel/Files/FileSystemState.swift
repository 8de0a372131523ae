/// Working directory, root and umask of a process (the kernel's fs_struct). Shared between processes under CLONE_FS.
final class FileSystemState: @unchecked Sendable {
  /// Permission bits that new files do not get.
  var umask: UInt32 = 0o022

  init() {}

  /// A fork child's own copy. Runs on the parent's thread, before the child's table of descriptors is copied.
  func copy() -> FileSystemState { FileSystemState() }
}
