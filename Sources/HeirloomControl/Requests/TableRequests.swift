internal import HeirloomABI
internal import HeirloomKernel

/// One layer or observer of a slot, as it travels.
public struct LayerReply: Codable, Sendable {
  public let table: String
  /// -1: an observer of all calls.
  public let number: Int
  /// nil: the default table has no such call.
  public let call: String?
  public let module, symbol: String
  public let isObserver: Bool
  /// nil: it does not share its slot.
  public let priority: Int32?
  public let rule: String?
  /// live, hidden, tripped or refusing.
  public let state: String
  /// When it was registered: seconds since 1970.
  public let registered: Double
  public let faults: Int
  /// off, counters or latency.
  public let counting: String
  public let calls, errors, inFlight: UInt64
  /// Nanoseconds; nil: nothing was timed.
  public let p50, p99, longest: UInt64?

  init(_ layer: LayerDescription, table: String) {
    let counts = layer.statistics
    self.table = table
    number = layer.number
    call = DefaultTable.declaration(of: layer.number)?.name
    module = layer.module
    symbol = layer.symbol
    isObserver = layer.isObserver
    priority = layer.placement.isStacked ? layer.placement.priority : nil
    rule = layer.rule
    state = layer.state.rawValue
    registered = Double(layer.time / 1_000_000) / 1000
    faults = Int(layer.faults)
    counting = "\(counts.level)"
    (calls, errors, inFlight) = (counts.calls, counts.errors, counts.inFlight)
    (p50, p99) = (counts.latencies.quantile(0.5), counts.latencies.quantile(0.99))
    longest = counts.latencies.count > 0 ? counts.latencies.longest : nil
  }
}

/// tables: all tables, or what one holds.
public struct ListTables: ControlRequest {
  public static let name = "tables"
  /// nil: all.
  public let table: String?
  /// Counts calls from now on: off, counters or latency; nil: as before.
  public let counting: String?
  /// What becomes of calls whose module is gone from now on: open, or the name of an error; nil: as before.
  public let fail: String?
  /// After how many faults an entry is taken out from now on, 0: never; nil: as before.
  public let faultLimit: UInt32?
  /// Lets what has failed serve again.
  public let allows: Bool?

  public struct Reply: Codable, Sendable {
    public let name: String
    public let owner, group: UInt32
    /// Permission bits.
    public let mode: UInt32
    public let policy: String
    public let parent: String?
    public let flags: String
    public let users: Int
    /// Call numbers with an entry.
    public let entries: Int
    /// What becomes of calls whose module is gone, where its layer does not say: open, or the error that they get.
    public let fail: String
    /// After how many faults an entry is taken out, where its layer does not say; 0: never.
    public let faultLimit: UInt32
    /// Where one table was asked for.
    public let layers: [LayerReply]?
  }

  public init(
    table: String?, counting: String? = nil, fail: String? = nil, faultLimit: UInt32? = nil, allows: Bool = false
  ) {
    (self.table, self.counting, self.fail, self.faultLimit, self.allows) = (table, counting, fail, faultLimit, allows)
  }

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    let tables = kernel.kernel.tables
    do throws(Errno) { try change(tables) } catch { throw unknown(tables) }
    for description in tables.descriptions where table == nil || description.name == table {
      let attributes = description.attributes
      let layers = table == nil ? nil : (try? tables.layers(of: description.name)) ?? []
      try conversation.reply(Reply(
        name: description.name, owner: attributes.owner, group: attributes.group, mode: attributes.mode,
        policy: attributes.policy.text, parent: description.parent, flags: description.flags, users: description.users,
        entries: description.entries.count, fail: description.failMode.text, faultLimit: description.faultLimit,
        layers: layers?.map { LayerReply($0, table: description.name) }))
    }
    if let table, !tables.descriptions.contains(where: { $0.name == table }) { throw unknown(tables) }
  }

  private func change(_ tables: TableRegistry) throws(Errno) {
    let level: StatisticsLevel? =
      switch counting {
      case "off": .off
      case "counters": .counters
      case "latency": .latency
      default: nil
      }
    if let level { try tables.setStatistics(level, of: table) }
    guard let table else { return }
    if let fail { try tables.setFailMode(Errno(named: fail).map { .closed($0) } ?? .open, of: table) }
    if let faultLimit { try tables.setFaultLimit(faultLimit, of: table) }
    if allows ?? false { try tables.allow(in: table) }
  }

  private func unknown(_ tables: TableRegistry) -> ControlError {
    ControlError("there is no table '\(table ?? "")'; \(tables.namesText)")
  }
}

