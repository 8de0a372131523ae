internal import HeirloomABI
internal import HeirloomKernel

/// top: how busy tables, modules and entries are. Calls are counted as long as somebody asks so.
public struct WatchCalls: ControlRequest {
  public static let name = "top"
  /// Names; none: all tables, those included that come later.
  public let tables: [String]
  /// Calls are timed, too.
  public let timed: Bool

  /// Asks for one reply.
  public struct Event: Codable, Sendable {
    public let view: View
    public let order: Order
    /// The least of the order comes first.
    public let reversed: Bool
    /// Of these rows, at most `maximumRows`.
    public let rows: Range

    public struct Range: Codable, Sendable {
      public let first, count: Int
      public init(first: Int, count: Int) { (self.first, self.count) = (first, count) }
    }

    public init(view: View, order: Order, reversed: Bool, rows: Range) {
      (self.view, self.order, self.reversed, self.rows) = (view, order, reversed, rows)
    }
  }

  /// What a row is about.
  public enum View: String, Codable, Sendable, CaseIterable { case entries, tables, modules }

  /// What rows are sorted by.
  public enum Order: String, Codable, Sendable, CaseIterable { case calls, errors, inside, p50, p99, max, name }

  /// So many fit into a frame.
  public static let maximumRows = 2000

  public struct Reply: Codable, Sendable {
    public let kernel: String
    public let pid: Int32
    /// Seconds since the boot.
    public let uptime: Double
    /// Seconds since the reply before this one; 0: it is the first, and knows no rates.
    public let period: Double
    public let processes, threads, modules, tables: Int
    /// Processors' worth of guests' and kernel's code, in the period.
    public let user, system: Double
    public let view: View
    /// All rows of the view together.
    public let total: Row
    /// How many there are.
    public let count: Int
    /// Of these, the ones that were asked for.
    public let rows: [Row]
  }

  public struct Row: Codable, Sendable {
    /// nil where it is about more than one, or none.
    public let table, call, module, symbol: String?
    public let number: Int?
    /// live, hidden, tripped or refusing.
    public let state: String?
    /// Of a table: tasks that use it.
    public let users: Int?
    public let entries: Int
    public let faults: UInt64
    /// Since calls have been counted.
    public let calls, errors: UInt64
    /// In the period, a second.
    public let callsPerSecond, errorsPerSecond: Double
    public let inFlight: UInt64
    /// Nanoseconds, of calls that ended in the period; nil: none was timed. Right to 12 %.
    public let p50, p99, longest: UInt64?
  }

  public init(tables: [String], timed: Bool) { (self.tables, self.timed) = (tables, timed) }

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    let registry = kernel.kernel.tables
    let names = tables.isEmpty ? nil : Set(tables)
    let watch: StatisticsWatch
    do throws(Errno) { watch = try registry.beginWatch(timed ? .latency : .counters, of: names) } catch {
      let missing = tables.filter { registry.attributes(of: $0) == nil }.map { "'\($0)'" }.joined(separator: ", ")
      throw ControlError("there is no table \(missing); \(registry.namesText)")
    }
    defer { registry.endWatch(watch) }
    let events = Mailbox<Event?>()
    conversation.onEvent(Event.self) { events.post($0) }
    var sampler = CallSampler(kernel, tables: names)
    while let event = events.take() { try conversation.reply(sampler.sample(event)) }
  }
}
