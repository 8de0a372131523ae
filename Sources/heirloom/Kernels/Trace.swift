import ArgumentParser
import HeirloomControl

struct Trace: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the system calls of a running kernel's processes, and who serves them.",
    discussion: """
      A line a call, as strace(1) writes it, and behind it who served it, from the uppermost layer down: table:module, \
      'refuses' behind it where something refuses calls in the place of a module that is gone, and 'kernel' where the \
      kernel's own handler did. A call is shown when it has ended. It goes on until ^C, or until the \
      processes that were named have ended.

      EXAMPLES
        heirloom trace
        heirloom trace 2
      """)

  @OptionGroup var kernel: KernelSelection
  @OptionGroup var form: ListingForm

  @Flag(name: .customShort("T"), help: "Show how long each call took, in microseconds.")
  var durations = false

  @Argument(help: "Processes, by their ids inside the kernel; what they start is shown too. None: all.")
  var processes: [Int32] = []

  func run() throws {
    let connection = try kernel.connect()
    do throws(ControlError) {
      try connection.send(TraceCalls(processes: processes))
      while let call = try connection.next(TraceCalls.Reply.self) {
        Host.print((form.json ? JSON(encoding: call).text : call.line(durations)) + "\n")
      }
    } catch {
      // The end of a kernel is the end of its calls.
      if error == connection.hasEnded { return }
      throw Failure.reported(error)
    }
  }
}

extension TraceCalls.Reply {
  fileprivate func line(_ hasDuration: Bool) -> String {
    var text = lost > 0 ? "[\(lost) calls came too fast]\n" : ""
    text += "[\(pid)\(tid == pid ? "" : ".\(tid)")] \(call)"
    if hasDuration { text += " <\(Double(Int(duration * 10)) / 10)>" }
    var served = layers.map { "\($0.table):\($0.module)\($0.refuses ?? false ? " refuses" : "")" }
    if let furtherLayers { served.append("\(furtherLayers) more") }
    if reachesDefault && !served.isEmpty { served.append("kernel") }
    return served.isEmpty ? text : text + "  [" + served.joined(separator: " > ") + "]"
  }
}
