import HeirloomControl

/// What `heirloom top` shows, as lines of text.
struct TopPage {
  var view: WatchCalls.View
  var order: WatchCalls.Order
  var isReversed = false
  /// Rows that are scrolled away.
  var first = 0

  init(view: WatchCalls.View, order: WatchCalls.Order) { (self.view, self.order) = (view, order) }

  func request(rows: Int) -> WatchCalls.Event {
    WatchCalls.Event(view: view, order: order, reversed: isReversed, rows: .init(first: 0, count: rows))
  }

  /// Lines above the rows; the last one has the columns' titles.
  static let headerLines = 5

  /// - Parameters:
  ///   - rows: those of the reply that are to be seen.
  ///   - width: characters that a line may have; nil: as many as it takes.
  func lines(_ reply: WatchCalls.Reply, _ rows: [WatchCalls.Row], width: Int?) -> [String] {
    let total = reply.total
    let head = [
      "heirloom top - \(reply.kernel), process \(reply.pid), up \(Self.uptime(reply.uptime))",
      "Tasks: \(reply.threads) in \(reply.processes) processes; \(reply.modules) modules; \(reply.tables) tables; "
        + "CPU \(Self.percent(reply.user)) user, \(Self.percent(reply.system)) system",
      "Calls: \(Self.number(total.callsPerSecond)) a second, \(Self.number(total.errorsPerSecond)) failed; \(total.inFlight) inside; "
        + "\(reply.count) \(reply.view.rawValue) by \(order.rawValue)\(isReversed ? ", least first" : "")",
    ]
    let table = TopColumns.lines(rows, reply.view, width: width)
    var lines = head + [""] + table
    let left = reply.count - reply.rows.count
    // A screen is scrolled; what is printed says that it is not whole.
    if width == nil && left > 0 { lines.append("(and \(left) more)") }
    guard let width else { return lines }
    return lines.map { $0.count > width ? String($0.prefix(width - 1)) + "…" : $0 }
  }

  // MARK: Numbers

  static func uptime(_ seconds: Double) -> String {
    let all = Int(seconds)
    let (days, hours, minutes) = (all / 86400, all / 3600 % 24, all / 60 % 60)
    let clock = [hours, minutes, all % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    return days == 0 ? clock : "\(days) day\(days == 1 ? "" : "s") \(clock)"
  }

  static func percent(_ part: Double) -> String { tenths(part * 100) + " %" }

  /// At most six characters: 0.5, 17, 12345, 1.2M.
  static func number(_ value: Double) -> String {
    if value == 0 { return "0" }
    if value < 99.95 { return value == value.rounded() ? "\(Int(value))" : tenths(value) }
    return number(whole: UInt64(value.rounded()))
  }

  static func number(whole value: UInt64) -> String {
    if value < 100_000 { return "\(value)" }
    let units = ["k", "M", "G", "T", "P", "E"]
    var (scaled, unit) = (Double(value) / 1000, 0)
    while scaled >= 999.5 && unit < units.count - 1 { (scaled, unit) = (scaled / 1000, unit + 1) }
    return (scaled < 99.95 ? tenths(scaled) : "\(Int(scaled.rounded()))") + units[unit]
  }

  /// At most six characters: 812ns, 4.5us, 120ms, 3.2s.
  static func duration(_ nanoseconds: UInt64?) -> String {
    guard let nanoseconds else { return "-" }
    var (scaled, units) = (Double(nanoseconds), ["ns", "us", "ms", "s"][...])
    while scaled >= 999.5 && units.count > 1 { (scaled, units) = (scaled / 1000, units.dropFirst()) }
    let isShort = scaled < 99.95 && units.first != "ns"
    return (isShort ? tenths(scaled) : number(whole: UInt64(scaled.rounded()))) + units[units.startIndex]
  }

  private static func tenths(_ value: Double) -> String {
    let all = Int((value * 10).rounded())
    return "\(all / 10).\(all % 10)"
  }
}
