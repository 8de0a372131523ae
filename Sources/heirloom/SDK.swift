import ArgumentParser

struct SDK: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sdk", abstract: "Print the folder with what modules are built against: headers, Swift SDK, module.mk.")

  func run() throws { Host.print(try Self.folder() + "\n") }

  /// The SDK beside this command, which make has put there.
  static func folder() throws -> String {
    let command = try Host.executable()
    var above = command
    while let slash = above.lastIndex(of: "/") {
      above = String(above[..<slash])
      for folder in ["/sdk", "/build/sdk"] where Host.contents(of: above + folder + "/module.mk") != nil {
        return above + folder
      }
    }
    throw Failure.reported("\(command): there is no SDK beside it (sdk/module.mk); `make` in its checkout makes one", Failure.own)
  }
}
