import ArgumentParser
import HeirloomControl

struct Ps: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the guest processes of a running kernel, and their tables.",
    discussion: """
      STAT is R (runs or could), S (sleeps in a call), T (stopped) or Z (ended, and not waited for); l: it has several threads.
      """)

  @OptionGroup var kernel: KernelSelection
  @OptionGroup var form: ListingForm

  func run() throws {
    let processes = try kernel.ask(ListProcesses())
    if form.json { return Listing.print(json: processes) }
    var listing = Listing(
      ("PID", .right), ("PPID", .right), ("UID", .right), ("STAT", .left), ("TABLE", .left), ("COMMAND", .left))
    for process in processes {
      listing.add(
        "\(process.pid)", "\(process.ppid)", "\(process.uid)", process.state + (process.threads > 1 ? "l" : ""),
        process.table ?? "-", process.command)
    }
    listing.print()
  }
}

extension ListProcesses.Reply {
  /// As ps(1) has it: the words, or the name where there are none.
  fileprivate var command: String {
    if state == "Z" { return "[\(name)] <defunct>" }
    return arguments.isEmpty ? "[\(name)]" : arguments.map(printable).joined(separator: " ")
  }
}
