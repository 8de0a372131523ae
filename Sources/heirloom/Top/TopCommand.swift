public import ArgumentParser
public import HeirloomControl

struct Top: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Watch how busy the tables, modules and entries of a running kernel are.",
    discussion: """
      The busiest come first. Calls are counted and timed from now on until this ends, however it ends. Keys: Tab shows entries, \
      tables or modules, h the other keys, q quits. Where standard output is no terminal, or with --json, the rows are \
      printed again and again.

      EXAMPLES
        heirloom top
        heirloom top work --view modules
        heirloom top --count 1 | head
      """)

  @OptionGroup var kernel: KernelSelection
  @OptionGroup var form: ListingForm

  @Option(help: ArgumentHelp("How long each look takes.", valueName: "SECONDS"))
  var interval = 2.0

  @Option(help: ArgumentHelp("End after so many looks.", valueName: "N"))
  var count: Int?

  @Option(help: "What each row is about.")
  var view = WatchCalls.View.entries

  @Option(help: "What comes first: who has most of it.")
  var sort = WatchCalls.Order.calls

  @Flag(help: "Do not time calls: that costs each of them more than counting does.")
  var untimed = false

  @Argument(help: "The tables to look at; all where none is named.")
  var tables: [String] = []

  static let intervals = 0.1...3600.0

  func validate() throws {
    guard Self.intervals.contains(interval) else {
      throw ValidationError("--interval takes 0.1 to 3600 seconds, and not \(interval)")
    }
    if let count, count < 1 { throw ValidationError("--count takes 1 or more, and not \(count)") }
  }

  func run() throws {
    let connection = try kernel.connect()
    do throws(ControlError) {
      try connection.send(WatchCalls(tables: tables, timed: !untimed))
      if !form.json, let terminal = Terminal() {
        var session = TopSession(connection, terminal, interval: interval, looks: count, TopPage(view: view, order: sort))
        try session.run()
      } else {
        try print(connection)
      }
    } catch {
      // As with top(1), whose machine cannot end before it: no fault of the command's.
      guard error == connection.hasEnded else { throw Failure.reported(error) }
      Host.printError("heirloom: \(error)\n")
    }
  }

  /// A block, or a line of JSON, for each look.
  private func print(_ connection: KernelConnection) throws(ControlError) {
    let page = TopPage(view: view, order: sort)
    // The first one begins the first period.
    for look in 0... {
      connection.send(event: page.request(rows: WatchCalls.maximumRows))
      guard let reply = try connection.next(WatchCalls.Reply.self) else { return }
      if look > 0 {
        let text = form.json ? JSON(encoding: reply).text + "\n" : page.lines(reply, reply.rows, width: nil).joined(separator: "\n") + "\n"
        Host.print((look > 1 && !form.json ? "\n" : "") + text)
      }
      if look == count { return }
      Host.pause(seconds: interval)
    }
  }
}

extension WatchCalls.View: ExpressibleByArgument {}
extension WatchCalls.Order: ExpressibleByArgument {}
