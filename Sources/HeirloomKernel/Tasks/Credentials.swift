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
