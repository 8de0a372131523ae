import ArgumentParser
import HeirloomControl
import HeirloomKernel

struct Dmesg: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the log of a running kernel: what it and its modules (printk) have to say.")

  @OptionGroup var kernel: KernelSelection
  @OptionGroup var form: ListingForm

  @Flag(name: .shortAndLong, help: "Go on with what comes, until ^C or the kernel's end.")
  var follow = false

  func run() throws {
    let connection = try kernel.connect()
    if form.json && !follow { return Listing.print(json: try kernel.ask(ReadLog(follow: false))) }
    do throws(ControlError) {
      try connection.send(ReadLog(follow: follow))
      while let line = try connection.next(ReadLog.Reply.self) {
        Host.print(form.json ? JSON(encoding: line).text + "\n" : line.description + "\n")
      }
    } catch {
      // The end of a kernel is the end of its log.
      if follow && error == connection.hasEnded { return }
      throw Failure.reported(error)
    }
  }
}

extension ReadLog.Reply {
  fileprivate var description: String {
    let time = UInt64(max(0, self.time) * 1e9)
    return KernelLog.Line(time: time, level: KernelLog.Level(rawValue: level) ?? .info, text: text).description
  }
}
