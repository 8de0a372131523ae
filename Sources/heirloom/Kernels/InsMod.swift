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
    let words = parameters + (user.map { [ModuleParameters.user + "=" + $0.text] } ?? [])
    try Self.insert(file, words, into: kernel.kernel)
  }

  /// - Parameter kernel: its name or process id; nil: the only one.
  static func insert(_ file: String, _ parameters: [String], into kernel: String?) throws {
    guard let path = Host.absolutePath(file) else { throw Failure.reported("\(file): no such file", Failure.own) }
    _ = try KernelSelection.ask(InsertModule(path: path, parameters: parameters), of: kernel)
  }
}
