/// Reads the part of TOML (toml.io, 1.0) that a file of definitions needs: comments, `[[array.of.tables]]` headers, and keys with
/// basic and literal strings, integers, booleans and arrays of these, which may go over several lines. What else TOML has is
/// refused, with its line.
///
/// The packages that read all of TOML do not say on which line a value stands, and bring Foundation into the command.
struct DefinitionReader {
  enum Value: Equatable {
    case string(String), integer(Int64), boolean(Bool), array([Value])
  }

  struct Entry {
    let value: Value
    let line: Int
  }

  struct Section {
    let name: String
    let line: Int
    var entries: [String: Entry] = [:]
  }

  private let bytes: [UInt8]
  private var at = 0
  private var line = 1

  private init(_ text: String) { bytes = Array(text.utf8) }

  /// - Throws: what is wrong on the first line that cannot be read.
  static func read(_ text: String) throws(DefinitionProblem) -> [Section] {
    var reader = DefinitionReader(text)
    return try reader.sections()
  }

  private mutating func sections() throws(DefinitionProblem) -> [Section] {
    var sections: [Section] = []
    while true {
      skipBlanks(lines: true)
      guard let byte = peek else { return sections }
      if byte == UInt8(ascii: "[") {
        sections.append(try header())
      } else {
        let line = line
        let key = try key()
        skipBlanks()
        guard take(UInt8(ascii: "=")) else { throw problem("'=' is missing after '\(key)'") }
        skipBlanks()
        let value = try value()
        guard !sections.isEmpty else { throw DefinitionProblem(line, "'\(key)' stands before the first [[table]] or [[module]]") }
        guard sections[sections.count - 1].entries[key] == nil else { throw DefinitionProblem(line, "'\(key)' is given twice") }
        sections[sections.count - 1].entries[key] = Entry(value: value, line: line)
      }
      try endOfLine()
    }
  }

  private mutating func header() throws(DefinitionProblem) -> Section {
    let line = line
    at += 1
    guard take(UInt8(ascii: "[")) else { throw problem("a section begins with [[table]] or [[module]]") }
    skipBlanks()
    let name = try key()
    skipBlanks()
    guard take(UInt8(ascii: "]")), take(UInt8(ascii: "]")) else { throw problem("']]' is missing after '[[\(name)'") }
    return Section(name: name, line: line)
  }

  private mutating func key() throws(DefinitionProblem) -> String {
    if let quote = peek, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") { return try string(quote) }
    let start = at
    while let byte = peek, isWord(byte) { at += 1 }
    guard at > start else { throw problem("a name is expected here") }
    return text(start)
  }

  private mutating func value() throws(DefinitionProblem) -> Value {
    switch peek {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return .string(try string(peek.unsafelyUnwrapped))
    case UInt8(ascii: "["): return .array(try array())
    case nil, 0x0a, 0x0d, UInt8(ascii: "#"): throw problem("a value is missing")
    default: break
    }
    let start = at
    while let byte = peek, isWord(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: ":") {
      at += 1
    }
    let word = text(start)
    if word == "true" || word == "false" { return .boolean(word == "true") }
    guard let number = Self.integer(word) else {
      throw problem(word.isEmpty ? "a value is expected here" : "'\(word)' is no value; a text stands in quotes")
    }
    return .integer(number)
  }

  private static func integer(_ word: String) -> Int64? {
    guard word.last != "_", !word.contains("__") else { return nil }
    let digits = word.replacing("_", with: "")
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
      return Int64(digits.dropFirst(2), radix: radix)
    }
    let unsigned = digits.drop { $0 == "-" || $0 == "+" }
    guard unsigned.count == 1 || unsigned.first != "0" else { return nil }
    return Int64(digits)
  }

  private mutating func array() throws(DefinitionProblem) -> [Value] {
    let line = line
    var values: [Value] = []
    at += 1
    while true {
      skipBlanks(lines: true)
      if take(UInt8(ascii: "]")) { return values }
      guard peek != nil else { throw DefinitionProblem(line, "']' is missing") }
      values.append(try value())
      skipBlanks(lines: true)
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "]")) else { throw problem("',' or ']' is expected here") }
      return values
    }
  }

  private mutating func string(_ quote: UInt8) throws(DefinitionProblem) -> String {
    at += 1
    var result: [UInt8] = []
    while true {
      guard let byte = peek, byte != 0x0a else { throw problem("a text does not end on its line") }
      at += 1
      if byte == quote { return String(decoding: result, as: UTF8.self) }
      if byte == UInt8(ascii: "\\"), quote == UInt8(ascii: "\"") { result += try escape() } else { result.append(byte) }
    }
  }

  private mutating func escape() throws(DefinitionProblem) -> [UInt8] {
    guard let byte = peek else { throw problem("a text does not end on its line") }
    at += 1
    switch byte {
    case UInt8(ascii: "n"): return [0x0a]
    case UInt8(ascii: "t"): return [0x09]
    case UInt8(ascii: "\\"), UInt8(ascii: "\""): return [byte]
    case UInt8(ascii: "u"):
      let digits = String(decoding: bytes[at..<min(at + 4, bytes.count)], as: UTF8.self)
      guard digits.count == 4, let number = UInt32(digits, radix: 16), let scalar = Unicode.Scalar(number) else { break }
      at += 4
      return Array(String(Character(scalar)).utf8)
    default: break
    }
    throw problem("there is no such escape in a text; a backslash is written twice")
  }

  // MARK: Bytes

  private var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek == byte else { return false }
    at += 1
    return true
  }

  private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }

  private func text(_ start: Int) -> String { String(decoding: bytes[start..<at], as: UTF8.self) }

  /// - Parameter lines: ends of lines and comments too.
  private mutating func skipBlanks(lines: Bool = false) {
    while let byte = peek {
      switch byte {
      case 0x20, 0x09: at += 1
      case 0x0a where lines:
        at += 1
        line += 1
      case 0x0d where lines: at += 1
      case UInt8(ascii: "#") where lines: while let next = peek, next != 0x0a { at += 1 }
      default: return
      }
    }
  }

  private mutating func endOfLine() throws(DefinitionProblem) {
    skipBlanks()
    if peek == UInt8(ascii: "#") { while let next = peek, next != 0x0a { at += 1 } }
    _ = take(0x0d)
    guard peek == nil || peek == 0x0a else { throw problem("nothing more is expected on this line") }
  }

  private func problem(_ what: String) -> DefinitionProblem { DefinitionProblem(line, what) }
}

/// What is wrong with a file of definitions.
public struct DefinitionProblem: Error, Equatable, Sendable, CustomStringConvertible {
  /// Counted from 1.
  public let line: Int
  public let what: String

  init(_ line: Int, _ what: String) { (self.line, self.what) = (line, what) }

  public var description: String { "line \(line): \(what)" }
}
