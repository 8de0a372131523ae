import Glibc

/// The Markdown that is printed as it comes and written to a file at the end.
struct Report {
  private var text = ""

  mutating func line(_ line: String = "") {
    text += line + "\n"
    put(line + "\n", to: STDOUT_FILENO)
  }

  /// A table; the columns after the first are numbers.
  mutating func table(_ header: [String], _ rows: [[String]]) {
    row(header)
    row(header.indices.map { $0 == 0 ? "---" : "---:" })
    rows.forEach { row($0) }
    line()
  }

  private mutating func row(_ cells: [String]) { line("| " + cells.joined(separator: " | ") + " |") }

  func write(to path: String) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard file >= 0 else { fail("\(path): cannot be written") }
    put(text, to: file)
    close(file)
  }
}
