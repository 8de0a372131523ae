import ArgumentParser
import HeirloomControl

struct InsMod: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "insmod", abstract: "Load a module into a running kernel.",
    discussion: """
      EXAMPLES
        heirloom insmod build/plugins/getpid2.so
        heirloom insmod delay.so calls=read,write ms=20
      """)

  @OptionGroup var kernel: KernelSelection

  @Argument(help: ArgumentHelp("The module.", valueName: "FILE.so"), completion: .file(extensions: ["so"]))
  var file: String

  @Argument(help: ArgumentHelp("Its parameters (heirloom modinfo FILE.so lists them).", valueName: "key=value"))
  var parameters: [String] = []

  func run() throws {
    guard let path = Host.absolutePath(file) else { throw Failure.reported("\(file): no such file", Failure.own) }
    _ = try kernel.ask(InsertModule(path: path, parameters: parameters))
  }
}
