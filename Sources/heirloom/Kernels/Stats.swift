import ArgumentParser
import HeirloomControl

struct Stats: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show how a running kernel does: its age, what runs in it, what it has used, which calls are missing.")

  @OptionGroup var kernel: KernelSelection
  @OptionGroup var form: ListingForm

  func run() throws {
    guard let stats = try kernel.ask(ReadStatistics()).first else { return }
    if form.json { return Host.print(JSON(encoding: stats).prettyText + "\n") }
    let rows = [
      ("kernel", "\(stats.name), process \(stats.pid), root \(stats.root), release \(stats.release)"),
      ("uptime", "\(stats.uptime) s"),
      ("processes", "\(stats.processes), with \(stats.threads) threads; \(stats.started) threads started since boot"),
      ("modules", "\(stats.modules); \(stats.tables) tables"),
      ("time", "user \(stats.userTime) s, system \(stats.systemTime) s"),
      ("memory", "\(stats.peakMemory) kB at the most"),
      ("missing calls", stats.missingCalls.isEmpty ? "none" : stats.missingCalls.map(\.label).joined(separator: ", ")),
    ]
    Host.print(rows.map { padded($0.0 + ":", 15) + $0.1 + "\n" }.joined())
  }
}

extension ReadStatistics.Missing {
  fileprivate var label: String { "\(number) (\(count) times)" }
}
