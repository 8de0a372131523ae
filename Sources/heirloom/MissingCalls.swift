/// What `run --verbose` says about calls that a program made and that nobody served.
struct MissingCalls {
  let calls: [(number: Int, count: Int)]

  /// Where Debian and others keep the i386 call numbers.
  private static let headers = ["/usr/include/x86_64-linux-gnu/asm/unistd_32.h", "/usr/include/asm/unistd_32.h"]

  init(_ calls: [(number: Int, count: Int)]) { self.calls = calls }

  func report() {
    if calls.isEmpty { return Host.printError("heirloom: no system call was missing\n") }
    let header = Self.headers.lazy.compactMap(Host.contents(of:)).first
    Host.printError(text(names: Self.names(in: header ?? "")))
  }

  func text(names: [Int: String]) -> String {
    let rows = calls.map { call in
      (number: String(call.number), name: names[call.number] ?? "?", count: String(call.count))
    }
    let nameWidth = rows.reduce(4) { max($0, $1.name.count) }
    return rows.reduce(
      "heirloom: system calls that were asked for and are missing\n  number  \(padded("name", nameWidth))  times\n"
    ) { text, row in
      text + "  " + aligned(row.number, 6) + "  " + padded(row.name, nameWidth) + "  " + aligned(row.count, 5) + "\n"
    }
  }

  /// The `#define __NR_name number` lines of a C header.
  static func names(in header: String) -> [Int: String] {
    var names: [Int: String] = [:]
    for line in header.split(separator: "\n") where line.hasPrefix("#define __NR_") {
      let words = line.split(separator: " ")
      if words.count == 3, let number = Int(words[2]) { names[number] = String(words[1].dropFirst("__NR_".count)) }
    }
    return names
  }
}
