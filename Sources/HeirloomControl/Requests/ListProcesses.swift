internal import HeirloomKernel

/// ps: the guest processes.
public struct ListProcesses: ControlRequest {
  public static let name = "ps"

  public struct Reply: Codable, Sendable {
    public let pid, ppid: Int32
    public let uid: UInt32
    /// R, S, T or Z, as in ps(1).
    public let state: String
    public let threads: Int
    public let table: String?
    public let name: String
    public let arguments: [String]
  }

  public init() {}

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    for process in kernel.kernel.processList {
      try conversation.reply(Reply(
        pid: process.pid, ppid: process.parent, uid: process.user, state: process.state.rawValue,
        threads: process.threads, table: process.table, name: process.name, arguments: process.arguments))
    }
  }
}
