/// Reads one JSON value from bytes that nobody vouches for: every mistake is an error with its place, no depth ends the stack.
struct JSONParser {
  struct Problem: Error, Equatable {
    let what: String
    /// Bytes before it.
    let offset: Int
  }

  /// Deeper than any message of ours.
  private static let maximumDepth = 64

  private let bytes: [UInt8]
  private var position = 0

  static func parse(_ bytes: [UInt8]) throws(Problem) -> JSON {
    var parser = JSONParser(bytes: bytes)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    if parser.position < bytes.count { throw parser.problem("something behind the value") }
    return value
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private func problem(_ what: String) -> Problem { Problem(what: what, offset: position) }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { position += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard next == byte else { return false }
    position += 1
    return true
  }

  private mutating func value(depth: Int) throws(Problem) -> JSON {
    if depth > Self.maximumDepth { throw problem("nested too deeply") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth)
    case UInt8(ascii: "["): return try array(depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    case nil: throw problem("no value")
    default: return try number()
    }
  }

  private mutating func word(_ word: String, _ value: JSON) throws(Problem) -> JSON {
    guard bytes[position...].starts(with: word.utf8) else { throw problem("not a value") }
    position += word.utf8.count
    return value
  }

  private mutating func object(_ depth: Int) throws(Problem) -> JSON {
    position += 1
    var members: [JSON.Member] = []
    if take(UInt8(ascii: "}")) { return .object(members) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw problem("a member's name is missing") }
      let name = try string()
      guard take(UInt8(ascii: ":")) else { throw problem("':' is missing") }
      members.append(JSON.Member(name, try value(depth: depth + 1)))
    } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "}")) else { throw problem("'}' is missing") }
    return .object(members)
  }

  private mutating func array(_ depth: Int) throws(Problem) -> JSON {
    position += 1
    var values: [JSON] = []
    if take(UInt8(ascii: "]")) { return .array(values) }
    repeat { values.append(try value(depth: depth + 1)) } while take(UInt8(ascii: ","))
    guard take(UInt8(ascii: "]")) else { throw problem("']' is missing") }
    return .array(values)
  }

  private mutating func number() throws(Problem) -> JSON {
    let start = position
    while let byte = next, "+-.0123456789eE".utf8.contains(byte) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if let value = Int64(text), !text.hasPrefix("+") { return .integer(value) }
    guard let value = Double(text), let first = text.utf8.first, first != UInt8(ascii: "+"), value.isFinite else {
      position = start
      throw problem("not a value")
    }
    return .number(value)
  }

  private mutating func string() throws(Problem) -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else { throw problem("not UTF-8") }
        return string
      case UInt8(ascii: "\\"): text += try escape()
      case ..<0x20: throw problem("a control character in a string")
      default: text.append(byte)
      }
    }
    throw problem("a string without an end")
  }

  private mutating func escape() throws(Problem) -> [UInt8] {
    guard let byte = next else { throw problem("a string without an end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"): return Array(String(try scalar()).utf8)
    default: throw problem("an unknown escape")
    }
  }

  /// After `\u`: one scalar, two escapes where it is a surrogate pair.
  private mutating func scalar() throws(Problem) -> Character {
    let high = try hexadecimal()
    guard 0xd800..<0xdc00 ~= high else {
      guard let scalar = Unicode.Scalar(high) else { throw problem("half a surrogate pair") }
      return Character(scalar)
    }
    guard bytes[position...].starts(with: "\\u".utf8) else { throw problem("half a surrogate pair") }
    position += 2
    let low = try hexadecimal()
    guard 0xdc00..<0xe000 ~= low, let scalar = Unicode.Scalar(0x10000 + (high - 0xd800) << 10 + (low - 0xdc00)) else {
      throw problem("half a surrogate pair")
    }
    return Character(scalar)
  }

  private mutating func hexadecimal() throws(Problem) -> UInt32 {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, !digits.contains(UInt8(ascii: "+")), !digits.contains(UInt8(ascii: "-")),
      let value = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw problem("not four hexadecimal digits") }
    position += 4
    return value
  }
}
