import HeirloomABI

/// Names of errors, as a command line has them.
enum Errors {
  static func isKnown(_ name: String) -> Bool { Errno(named: name) != nil }
}
