import HeirloomControl

/// The columns of `heirloom top`: as many as a line has room for.
struct TopColumns: Sendable {
  private let title: String
  /// The lower ones stay when there is no room for all.
  private let rank: Int
  /// nil: a name, from the left, as wide as the longest.
  private let width: Int?
  private let cell: @Sendable (WatchCalls.Row) -> String

  private static let shortestName = 10
  private static let gap = 1

  private static let rates = [
    TopColumns(title: "CALLS/S", rank: 0, width: 7) { TopPage.number($0.callsPerSecond) },
    TopColumns(title: "ERRS/S", rank: 2, width: 6) { TopPage.number($0.errorsPerSecond) },
    TopColumns(title: "IN", rank: 6, width: 5) { TopPage.number(whole: $0.inFlight) },
    TopColumns(title: "P50", rank: 7, width: 6) { TopPage.duration($0.p50) },
    TopColumns(title: "P99", rank: 3, width: 6) { TopPage.duration($0.p99) },
    TopColumns(title: "MAX", rank: 8, width: 6) { TopPage.duration($0.longest) },
    TopColumns(title: "CALLS", rank: 10, width: 6) { TopPage.number(whole: $0.calls) },
    TopColumns(title: "ERRORS", rank: 11, width: 6) { TopPage.number(whole: $0.errors) },
    TopColumns(title: "FAULTS", rank: 12, width: 6) { TopPage.number(whole: $0.faults) },
  ]

  private static func all(_ view: WatchCalls.View) -> [TopColumns] {
    let state = TopColumns(title: "STATE", rank: 9, width: 8) { $0.state ?? "-" }
    let table = TopColumns(title: "TABLE", rank: 4, width: nil) { printable($0.table ?? "-") }
    let module = TopColumns(title: "MODULE", rank: 5, width: nil) { printable($0.module ?? "-") }
    let entries = TopColumns(title: "ENTRIES", rank: 9, width: 7) { "\($0.entries)" }
    switch view {
    case .entries:
      let call = TopColumns(title: "CALL", rank: 1, width: nil) { row in row.call ?? row.number.map { "\($0)" } ?? "-" }
      return rates + [state, call, table, module]
    case .tables: return rates + [entries, TopColumns(title: "USERS", rank: 9, width: 6) { "\($0.users ?? 0)" }, table]
    case .modules: return rates + [entries, module]
    }
  }

  /// The titles, and a line for each row.
  static func lines(_ rows: [WatchCalls.Row], _ view: WatchCalls.View, width: Int?) -> [String] {
    let all = all(view)
    let cells = rows.map { row in all.map { $0.cell(row) } }
    let longest = all.indices.map { column in ([all[column].title] + cells.map { $0[column] }).map(\.count).max() ?? 0 }
    var shown = Array(all.indices)
    var widths = longest
    if let width {
      var room = width
      shown = []
      for column in all.indices.sorted(by: { (all[$0].rank, $0) < (all[$1].rank, $1) }) {
        let need = all[column].width ?? min(longest[column], shortestName)
        if room < need { break }
        room -= need + gap
        widths[column] = need
        shown.append(column)
      }
      shown.sort()
      // What is left goes to the names.
      room += gap
      for column in shown where all[column].width == nil {
        let more = min(room, longest[column] - widths[column])
        widths[column] += max(0, more)
        room -= max(0, more)
      }
    }
    return ([all.map(\.title)] + cells).map { cells in
      let line = shown.map { column in
        let cell = cells[column]
        let text = cell.count > widths[column] ? String(cell.prefix(widths[column] - 1)) + "…" : cell
        return all[column].width == nil || all[column].title == "STATE"
          ? padded(text, widths[column]) : aligned(text, all[column].width.map { max($0, text.count) } ?? 0)
      }.joined(separator: String(repeating: " ", count: gap))
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }
}
