import ArgumentParser
import HeirloomModules

struct ModInfo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "modinfo", abstract: "Show what a module file says of itself. Nothing of it runs.")

  @Argument(help: ArgumentHelp("The module.", valueName: "FILE.so"))
  var file: String

  func run() throws {
    let info: ModuleInfo
    do { info = try ModuleInfo(path: file) } catch { throw Failure.reported(error.description, Failure.own) }
    show("filename", info.path)
    show("name", info.name)
    show("abi", String(info.abi))
    show("version", info.version)
    show("description", info.description)
    show("author", info.author)
    show("license", info.license)
    for parameter in info.parameters {
      show("parm", "\(parameter.name): \(parameter.description) (\(parameter.typeAndRange))")
    }
    if info.isFullSwift { show("note", "full Swift: stays mapped after it is unloaded") }
  }

  private func show(_ field: String, _ value: String?) {
    guard let value else { return }
    print(field + ":" + String(repeating: " ", count: max(1, 15 - field.count)) + value)
  }
}

extension ModuleInfo.Parameter {
  /// `int, 1 to 100`.
  fileprivate var typeAndRange: String { type + (range.map { ", \($0.lowerBound) to \($0.upperBound)" } ?? "") }
}
