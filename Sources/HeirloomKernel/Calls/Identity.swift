internal import HeirloomABI

extension Task {
  func getuid() throws(Errno) -> UInt32 { process.credentials.uid }
}
