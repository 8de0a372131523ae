import ArgumentParser
import HeirloomControl

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say who serves a system call of a process, and why.",
    discussion: """
      The table that the process uses and how it came to it; then what that table has for the call, from the uppermost \
      layer down, what its parents have, and what the kernel's own handler does.

      EXAMPLE
        heirloom explain 2 openat
      """)

  @OptionGroup var kernel: KernelSelection
  @OptionGroup var form: ListingForm

  @Argument(help: "The process's id inside the kernel, as heirloom ps shows it.")
  var pid: Int32

  @Argument(help: "The call's name or its number.")
  var call: String

  func run() throws {
    let replies = try kernel.ask(ExplainCall(pid: pid, call: call))
    if form.json { return Listing.print(json: replies) }
    for reply in replies { Host.print(reply.text) }
  }
}

extension ExplainCall.Reply {
  fileprivate var text: String {
    var text = "\(call ?? "call") (\(number)) of process \(pid) (\(program))\n"
    if let table {
      text += "table \(table): \(originText)\n"
    } else {
      text += "no table\n"
    }
    for table in tables {
      text += "  \(table.name)"
      if table.isRevoked ?? false {
        text += ": revoked, the kernel's own calls serve"
      } else if table.layers.allSatisfy(\.isObserver) {
        text += ": nothing of its own"
      }
      text += "\n"
      for layer in table.layers { text += "    \(layer.line)\n" }
    }
    switch support {
    case nil: text += "  the kernel: no such call (ENOSYS)\n"
    case "full"?: text += "  the kernel: \(call ?? "")\n"
    case let support?: text += "  the kernel: \(call ?? ""), \(support)\n"
    }
    return text
  }

  private var originText: String {
    switch origin {
    case "selected": "selected by the process itself"
    case "inherited": "inherited from process \(from ?? 0)"
    case "program": "named by its program"
    default: "given on the command line"
    }
  }
}

extension LayerReply {
  fileprivate var line: String {
    var words = ["module \(module)", symbol].filter { !$0.isEmpty }.joined(separator: ", ")
    if isObserver { words += ", watches\(number < 0 ? " all calls" : "")" }
    if let priority { words += ", priority \(priority)" }
    if let rule { words += ", when \(rule)" }
    if state != "live" { words += ", \(state)" }
    return words + ", since \(Host.time(registered))"
  }
}
