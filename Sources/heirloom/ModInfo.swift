import ArgumentParser
import HeirloomControl
import HeirloomModules

struct ModInfo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "modinfo",
    abstract: "Show what a module says of itself: a file, of which nothing runs, or a module of a running kernel.",
    discussion: """
      EXAMPLES
        heirloom modinfo build/plugins/getpid2.so
        heirloom modinfo getpid2
      """)

  @OptionGroup var kernel: KernelSelection
  @OptionGroup var form: ListingForm

  @Argument(
    help: ArgumentHelp("The module: a file, or the name that lsmod shows.", valueName: "FILE.so|NAME"),
    completion: .custom { _, _, prefix in KernelSelection.loadedModules + Host.moduleFiles(beginningWith: prefix) })
  var module: String

  func run() throws {
    let description = try description()
    if form.json { return Host.print(JSON(encoding: description).prettyText + "\n") }
    show("filename", description.path)
    show("name", description.name)
    show("abi", String(description.abi))
    show("version", description.version)
    show("description", description.description)
    show("author", description.author)
    show("license", description.license)
    for parameter in description.parameters {
      let range = parameter.range.map { ", \($0)" } ?? ""
      let value = parameter.value.map { " = \($0)" } ?? ""
      show("parm", "\(parameter.name)\(value): \(parameter.description) (\(parameter.type)\(range))")
    }
    for name in description.exports { show("export", name) }
    for name in description.dependencies { show("depends", name) }
    show("user", description.user)
    if description.staysMapped { show("note", "full Swift: stays mapped after it is unloaded") }
  }

  private func description() throws -> ModuleDescription {
    let isFile = module.contains("/") || module.hasSuffix(".so") || kernel.kernel == nil && Host.absolutePath(module) != nil
    guard isFile else {
      guard let description = try kernel.ask(DescribeModule(module: module)).first else { throw ExitCode(Failure.own) }
      return description
    }
    do { return ModuleDescription(try ModuleInfo(path: module)) } catch {
      throw Failure.reported(error.description, Failure.own)
    }
  }

  private func show(_ field: String, _ value: String?) {
    guard let value else { return }
    Host.print(field + ":" + String(repeating: " ", count: max(1, 15 - field.count)) + value + "\n")
  }
}
