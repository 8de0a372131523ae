import ArgumentParser
import HeirloomKernel

/// A user and a group by number: `UID` or `UID:GID`; without a group the one of the user's number.
struct UserID: ExpressibleByArgument {
  let credentials: Credentials

  init?(argument: String) {
    guard let credentials = Credentials(argument) else { return nil }
    self.credentials = credentials
  }

  /// As a module's parameters have it (`ModuleParameters.user`).
  var text: String { "\(credentials.uid):\(credentials.gid)" }
}
