import HeirloomControl

/// A table of texts for people: columns as wide as they need, the last one cut where a terminal is narrower.
struct Listing {
  enum Alignment { case left, right }

  private let titles: [(String, Alignment)]
  private var rows: [[String]] = []

  init(_ titles: (String, Alignment)...) { self.titles = titles }

  mutating func add(_ row: String...) { rows.append(row) }

  /// - Parameter width: characters a line may have; nil: as many as it takes.
  func text(width: Int?) -> String {
    let all = [titles.map(\.0)] + rows
    let widths = titles.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    return all.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let isLast = column == row.count - 1
        if column > 0 { line += "  " }
        switch titles[column].1 {
        case .right: line += aligned(cell, widths[column])
        case .left: line += isLast ? cell : padded(cell, widths[column])
        }
      }
      while line.last == " " { line.removeLast() }
      if let width, line.count > width { line = String(line.prefix(width - 1)) + "…" }
      return line + "\n"
    }.joined()
  }

  func print() { Host.print(text(width: Host.terminalWidth)) }

  /// A JSON array, an element a line.
  static func print(json elements: [some Encodable]) {
    let lines = elements.map { "  " + JSON(encoding: $0).text }
    Host.print(lines.isEmpty ? "[]\n" : "[\n" + lines.joined(separator: ",\n") + "\n]\n")
  }
}
