import ArgumentParser
import HeirloomControl

struct Stats: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how a running kernel does: its age, what runs in it, what it has used, what its tables' entries have served.",
    discussion: """
      A line for each entry of each table: its calls, those that failed, those that have not ended, faults that bad addresses \
      have caused, and how long calls took, in nanoseconds. STATE is live, hidden, tripped or refusing, as heirloom tables \
      says, or watch for an observer, which is not counted. Calls are counted once heirloom tables --count has asked for it; faults always.
      """)

  @OptionGroup var kernel: KernelSelection
  @OptionGroup var form: ListingForm

  func run() throws {
    guard let stats = try kernel.ask(ReadStatistics()).first else { return }
    let entries = try kernel.ask(ListEntries())
    if form.json { return Host.print(json(stats, entries).prettyText + "\n") }
    let rows = [
      ("kernel", "\(stats.name), process \(stats.pid), root \(stats.root), release \(stats.release)"),
      ("uptime", "\(stats.uptime) s"),
      ("processes", "\(stats.processes), with \(stats.threads) threads; \(stats.started) threads started since boot"),
      ("modules", "\(stats.modules); \(stats.tables) tables"),
      ("entries", summary(of: entries)),
      ("time", "user \(stats.userTime) s, system \(stats.systemTime) s"),
      ("memory", "\(stats.peakMemory) kB at the most"),
      ("missing calls", stats.missingCalls.isEmpty ? "none" : stats.missingCalls.map(\.label).joined(separator: ", ")),
    ]
    Host.print(rows.map { padded($0.0 + ":", 15) + $0.1 + "\n" }.joined())
    if entries.isEmpty { return }
    Host.print("\n")
    listing(of: entries).print()
  }

  private func json(_ stats: ReadStatistics.Reply, _ entries: [LayerReply]) -> JSON {
    guard case .object(let members) = JSON(encoding: stats) else { return .null }
    return .object(members + [JSON.Member("entries", .array(entries.map { JSON(encoding: $0) }))])
  }

  private func summary(of entries: [LayerReply]) -> String {
    let counted = entries.count(where: \.isCounted)
    // One that was taken out may have another beside it, which refuses in its place.
    let failed = Set(entries.filter { $0.state == "tripped" || $0.state == "refusing" }.map { [$0.table, $0.callText, $0.module] })
    var words = ["\(entries.count)"]
    if !failed.isEmpty { words.append("\(failed.count) out of service") }
    if !entries.isEmpty { words.append(counted == 0 ? "none counted (heirloom tables --count counters)" : "\(counted) counted") }
    return words.joined(separator: ", ")
  }

  private func listing(of entries: [LayerReply]) -> Listing {
    var listing = Listing(
      ("TABLE", .left), ("CALL", .left), ("MODULE", .left), ("SYMBOL", .left), ("STATE", .left), ("CALLS", .right),
      ("ERRORS", .right), ("INSIDE", .right), ("FAULTS", .right), ("P50", .right), ("P99", .right), ("MAX", .right))
    for entry in entries {
      listing.add(
        entry.table, entry.callText, entry.module, entry.symbol.isEmpty ? "-" : entry.symbol,
        entry.isObserver ? "watch" : entry.state, entry.counted(entry.calls), entry.counted(entry.errors),
        "\(entry.inFlight)", "\(entry.faults)", entry.counted(entry.p50), entry.counted(entry.p99),
        entry.counted(entry.longest))
    }
    return listing
  }
}

extension ReadStatistics.Missing {
  fileprivate var label: String { "\(number) (\(count) times)" }
}
