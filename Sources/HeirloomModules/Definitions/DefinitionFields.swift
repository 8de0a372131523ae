internal import HeirloomABI
internal import HeirloomKernel

/// The keys of one section, taken one by one; what nobody has taken is a mistake.
struct DefinitionFields {
  private let section: DefinitionReader.Section
  private var left: [String: DefinitionReader.Entry]
  private var known: [String] = []

  init(_ section: DefinitionReader.Section) {
    self.section = section
    left = section.entries
  }

  func problem(_ what: String) -> DefinitionProblem { DefinitionProblem(section.line, what) }

  private mutating func take(_ key: String) -> DefinitionReader.Entry? {
    known.append(key)
    return left.removeValue(forKey: key)
  }

  func end() throws(DefinitionProblem) {
    guard let (key, entry) = left.min(by: { $0.value.line < $1.value.line }) else { return }
    throw DefinitionProblem(entry.line, "a \(section.name) has no '\(key)'; it has " + known.joined(separator: ", "))
  }

  mutating func string(_ key: String) throws(DefinitionProblem) -> String? {
    guard let entry = take(key) else { return nil }
    guard case .string(let text) = entry.value else { throw DefinitionProblem(entry.line, "'\(key)' takes a text in quotes") }
    return text
  }

  mutating func boolean(_ key: String) throws(DefinitionProblem) -> Bool? {
    guard let entry = take(key) else { return nil }
    guard case .boolean(let value) = entry.value else { throw DefinitionProblem(entry.line, "'\(key)' takes true or false") }
    return value
  }

  mutating func strings(_ key: String) throws(DefinitionProblem) -> [(text: String, line: Int)] {
    guard let entry = take(key) else { return [] }
    let mistake = DefinitionProblem(entry.line, "'\(key)' takes an array of texts: [\"…\", \"…\"]")
    guard case .array(let values) = entry.value else { throw mistake }
    return try values.map { (value) throws(DefinitionProblem) in
      guard case .string(let text) = value else { throw mistake }
      return (text, entry.line)
    }
  }

  /// A table's name.
  mutating func name(_ key: String) throws(DefinitionProblem) -> String? {
    let line = section.entries[key]?.line ?? section.line
    guard let name = try string(key) else { return nil }
    do throws(Errno) { try TableDefinition.checkName(name) } catch {
      throw DefinitionProblem(line, error == .ENAMETOOLONG ? "a table's name has at most 63 bytes" : "'\(name)' cannot be a table's name")
    }
    return name
  }

  mutating func number(_ key: String, _ range: ClosedRange<Int64>) throws(DefinitionProblem) -> UInt32? {
    guard let entry = take(key) else { return nil }
    guard case .integer(let number) = entry.value, range.contains(number) else {
      throw DefinitionProblem(entry.line, "'\(key)' takes a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return UInt32(number)
  }

  /// `0o750`, or "0750" as chmod takes it.
  mutating func mode(_ key: String) throws(DefinitionProblem) -> UInt32? {
    guard let entry = take(key) else { return nil }
    let mode: Int64? =
      switch entry.value {
      case .integer(let number): number
      case .string(let text): Int64(text, radix: 8)
      default: nil
      }
    guard let mode, (0...0o777).contains(mode) else {
      throw DefinitionProblem(entry.line, "'\(key)' takes permission bits, such as \"0750\" or 0o750")
    }
    return UInt32(mode)
  }

  mutating func policy(_ key: String) throws(DefinitionProblem) -> TablePolicy {
    var policy: TablePolicy = []
    var line = 0
    for (text, at) in try strings(key) {
      guard let bit = TablePolicy.names.first(where: { $0.name == text })?.policy else {
        let names = TablePolicy.names.map(\.name).joined(separator: ", ")
        throw DefinitionProblem(at, "there is no policy '\(text)'; there are \(names)")
      }
      policy.insert(bit)
      line = at
    }
    guard policy.isSound else { throw DefinitionProblem(line, "a table that is locked cannot be dropped at fork or exec") }
    return policy
  }

  mutating func failMode(_ key: String) throws(DefinitionProblem) -> FailMode {
    let line = section.entries[key]?.line ?? 0
    guard let text = try string(key), text != "open" else { return .open }
    guard let error = Errno(named: text) else {
      throw DefinitionProblem(line, "'\(key)' takes \"open\" or an error's name, such as \"EPERM\"")
    }
    return .closed(error)
  }
}
