import ArgumentParser
import HeirloomKernel

/// A user and a group by number: `UID` or `UID:GID`; without a group the one of the user's number.
struct UserID: ExpressibleByArgument {
  let user, group: UInt32

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let user = UInt32(parts[0]), user != .max,
      let group = parts.count == 1 ? user : UInt32(parts[1]), group != .max
    else { return nil }
    (self.user, self.group) = (user, group)
  }

  /// Without supplementary groups.
  var credentials: Credentials { Credentials(uid: user, gid: group, groups: []) }
}
