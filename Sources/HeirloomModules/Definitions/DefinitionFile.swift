public import HeirloomABI
public import HeirloomKernel

/// Tables, and the modules that fill them, as one TOML file holds them; docs/tables.md says what stands in it.
public struct DefinitionFile: Sendable {
  public struct Table: Sendable {
    public let definition: TableDefinition
    let line: Int
  }

  public struct Module: Sendable {
    /// As it is to be opened.
    public let path: String
    /// Its own, where that is not its file's.
    public let name: String?
    public let parameters: [String]
    /// What it served when it was saved, for the time when it is missing.
    public let calls: [Call]
    let line: Int
  }

  public struct Call: Sendable, Equatable {
    public let table: String
    public let number: Int
  }

  public private(set) var tables: [Table] = []
  public private(set) var modules: [Module] = []

  /// - Parameter folder: where relative paths begin, with a slash at its end; "" for the working directory.
  /// - Throws: the first problem.
  public init(_ text: String, folder: String) throws(DefinitionProblem) {
    for section in try DefinitionReader.read(text) {
      var fields = DefinitionFields(section)
      switch section.name {
      case "table": tables.append(Table(definition: try Self.table(&fields), line: section.line))
      case "module": modules.append(try Self.module(&fields, section.line, folder))
      default: throw DefinitionProblem(section.line, "there is no '[[\(section.name)]]'; there are [[table]] and [[module]]")
      }
      try fields.end()
    }
    try checkNames()
  }

  private static func table(_ fields: inout DefinitionFields) throws(DefinitionProblem) -> TableDefinition {
    let name = try fields.name("name")
    guard let name else { throw fields.problem("a table needs a name") }
    var definition = TableDefinition(name: name)
    definition.attributes.owner = try fields.number("owner", 0...Int64(UInt32.max) - 1) ?? 0
    definition.attributes.group = try fields.number("group", 0...Int64(UInt32.max) - 1) ?? 0
    definition.attributes.mode = try fields.mode("mode") ?? definition.attributes.mode
    definition.attributes.policy = try fields.policy("policy")
    definition.parent = try fields.name("extends")
    definition.failMode = try fields.failMode("fail")
    definition.faultLimit = try fields.number("faults", 0...Int64(UInt32.max)) ?? 0
    definition.isRevoked = try fields.boolean("revoked") ?? false
    return definition
  }

  private static func module(
    _ fields: inout DefinitionFields, _ line: Int, _ folder: String
  ) throws(DefinitionProblem) -> Module {
    guard let path = try fields.string("file"), !path.isEmpty else { throw fields.problem("a module needs a file") }
    let name = try fields.string("name")
    let parameters = try fields.strings("parameters").map(\.text)
    let calls = try fields.strings("calls").map { (text, line) throws(DefinitionProblem) in
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, (try? TableDefinition.checkName(parts[0])) != nil,
        let number = DefaultTable.number(of: parts[1])
      else { throw DefinitionProblem(line, "'\(text)' is not of the form table:call") }
      return Call(table: parts[0], number: number)
    }
    return Module(path: path.hasPrefix("/") ? path : folder + path, name: name, parameters: parameters, calls: calls, line: line)
  }

  private func checkNames() throws(DefinitionProblem) {
    var lines: [String: Int] = [:]
    for table in tables {
      let name = table.definition.name
      if let first = lines.updateValue(table.line, forKey: name) {
        throw DefinitionProblem(table.line, "table '\(name)' is defined on line \(first) already")
      }
    }
  }

  /// Looks at what cannot be seen in the file alone. Nothing is changed, and nothing of a module runs.
  ///
  /// - Parameter existing: tables that are there already, and their parents.
  /// - Returns: what is amiss but can be lived with: modules that are missing.
  /// - Throws: the first problem.
  public func check(existing: [TableDefinition] = []) throws(DefinitionProblem) -> [DefinitionProblem] {
    var parents = Dictionary(uniqueKeysWithValues: existing.map { ($0.name, $0.parent) })
    var attributes = Dictionary(uniqueKeysWithValues: existing.map { ($0.name, $0.attributes) })
    for table in tables {
      parents[table.definition.name] = .some(table.definition.parent)
      attributes[table.definition.name] = table.definition.attributes
    }
    func problem(_ table: String, _ what: String) -> DefinitionProblem {
      DefinitionProblem(tables.first { $0.definition.name == table }?.line ?? 1, what)
    }
    switch TableDefinition.problem(of: tables.map(\.definition.name), parents, attributes) {
    case nil: break
    case .missing(let table, let parent): throw problem(table, "there is no table '\(parent)' to extend")
    case .circle(let table): throw problem(table, "table '\(table)' would extend itself")
    case .unsafe(let table, let parent):
      throw problem(table, "table '\(table)' cannot be safe: it extends '\(parent)', which is not, or not root's")
    }
    var missing: [DefinitionProblem] = []
    for module in modules {
      do throws(ModuleError) {
        let info = try ModuleInfo(path: module.path)
        _ = try ModuleParameters(module.parameters, for: info)
      } catch {
        let problem = DefinitionProblem(module.line, error.description)
        if error.code == .ENOENT { missing.append(problem) } else { throw problem }
      }
    }
    return missing
  }
}

extension DefaultTable {
  /// A call's number, by its name or as a number.
  fileprivate static func number(of text: String) -> Int? {
    if let number = Int(text) { return (0..<1024).contains(number) ? number : nil }
    return rows.first { $0.name == text }?.number
  }
}
