import ArgumentParser
import HeirloomControl

struct Reload: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put a new version of a module in the place of the one that is loaded.",
    discussion: """
      The new version is read from the file that the old one came from, or from --file. Every call is served by the old one or \
      by the new one. Where the new one cannot be loaded, the old one goes on.

      EXAMPLES
        heirloom reload getpid2
        heirloom reload delay ms=50
      """)

  @OptionGroup var kernel: KernelSelection

  @Option(help: ArgumentHelp("Where the new version is.", valueName: "FILE.so"), completion: .file(extensions: ["so"]))
  var file: String?

  @Argument(
    help: ArgumentHelp("The module, by the name that lsmod shows.", valueName: "NAME"),
    completion: .custom { _, _, _ in KernelSelection.loadedModules })
  var name: String

  @Argument(help: ArgumentHelp("Its parameters; where there are none, they stay as they are.", valueName: "key=value"))
  var parameters: [String] = []

  func run() throws {
    let path = try file.map { file in
      guard let path = Host.absolutePath(file) else { throw Failure.reported("\(file): no such file", Failure.own) }
      return path
    }
    _ = try kernel.ask(ReloadModule(module: name, path: path, parameters: parameters.isEmpty ? nil : parameters))
  }
}
