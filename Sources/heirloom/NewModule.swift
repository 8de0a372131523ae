public import ArgumentParser
import HeirloomKernel
public import HeirloomModules

extension ModuleTemplate.Language: ExpressibleByArgument {}

struct NewModule: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new-module", abstract: "Write a folder with a module that builds and shows itself.",
    discussion: """
      The folder NAME gets the module's source, a guest program that shows it, the output to expect, and a Makefile. The \
      module overrides one call in the table NAME: it logs the arguments and lets the kernel serve the call.

      EXAMPLES
        heirloom new-module quiet --override openat
        cd quiet && make check
        heirloom run --module build/quiet.so --table quiet -- busybox cat /etc/passwd
      """)

  @Argument(help: ArgumentHelp("The folder to write; the module and its table are named like it.", valueName: "NAME"))
  var name: String

  @Option(help: ArgumentHelp("The module's language: c or swift.", valueName: "LANGUAGE"))
  var lang = ModuleTemplate.Language.c

  @Option(help: ArgumentHelp("The system call that the module overrides.", valueName: "CALL"))
  var override = "getpid"

  func validate() throws {
    if let problem = ModuleTemplate.problem(withName: name) { throw ValidationError("'\(name)': \(problem)") }
  }

  func run() throws {
    guard let row = DefaultTable.rows.first(where: { $0.name == override }) else {
      let near = NearMatches.of(override, in: DefaultTable.rows.map(\.name))
      let hint = near.isEmpty ? "" : "; near to it: " + near.joined(separator: ", ")
      throw Failure.reported("no system call is named '\(override)'\(hint)", Failure.own)
    }
    _ = try SDK.folder()
    let template = ModuleTemplate(name: name, language: lang, row: row, command: try Host.executable())
    try Host.makeDirectory(name)
    for file in template.files { try Host.create(file.text, at: name + "/" + file.name) }
    Host.print(
      """
      \(name): overrides \(override) in the table "\(name)". Next:
        cd \(name) && make check
        \(name).\(lang == .c ? "c" : "swift") is where to begin

      """)
  }
}
