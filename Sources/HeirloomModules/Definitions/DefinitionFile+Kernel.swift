internal import HeirloomABI
public import HeirloomKernel

/// Between a file of definitions and a kernel.
extension DefinitionFile {
  /// Makes the tables and loads the modules. A module that is loaded already stays as it is.
  ///
  /// - Returns: what could not be had; calls that a missing module had served are refused where their table's fail mode says so.
  /// - Throws: the first problem; nothing has been changed then.
  public func load(into kernel: Kernel, _ loader: ModuleLoader) throws(DefinitionProblem) -> [DefinitionProblem] {
    _ = try check(existing: kernel.tables.definitions)
    do throws(Errno) { try kernel.tables.define(tables.map(\.definition)) } catch {
      throw DefinitionProblem(tables.first?.line ?? 1, "the tables cannot be made: \(error)")
    }
    var problems: [DefinitionProblem] = []
    for module in modules {
      do throws(ModuleError) { try loader.load(path: module.path, parameters: module.parameters) } catch {
        if error.code == .EEXIST { continue }
        problems.append(DefinitionProblem(module.line, error.description))
        do throws(Errno) {
          try kernel.tables.refuse(module.calls.map { ($0.table, $0.number) }, for: ModuleInfo.name(of: module.path))
        } catch { problems.append(DefinitionProblem(module.line, "its calls cannot be refused: \(error)")) }
      }
    }
    return problems
  }

  /// What a kernel holds, as a file.
  ///
  /// - Returns: TOML, with the modules' paths from the root.
  public static func text(of kernel: Kernel, _ loader: ModuleLoader) -> String {
    var text = "# Tables of a kernel, and the modules that fill them: heirloom run --tables FILE, heirloom tables load FILE\n"
    for table in kernel.tables.definitions { text += "\n" + self.text(table) }
    let descriptions = kernel.tables.descriptions
    for module in loader.loaded {
      text += "\n[[module]]\nfile = \(quoted(module.info.path))\n"
      let words = module.parameters.words.sorted()
      if !words.isEmpty { text += "parameters = [\(words.map(quoted).joined(separator: ", "))]\n" }
      let calls = descriptions.flatMap { table in
        table.layers.keys.sorted().filter { table.layers[$0]?.contains(module.name) ?? false }.map { number in
          quoted(table.name + ":" + (DefaultTable.declaration(of: number)?.name ?? "\(number)"))
        }
      }
      if !calls.isEmpty { text += "calls = [\(calls.joined(separator: ", "))]\n" }
    }
    return text
  }

  private static func text(_ table: TableDefinition) -> String {
    let attributes = table.attributes
    let mode = String(attributes.mode, radix: 8)
    var text = "[[table]]\nname = \(quoted(table.name))\nowner = \(attributes.owner)\ngroup = \(attributes.group)\n"
    text += "mode = \"" + String(repeating: "0", count: 4 - mode.count) + mode + "\"\n"
    if !attributes.policy.isEmpty {
      let names = TablePolicy.names.filter { attributes.policy.contains($0.policy) }.map { quoted($0.name) }
      text += "policy = [\(names.joined(separator: ", "))]\n"
    }
    if let parent = table.parent { text += "extends = \(quoted(parent))\n" }
    if case .closed(let error) = table.failMode { text += "fail = \"\(error)\"\n" }
    if table.faultLimit != 0 { text += "faults = \(table.faultLimit)\n" }
    return text
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
