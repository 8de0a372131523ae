internal import HeirloomKernel
internal import HeirloomModules

/// stats: how a kernel does; `ListEntries` has the rest.
public struct ReadStatistics: ControlRequest {
  public static let name = "stats"

  public struct Reply: Codable, Sendable {
    public let pid: Int32
    public let name: String
    public let root: String
    /// uname's release.
    public let release: String
    /// Seconds.
    public let uptime: Double
    public let processes, threads, modules, tables: Int
    /// Processes and threads started since the boot.
    public let started: Int
    /// Seconds of processor time of the host process: guests' code and the kernel's.
    public let userTime, systemTime: Double
    /// Of the host process at the most, in kilobytes.
    public let peakMemory: Int
    /// Calls that guests made and that nobody serves.
    public let missingCalls: [Missing]
  }

  public struct Missing: Codable, Sendable {
    public let number: Int
    public let count: Int
  }

  public init() {}

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    let processes = kernel.kernel.processList
    let usage = hostUsage()
    try conversation.reply(Reply(
      pid: kernel.identity.pid, name: kernel.identity.name, root: kernel.identity.root,
      release: kernel.kernel.options.release, uptime: Double(kernel.kernel.log.age / 1_000_000) / 1000,
      processes: processes.count, threads: processes.reduce(0) { $0 + $1.threads }, modules: kernel.loader.loaded.count,
      tables: kernel.kernel.tables.descriptions.count, started: kernel.kernel.startedTasks, userTime: usage.user,
      systemTime: usage.system, peakMemory: usage.resident,
      missingCalls: kernel.kernel.missingCalls.map { Missing(number: $0.number, count: $0.count) }))
  }
}

/// stats: every entry of every table, by table and number, and what has been counted of it.
public struct ListEntries: ControlRequest {
  public static let name = "stats-entries"
  public typealias Reply = LayerReply

  public init() {}

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    for (table, layers) in kernel.kernel.tables.allLayers() {
      for layer in layers { try conversation.reply(LayerReply(layer, table: table)) }
    }
  }
}
