import ArgumentParser
import HeirloomControl

/// `heirloom top` on a terminal, until it is ended.
struct TopSession {
  private let connection: KernelConnection
  private let terminal: Terminal
  private var interval: Double
  /// Looks that are left; nil: without end.
  private var looks: Int?
  private var page: TopPage
  private var reply: WatchCalls.Reply?
  private var isHelp = false

  private static let help = [
    "Tab, 1, 2, 3   entries, tables, modules",
    "c e i          sort by calls a second, errors a second, calls inside",
    "5 9 m          sort by p50, p99, maximum",
    "n              sort by name",
    "r              turn the order round",
    "< >            sort by the column before, after",
    "+ -            look less often, more often",
    "Space          look now",
    "arrows         scroll; Page Up, Page Down, Home, End",
    "q ^C           quit",
    "",
    "CALLS/S and ERRS/S, and the latencies P50, P99 and MAX, are those of the",
    "calls that ended since the last look; IN are those that have not ended.",
  ]

  init(_ connection: KernelConnection, _ terminal: Terminal, interval: Double, looks: Int?, _ page: TopPage) {
    (self.connection, self.terminal, self.interval, self.looks, self.page) = (connection, terminal, interval, looks, page)
  }

  /// - Throws: what the kernel answers instead; the terminal is as it was then, too.
  mutating func run() throws(ControlError) {
    // What is wrong with the request is said on the usual screen.
    ask()
    guard let first = try connection.next(WatchCalls.Reply.self) else { return }
    reply = first
    terminal.take()
    defer { terminal.giveBack() }
    draw()
    var isWaiting = false
    var wait = min(interval, 0.5)
    while true {
      switch terminal.wait(for: connection.descriptor, seconds: isWaiting ? nil : wait) {
      case .timeout:
        ask()
        isWaiting = true
      case .news:
        guard let next = try connection.next(WatchCalls.Reply.self) else { return }
        (reply, isWaiting, wait) = (next, false, interval)
        draw()
        if let looks {
          if looks <= 1 { return }
          self.looks = looks - 1
        }
      case .changed: draw()
      case .end(let signal):
        // ^C is how one leaves; whoever sends another signal is to see that it has worked.
        if let signal, signal != Host.interrupt { terminal.end(by: signal) }
        return
      case .key(.character("q")), .key(.character("Q")): return
      case .key(let key):
        let isOther = handle(key)
        if isOther && !isWaiting { wait = 0 }
        draw()
      }
    }
  }

  private func ask() { connection.send(event: page.request(rows: WatchCalls.maximumRows)) }

  private mutating func draw() {
    guard let reply else { return }
    let (columns, lines) = terminal.size
    if isHelp { return terminal.draw(["heirloom top: any key goes back", ""] + Self.help.map { cut($0, columns) }, marked: [0]) }
    let height = max(0, lines - TopPage.headerLines)
    page.first = max(0, min(page.first, reply.rows.count - height))
    let rows = Array(reply.rows.dropFirst(page.first).prefix(height))
    let text = page.lines(reply, rows, width: columns)
    terminal.draw(text, marked: [TopPage.headerLines - 1])
  }

  private func cut(_ text: String, _ columns: Int) -> String { String(text.prefix(columns)) }

  /// - Returns: whether other rows are to be asked for.
  private mutating func handle(_ key: Terminal.Key) -> Bool {
    if isHelp {
      isHelp = false
      return false
    }
    let height = max(1, terminal.size.lines - TopPage.headerLines)
    switch key {
    case .up: page.first -= 1
    case .down: page.first += 1
    case .pageUp: page.first -= height
    case .pageDown: page.first += height
    case .home: page.first = 0
    case .end: page.first = Int.max - height
    case .character(let character): return handle(character)
    }
    return false
  }

  private mutating func handle(_ character: Character) -> Bool {
    let orders: [Character: WatchCalls.Order] = ["c": .calls, "e": .errors, "i": .inside, "5": .p50, "9": .p99, "m": .max, "n": .name]
    let views: [Character: WatchCalls.View] = ["1": .entries, "2": .tables, "3": .modules]
    switch character {
    case "\t": page.view = Self.neighbour(of: page.view, 1)
    case "<": page.order = Self.neighbour(of: page.order, -1)
    case ">": page.order = Self.neighbour(of: page.order, 1)
    case "r", "R": page.isReversed.toggle()
    case " ": break
    case "+": interval = min(interval * 2, Top.intervals.upperBound)
    case "-": interval = max(interval / 2, Top.intervals.lowerBound)
    case "h", "?": isHelp = true
    case _ where orders[character] != nil: page.order = orders[character] ?? page.order
    case _ where views[character] != nil: page.view = views[character] ?? page.view
    default: return false
    }
    return character != "h" && character != "?"
  }

  private static func neighbour<Choice: CaseIterable & Equatable>(of choice: Choice, _ step: Int) -> Choice {
    let all = Array(Choice.allCases)
    return all[((all.firstIndex(of: choice) ?? 0) + step + all.count) % all.count]
  }
}
