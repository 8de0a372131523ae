internal import HeirloomABI
public import HeirloomKernel

/// Between a file of definitions and a kernel.
extension DefinitionFile {
  /// Makes the tables and loads the modules. A module that is loaded already stays as it is.
  ///
  /// - Returns: what could not be had, other parameters of a loaded module among it; calls that a missing module had served are refused where their table's fail mode says so.
  /// - Throws: the first problem; nothing has been changed then.
  public func load(into kernel: Kernel, _ loader: ModuleLoader) throws(DefinitionProblem) -> [DefinitionProblem] {
    _ = try check(existing: kernel.tables.definitions)
    do throws(Errno) { try kernel.tables.define(tables.map(\.definition)) } catch {
      throw DefinitionProblem(tables.first?.line ?? 1, "the tables cannot be made: \(error)")
    }
    var problems: [DefinitionProblem] = []
    var predecessor = loader.loaded.last?.name
    for module in modules {
      defer { predecessor = module.knownName }
      do throws(ModuleError) { try loader.load(path: module.path, parameters: module.parameters) } catch {
        if error.code == .EEXIST {
          if let problem = module.difference(from: loader) { problems.append(problem) }
          continue
        }
        problems.append(DefinitionProblem(module.line, error.description))
        loader.remember(missing: module, after: predecessor)
        do throws(Errno) { try kernel.tables.refuse(module.calls.map { ($0.table, $0.number) }, for: module.knownName) } catch {
          problems.append(DefinitionProblem(module.line, "its calls cannot be refused: \(error)"))
        }
      }
    }
    return problems
  }

  /// What a kernel holds, as a file: its modules in the order in which they were loaded, and where they were to be those that
  /// could not.
  ///
  /// - Returns: TOML, with the modules' paths from the root.
  public static func text(of kernel: Kernel, _ loader: ModuleLoader) -> String {
    var text = "# Tables of a kernel, and the modules that fill them: heirloom run --tables FILE, heirloom tables load FILE\n"
    for table in kernel.tables.definitions { text += "\n" + self.text(table) }
    var modules = loader.loaded.map { (name: $0.name, text: self.text($0)) }
    for missing in loader.missing {
      let place = missing.predecessor.map { name in modules.firstIndex { $0.name == name }.map { $0 + 1 } ?? modules.endIndex } ?? 0
      modules.insert((missing.module.knownName, self.text(missing.module)), at: place)
    }
    return text + modules.map { "\n" + $0.text }.joined()
  }

  private static func text(_ module: HeirloomModules.Module) -> String {
    guard let path = module.info.filePath else {
      return "# Module \(quoted(module.name)) has no file: a guest has loaded it from its memory.\n"
    }
    let calls = module.registrations.filter { !$0.isObserver }.map { Call(table: $0.table, number: $0.number) }
    let ownName = module.name == ModuleInfo.name(of: path) ? nil : module.name
    return text(Module(path: path, name: ownName, parameters: module.parameters.words.sorted(), calls: calls, line: 0))
  }

  private static func text(_ module: Module) -> String {
    var text = "[[module]]\nfile = \(quoted(module.path))\n"
    if let name = module.name { text += "name = \(quoted(name))\n" }
    if !module.parameters.isEmpty { text += "parameters = [\(module.parameters.map(quoted).joined(separator: ", "))]\n" }
    let calls = module.calls.map { quoted($0.table + ":" + (DefaultTable.declaration(of: $0.number)?.name ?? "\($0.number)")) }
    if !calls.isEmpty { text += "calls = [\(calls.joined(separator: ", "))]\n" }
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
    if table.isRevoked { text += "revoked = true\n" }
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

extension DefinitionFile.Module {
  /// The module's name, as far as it is known while the module is missing.
  var knownName: String { name ?? ModuleInfo.name(of: path) }

  /// That the module is loaded with parameters that are not the file's.
  fileprivate func difference(from loader: ModuleLoader) -> DefinitionProblem? {
    guard let loaded = loader.loaded.first(where: { $0.name == knownName }) else { return nil }
    let words = loaded.parameterWords
    if words.sorted() == parameters.sorted() { return nil }
    let has = words.isEmpty ? "without parameters" : "with \(words.joined(separator: " "))"
    let way =
      parameters.isEmpty
      ? "'heirloom rmmod \(knownName)' and loading again" : "'heirloom reload \(knownName) \(parameters.joined(separator: " "))'"
    return DefinitionProblem(line, "module \(knownName) is loaded \(has) and stays so; \(way) would change that")
  }
}
