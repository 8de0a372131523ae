internal import Glibc

/// Who a process is (credentials(7)). The kernel keeps them itself; the first process starts with the host user's.
public struct Credentials: Sendable, Equatable {
  public var uid, euid, suid, fsuid: UInt32
  public var gid, egid, sgid, fsgid: UInt32
  public var groups: [UInt32]

  public init(uid: UInt32, gid: UInt32, groups: [UInt32]) {
    (self.uid, euid, suid, fsuid) = (uid, uid, uid, uid)
    (self.gid, egid, sgid, fsgid) = (gid, gid, gid, gid)
    self.groups = groups
  }
}

extension Credentials {
  /// The user who started the host process.
  static func ofHostUser() -> Credentials {
    let count = Int(max(0, getgroups(0, nil)))
    var groups = [gid_t](repeating: 0, count: count)
    groups.removeLast(count - Int(max(0, getgroups(Int32(count), &groups))))
    var credentials = Credentials(uid: Glibc.getuid(), gid: Glibc.getgid(), groups: groups)
    (credentials.euid, credentials.egid) = (Glibc.geteuid(), Glibc.getegid())
    return credentials
  }
}
