import ArgumentParser
import HeirloomControl

struct Attach: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a process that runs use a system call table, from its next call on.",
    discussion: """
      The process must itself be allowed to select the table, and to leave the one it uses; with --tree each of those that \
      descend from it, too.
      """)

  @OptionGroup var kernel: KernelSelection

  @Flag(help: "All that descend from the process, too: all or none.")
  var tree = false

  @Argument(help: "The process's id inside the kernel, as heirloom ps shows it.")
  var pid: Int32

  @Argument(help: "The table.")
  var table: String

  func run() throws {
    for reply in try kernel.ask(AttachTable(pid: pid, table: table, tree: tree)) { reply.print("uses \(table)") }
  }
}

struct Detach: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a process that runs use no system call table, from its next call on.")

  @OptionGroup var kernel: KernelSelection

  @Flag(help: "All that descend from the process, too: all or none.")
  var tree = false

  @Argument(help: "The process's id inside the kernel, as heirloom ps shows it.")
  var pid: Int32

  func run() throws {
    for reply in try kernel.ask(AttachTable(pid: pid, table: nil, tree: tree)) { reply.print("uses no table") }
  }
}

extension AttachTable.Reply {
  fileprivate func print(_ what: String) {
    for process in processes { Host.print("process \(process) \(what)\n") }
  }
}
