import ArgumentParser
import HeirloomControl

struct RmMod: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rmmod", abstract: "Unload a module from a running kernel.",
    discussion: """
      New calls go past the module at once; those that are inside have some time to end. Where one has not ended by then, \
      the module stays as it was, and the message says which processes hold it.
      """)

  @OptionGroup var kernel: KernelSelection

  @Option(help: ArgumentHelp("How many seconds calls inside have to end (2).", valueName: "SECONDS"))
  var timeout: Double?

  @Flag(help: "Wake calls that sleep inside the module, so that they start anew past it.")
  var interrupt = false

  @Argument(
    help: ArgumentHelp("The module, by the name that lsmod shows.", valueName: "NAME"),
    completion: .custom { _, _, _ in KernelSelection.loadedModules })
  var name: String

  func validate() throws {
    try Timeout.check(timeout)
  }

  func run() throws { _ = try kernel.ask(RemoveModule(module: name, seconds: timeout, interrupt: interrupt)) }
}
