import ArgumentParser
import HeirloomControl
import HeirloomModules

struct Tables: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the system call tables of a running kernel, or what one of them holds; keep them in a file.",
    subcommands: [TableListing.self, Save.self, Load.self, Check.self], defaultSubcommand: TableListing.self)

  struct Save: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Write the tables of a running kernel, and the modules that fill them, into a file.")

    @OptionGroup var kernel: KernelSelection

    @Argument(help: ArgumentHelp("The file; one that is there is replaced at once.", valueName: "FILE"))
    var file: String

    func run() throws {
      guard let reply = try kernel.ask(SaveTables()).first else { return }
      try ReplacedFile.replace(file, with: Array(reply.text.utf8))
    }
  }

  struct Load: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make the tables of a file in a running kernel, and load its modules.",
      discussion: "The file is checked as a whole before anything is changed.")

    @OptionGroup var kernel: KernelSelection
    @Argument(help: ArgumentHelp("The file.", valueName: "FILE"))
    var file: String

    func run() throws {
      let source = try DefinitionSource(file)
      let connection = try kernel.connect()
      do throws(ControlError) {
        for reply in try connection.ask(LoadTables(text: source.text, folder: source.folder)) {
          source.warn(reply.warning)
        }
      } catch { throw Failure.reported("\(file): \(error)", error.exitCode) }
    }
  }

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Check a file of tables. No kernel is asked, and nothing of its modules runs.")

    @Argument(help: ArgumentHelp("The file.", valueName: "FILE"))
    var file: String

    func run() throws {
      let source = try DefinitionSource(file)
      for problem in try source.checked({ (file) throws(DefinitionProblem) in try file.check() }) {
        source.warn(problem.description)
      }
    }
  }
}

/// A file of definitions, as it is read.
struct DefinitionSource {
  let path: String
  let text: String
  /// Where relative paths in it begin.
  let folder: String

  /// - Throws: where there is no such file, or it is no text.
  init(_ path: String) throws {
    self.path = path
    guard let text = String(validating: try ReplacedFile.contents(of: path), as: UTF8.self) else {
      throw Failure.reported("\(path): not a text (UTF-8)", Failure.own)
    }
    self.text = text
    let absolute = Host.absolutePath(path) ?? path
    folder = String(absolute[...(absolute.lastIndex(of: "/") ?? absolute.startIndex)])
  }

  /// - Throws: the problem, said.
  func checked<R>(_ body: (DefinitionFile) throws(DefinitionProblem) -> R) throws -> R {
    do throws(DefinitionProblem) { return try body(try DefinitionFile(text, folder: folder)) } catch {
      throw Failure.reported("\(path): \(error)", Failure.own)
    }
  }

  func warn(_ problem: String) { Host.printError("heirloom: \(path): \(problem)\n") }
}
