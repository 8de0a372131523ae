import ArgumentParser
import HeirloomControl

struct TableListing: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the system call tables of a running kernel, or what one of them holds.",
    discussion: """
      STATE is 'defined' for a table that stays until it is removed, and 'revoked' for one whose owner has withdrawn it: the \
      kernel's own calls serve whoever uses it.
      With a NAME: its entries, each number's from the uppermost layer down. STATE is live, hidden (its module is being \
      unloaded), tripped (taken out for failing too often) or refusing (its module is gone, and calls are refused).
      Calls are counted once --count has asked for it; with latency also how long they take, in nanoseconds.
      """)

  @OptionGroup var kernel: KernelSelection
  @OptionGroup var form: ListingForm

  @Option(help: ArgumentHelp("Count calls from now on: off, counters or latency.", valueName: "LEVEL"))
  var count: Level?

  @Option(
    help: ArgumentHelp(
      "What becomes of NAME's calls when their module crashes: 'open' leaves them to what is below, an error such as EIO refuses them.",
      valueName: "open|ERROR"))
  var fail: String?

  @Option(help: ArgumentHelp("Take out an entry of NAME's when bad addresses have ended its handler N times; 0: never.", valueName: "N"))
  var faults: UInt32?

  @Flag(help: "Let those of NAME's entries serve again that were taken out, and refuse no more calls.")
  var allow = false

  @Argument(help: "The table.")
  var name: String?

  enum Level: String, ExpressibleByArgument, CaseIterable { case off, counters, latency }

  func validate() throws {
    if name == nil && (fail != nil || faults != nil || allow) {
      throw ValidationError("--fail, --faults and --allow are for one table: name it")
    }
    if let fail, fail != "open", !Errors.isKnown(fail) {
      throw ValidationError("'\(fail)' is neither 'open' nor an error such as EIO")
    }
  }

  func run() throws {
    let tables = try kernel.ask(ListTables(table: name, counting: count?.rawValue, fail: fail, faultLimit: faults, allows: allow))
    if form.json { return Listing.print(json: tables) }
    if let table = tables.first, let layers = table.layers {
      if table.flags.split(separator: ",").contains("revoked") { Host.print("\(table.name) is revoked: the kernel's own calls serve whoever uses it\n") }
      return Self.print(layers)
    }
    var listing = Listing(
      ("NAME", .left), ("OWNER", .right), ("GROUP", .right), ("MODE", .right), ("USERS", .right), ("CALLS", .right),
      ("PARENT", .left), ("POLICY", .left), ("STATE", .left))
    for table in tables {
      listing.add(
        table.name, "\(table.owner)", "\(table.group)", "0" + String(table.mode, radix: 8), "\(table.users)",
        "\(table.entries)", table.parent ?? "-", table.policy, table.flags)
    }
    listing.print()
  }

  private static func print(_ layers: [LayerReply]) {
    var listing = Listing(
      ("CALL", .left), ("MODULE", .left), ("SYMBOL", .left), ("PRIO", .right), ("STATE", .left), ("CALLS", .right),
      ("ERRORS", .right), ("INSIDE", .right), ("FAULTS", .right), ("P50", .right), ("P99", .right), ("MAX", .right),
      ("RULE", .left))
    for layer in layers {
      listing.add(
        layer.callText, layer.module, layer.symbol, layer.isObserver ? "watch" : layer.priority.map { "\($0)" } ?? "-",
        layer.state, layer.counted(layer.calls), layer.counted(layer.errors), "\(layer.inFlight)", "\(layer.faults)",
        layer.counted(layer.p50), layer.counted(layer.p99), layer.counted(layer.longest), layer.rule ?? "-")
    }
    listing.print()
  }
}

extension LayerReply {
  /// The call's name, or its number.
  var callText: String { number < 0 ? "all" : call ?? "\(number)" }

  /// Its calls are counted, or have been.
  var isCounted: Bool { counting != "off" || calls > 0 }

  /// One of its counts; "-" where there is none.
  func counted(_ value: UInt64?) -> String { isCounted ? value.map { "\($0)" } ?? "-" : "-" }
}