/// attach and detach: a process uses another table from its next call on.
public struct AttachTable: ControlRequest {
  public static let name = "attach"
  public let pid: Int32
  /// nil: none.
  public let table: String?
  public let tree: Bool

  public struct Reply: Codable, Sendable {
    /// The processes that it was done to.
    public let processes: [Int32]
  }

  public init(pid: Int32, table: String?, tree: Bool) { (self.pid, self.table, self.tree) = (pid, table, tree) }

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    let processes: [Int32]
    do throws(BindingError) { processes = try kernel.kernel.attach(pid, to: table, wholeTree: tree) } catch {
      let name = table.map { "table '\($0)'" } ?? "its table"
      switch (error.error, error.process) {
      case (.ESRCH, _): throw ControlError("there is no process \(pid); see heirloom ps")
      case (.ENOENT, _): throw ControlError("there is no \(name); see heirloom tables")
      case (.EACCES, nil): throw ControlError("\(name) is revoked: nobody can select it")
      case (.EACCES, let process?): throw ControlError("process \(process) may not select \(name): its mode forbids it")
      case (.EPERM, let process?): throw ControlError("process \(process) uses a table that it cannot leave")
      default: throw ControlError("\(name): \(error.error)")
      }
    }
    try conversation.reply(Reply(processes: processes))
  }
}

/// explain: who serves a call of a process, and why.
public struct ExplainCall: ControlRequest {
  public static let name = "explain"
  public let pid: Int32
  /// Its name or its number.
  public let call: String

  public struct Reply: Codable, Sendable {
    public let pid: Int32
    public let program: String
    public let number: Int
    /// nil: the default table has no such call.
    public let call: String?
    /// nil: it uses none.
    public let table: String?
    /// selected, inherited, program or host.
    public let origin: String
    /// Whom it was inherited from.
    public let from: Int32?
    public let isRevoked: Bool
    /// In the order in which they are asked, with what they have for the call.
    public let tables: [Table]
    /// full, or what is missing; nil: ENOSYS.
    public let support: String?
  }

  public struct Table: Codable, Sendable {
    public let name: String
    /// The kernel's own call serves, and no other table is asked.
    public let isRevoked: Bool?
    public let layers: [LayerReply]
  }

  public init(pid: Int32, call: String) { (self.pid, self.call) = (pid, call) }

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    guard let number = DefaultTable.number(of: call) else {
      throw ControlError("there is no system call '\(call)'; give a call's name or its number")
    }
    let answer: Explanation
    do throws(Errno) { answer = try kernel.kernel.explain(pid, number) } catch {
      throw ControlError("there is no process \(pid); see heirloom ps")
    }
    let (origin, from) = Self.words(answer.use?.origin ?? .none)
    try conversation.reply(Reply(
      pid: pid, program: answer.program, number: number, call: answer.call, table: answer.use?.name, origin: origin,
      from: from, isRevoked: answer.use?.isRevoked ?? false,
      tables: answer.tables.map { table in
        Table(name: table.name, isRevoked: table.isRevoked, layers: table.layers.map { LayerReply($0, table: table.name) })
      }, support: answer.support.map(Self.words)))
  }

  private static func words(_ origin: TableOrigin) -> (String, Int32?) {
    switch origin {
    case .none: ("none", nil)
    case .selected: ("selected", nil)
    case .inherited(let pid): ("inherited", pid)
    case .program: ("program", nil)
    case .host: ("host", nil)
    }
  }

  private static func words(_ support: Support) -> String {
    switch support {
    case .full: "full"
    case .partial(let what): "partial: \(what)"
    case .refused(let why): "refused: \(why)"
    }
  }
}
