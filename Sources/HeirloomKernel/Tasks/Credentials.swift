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

  /// `UID:GID`, or `UID` alone for the group of the same number; no other groups.
  ///
  /// - Returns: nil where the text is neither.
  public init?(_ text: String) {
    let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map { $0.first?.isNumber ?? false ? UInt32($0) : nil }
    // The highest number stands for "leave it" in the system calls.
    guard (1...2).contains(numbers.count), let user = numbers[0], user != .max, let group = numbers[numbers.count - 1], group != .max
    else { return nil }
    self.init(uid: user, gid: group, groups: [])
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
