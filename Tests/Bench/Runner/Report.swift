import Glibc

/// A page of Markdown that is printed as it comes and written to a file at the end, with its pictures beside it.
struct Report {
  let folder: String
  let name: String
  let progress: Progress
  private var text = ""
  private var pictures: [(name: String, text: String)] = []

  init(folder: String, name: String, progress: Progress) {
    self.folder = folder
    self.name = name
    self.progress = progress
  }

  mutating func line(_ line: String = "") {
    text += line + "\n"
    progress.clear()
    put(line + "\n", to: STDOUT_FILENO)
  }

  /// The page's head: what it is, and on what it was measured.
  mutating func title(_ title: String, _ how: String) {
    line("# \(title)")
    line()
    line("Written by `make bench B=\(name)` on \(Self.processor()), Linux \(Self.release()).")
    line(how)
    line()
  }

  /// A table; the columns after the first are numbers.
  mutating func table(_ header: [String], _ rows: [[String]]) {
    row(header)
    row(header.indices.map { $0 == 0 ? "---" : "---:" })
    rows.forEach { row($0) }
    line()
  }

  private mutating func row(_ cells: [String]) { line("| " + cells.joined(separator: " | ") + " |") }

  /// Puts an SVG picture into the page.
  mutating func picture(_ description: String, _ svg: String) {
    pictures.append(("\(name).svg", svg))
    line("![\(description)](\(name).svg)")
    line()
  }

  func write() {
    Self.write(text, to: "\(folder)/\(name).md")
    for picture in pictures { Self.write(picture.text, to: "\(folder)/\(picture.name)") }
  }

  static func write(_ text: String, to path: String) {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard file >= 0 else { fail("\(path): cannot be written") }
    put(text, to: file)
    close(file)
  }

  private static func processor() -> String {
    let line = Command("grep", "-m1", "model name", "/proc/cpuinfo").run().output
    return line.split(separator: ":").last.map { $0.filter { $0 != "\n" }.drop { $0 == " " } }.map(String.init)
      ?? "an unknown processor"
  }

  private static func release() -> String {
    Command("uname", "-r").run().output.prefix { $0 != "\n" && $0 != "-" }.description
  }
}
