import ArgumentParser

struct ModInfo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "modinfo", abstract: "Show what a module file says of itself. Nothing of it runs.")

  @Argument(help: ArgumentHelp("The module.", valueName: "FILE.so"))
  var file: String

  func run() throws {
    throw Failure.reported("\(file): modules cannot be read yet", Failure.own)
  }
}
