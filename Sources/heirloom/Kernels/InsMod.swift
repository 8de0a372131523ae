import ArgumentParser
import HeirloomControl
import HeirloomModules

struct InsMod: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "insmod", abstract: "Load a module into a running kernel.",
    discussion: """
      EXAMPLES
        heirloom insmod build/plugins/getpid2.so
        heirloom insmod delay.so calls=read,write ms=20
        heirloom insmod --user 1000:100 getpid2.so
      """)

  @OptionGroup var kernel: KernelSelection

  @Option(
    help: ArgumentHelp(
      "With whose rights it registers, in numbers: a table whose mode does not let it is refused. Else root's.",
      valueName: "UID[:GID]"))
  var user: UserID?

  @Argument(help: ArgumentHelp("The module.", valueName: "FILE.so"), completion: .file(extensions: ["so"]))
  var file: String

  @Argument(help: ArgumentHelp("Its parameters (heirloom modinfo FILE.so lists them).", valueName: "key=value"))
  var parameters: [String] = []

  func run() throws {
    guard let path = Host.absolutePath(file) else { throw Failure.reported("\(file): no such file", Failure.own) }
    let words = parameters + (user.map { [ModuleParameters.user + "=" + $0.text] } ?? [])
    _ = try kernel.ask(InsertModule(path: path, parameters: words))
  }
}
