import ArgumentParser
import HeirloomKernel

struct BrandCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "brand",
    abstract: "Write into a program which system call table it is to run under.",
    usage: """
      heirloom brand <FILE> <TABLE>
      heirloom brand --show <FILE>
      heirloom brand --remove <FILE>
      """,
    discussion: """
      When FILE is executed under Heirloom, it selects TABLE, where there is such a table and the caller may select it; \
      else it runs with what it would have had. Elsewhere it runs as before.
      """)

  @Flag(help: "Print the table that FILE names.")
  var show = false

  @Flag(help: "Take the note out again.")
  var remove = false

  @Argument(help: ArgumentHelp("An i386 program.", valueName: "FILE"))
  var file: String

  @Argument(help: ArgumentHelp("The table's name.", valueName: "TABLE"))
  var table: String?

  func validate() throws {
    if show && remove { throw ValidationError("--show or --remove, not both") }
    if (show || remove) == (table != nil) {
      throw ValidationError(table == nil ? "No table given: heirloom brand FILE TABLE" : "--show and --remove take no table")
    }
  }

  func run() throws {
    do {
      var image = try BrandedImage(try ReplacedFile.contents(of: file))
      if show { return try describe(image) }
      if let table {
        try image.setTable(table)
      } else if !image.remove() {
        throw BrandedImage.Problem(
          description: image.isBrandedByItself ? "it was compiled with its table's name, which cannot be taken out" : "it names no table")
      }
      try ReplacedFile.replace(file, with: image.bytes)
    } catch let problem as BrandedImage.Problem {
      throw Failure.reported("\(file): \(problem)", Failure.own)
    }
  }

  private func describe(_ image: BrandedImage) throws {
    guard let table = image.table else { throw BrandedImage.Problem(description: "it names no table") }
    print(table)
  }
}
