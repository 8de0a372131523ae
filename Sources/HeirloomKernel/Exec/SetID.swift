internal import Glibc
internal import HeirloomABI

/// Whom a program's set-user-ID and set-group-ID bits make its process (execve(2)). A script's own bits say nothing.
struct SetID {
  /// nil: as before.
  private(set) var user, group: UInt32?

  /// - Parameter descriptor: the file that `status` is of. On a file system that is mounted nosuid the bits say nothing.
  init(_ status: stat, _ descriptor: Int32) throws(Errno) {
    let isUser = status.st_mode & 0o4000 != 0
    // Without the group's x bit it once meant mandatory locking.
    let isGroup = status.st_mode & 0o2010 == 0o2010
    guard isUser || isGroup, try !Self.isIgnored(descriptor) else { return }
    if isUser { user = status.st_uid }
    if isGroup { group = status.st_gid }
  }

  private static func isIgnored(_ descriptor: Int32) throws(Errno) -> Bool {
    let noSetID: Int64 = 2  // ST_NOSUID
    let status = try Host.reading(into: HostStatfs()) { (status) throws(Errno) in
      try Host.call(.fstatfs, Int(descriptor), status)
    }
    return status.flags & noSetID != 0
  }
}

extension Task {
  /// Who the process will be as the program; its saved ids become its effective ones.
  func credentials(executing program: Program) -> Credentials {
    var new = process.credentials
    if !hasNoNewPrivileges, !kernel.tables.forbidsSetID(self) {
      if let user = program.setID.user { new.euid = user }
      if let group = program.setID.group { new.egid = group }
    }
    (new.suid, new.fsuid, new.sgid, new.fsgid) = (new.euid, new.euid, new.egid, new.egid)
    return new
  }
}
