internal import HeirloomABI
internal import HeirloomKernel

/// trace: system calls as they are made, and who serves them.
public struct TraceCalls: ControlRequest {
  public static let name = "trace"
  /// Processes, with the children they make from now on; none: all.
  public let processes: [Int32]

  public struct Reply: Codable, Sendable {
    public let pid, tid: Int32
    public let program: String
    /// Microseconds since the host's boot, and how long the call took.
    public let time, duration: Double
    /// As strace(1) writes it.
    public let call: String
    /// Who served it, from the uppermost layer down; none: the kernel alone.
    public let layers: [Layer]
    /// How many more there were below these; nil: none.
    public let furtherLayers: Int?
    /// The kernel's own handler served, too.
    public let reachesDefault: Bool
    /// Calls before this one that came too fast to be shown.
    public let lost: Int
  }

  public struct Layer: Codable, Sendable {
    public let table, module, symbol: String
    /// It refuses calls in the place of a module that is gone.
    public let refuses: Bool?
  }

  public init(processes: [Int32]) { self.processes = processes }

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    let kernel = kernel.kernel
    let session: TraceSession
    do throws(Errno) { session = try kernel.trace(processes.isEmpty ? nil : processes) } catch {
      throw ControlError("no such process: one of \(processes.map(String.init).joined(separator: ", ")); see heirloom ps")
    }
    defer { kernel.endTrace(session) }
    while !conversation.isOver {
      // A peer that has gone is seen within this time.
      let isAlive = kernel.isAlive(session) && !session.hasEnded
      let (events, lost) = session.take(nanoseconds: 100_000_000)
      for (index, event) in events.enumerated() {
        try conversation.reply(Reply(event, lost: index == 0 ? lost : 0))
      }
      if !isAlive && events.isEmpty { return }
    }
  }
}

extension TraceCalls.Layer {
  fileprivate init(_ name: LayerIdentities.Name) {
    self.init(table: name.table, module: name.module, symbol: name.symbol, refuses: name.refuses ? true : nil)
  }
}

extension TraceCalls.Reply {
  fileprivate init(_ event: TraceEvent, lost: Int) {
    self.init(
      pid: event.pid, tid: event.tid, program: event.program, time: Double(event.time) / 1000,
      duration: Double(event.duration) / 1000, call: event.text,
      layers: event.layers.map { TraceCalls.Layer($0) },
      furtherLayers: event.furtherLayers > 0 ? event.furtherLayers : nil, reachesDefault: event.reachesDefault, lost: lost)
  }
}
