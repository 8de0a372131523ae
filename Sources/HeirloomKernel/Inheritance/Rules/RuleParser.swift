internal import HeirloomABI

/// Reads a rule's text.
///
///     rule  := all { ("or" | "||") all }
///     all   := one { ("and" | "&&") one }
///     one   := ("not" | "!") one | "(" rule ")" | test
///     test  := "every" N | "chance" P ["%"] | value comparison
struct RuleParser {
  private let text: String
  private let signature: Signature
  private let call: String
  private var tokens: RuleTokens
  /// What the tests made so far point to.
  private var memory: [UnsafeMutableRawPointer] = []

  init(_ text: String, _ signature: Signature, _ call: String) throws(RuleError) {
    self.text = text
    self.signature = signature
    self.call = call
    tokens = RuleTokens(text)
  }

  /// A rule's tree.
  private indirect enum Node {
    case test(RuleTest)
    case not(Node)
    case and(Node, Node)
    case or(Node, Node)
  }

  mutating func compiled() throws(RuleError) -> [RuleTest] {
    var tests: [RuleTest] = []
    let tree: Node
    do throws(RuleError) {
      tree = try any()
      if let rest = tokens.next() { throw wrong("'\(rest)' is not expected here") }
      guard tokens.taken <= Self.maximumTokens else { throw wrong("it is too long") }
    } catch {
      for memory in memory { memory.deallocate() }
      throw RuleError(description: "rule \"\(text)\": \(error.description)")
    }
    emit(tree, RuleTest.holds, RuleTest.fails, &tests)
    // They were put down from the last one up.
    let last = UInt8(tests.count - 1)
    func turned(_ index: UInt8) -> UInt8 { index >= RuleTest.fails ? index : last - index }
    return tests.reversed().map { test in
      var test = test
      (test.ifTrue, test.ifFalse) = (turned(test.ifTrue), turned(test.ifFalse))
      return test
    }
  }

  /// So that tests can be counted in a byte.
  private static let maximumTokens = 250

  /// Memory for a test, with `values` in it.
  private mutating func kept<Value: BitwiseCopyable>(_ values: [Value]) -> UnsafeMutableRawPointer {
    let place = UnsafeMutablePointer<Value>.allocate(capacity: max(1, values.count))
    place.initialize(from: values, count: values.count)
    memory.append(place)
    return UnsafeMutableRawPointer(place)
  }

  /// Puts a node's tests behind those it goes on with. - Returns: the index of the one to begin with.
  @discardableResult
  private func emit(_ node: Node, _ ifTrue: UInt8, _ ifFalse: UInt8, _ tests: inout [RuleTest]) -> UInt8 {
    switch node {
    case .test(var test):
      (test.ifTrue, test.ifFalse) = (ifTrue, ifFalse)
      tests.append(test)
      return UInt8(tests.count - 1)
    case .not(let inner): return emit(inner, ifFalse, ifTrue, &tests)
    case .and(let one, let other): return emit(one, emit(other, ifTrue, ifFalse, &tests), ifFalse, &tests)
    case .or(let one, let other): return emit(one, ifTrue, emit(other, ifTrue, ifFalse, &tests), &tests)
    }
  }

  // MARK: Grammar

  private mutating func any() throws(RuleError) -> Node {
    var node = try all()
    while tokens.take("or") || tokens.take("||") { node = .or(node, try all()) }
    return node
  }

  private mutating func all() throws(RuleError) -> Node {
    var node = try one()
    while tokens.take("and") || tokens.take("&&") { node = .and(node, try one()) }
    return node
  }

  private mutating func one() throws(RuleError) -> Node {
    if tokens.take("not") || tokens.take("!") { return .not(try one()) }
    if tokens.take("(") {
      let node = try any()
      guard tokens.take(")") else { throw wrong("a ')' is missing") }
      return node
    }
    guard let word = tokens.next() else { throw wrong("a test is missing at the end") }
    switch word {
    case "every":
      let count = try number()
      guard count >= 1, count <= Int64(UInt32.max) else { throw wrong("every \(count): a count of 1 or more") }
      return .test(RuleTest(kind: .every, low: count, memory: kept([UInt32(0)])))
    case "chance": return .test(RuleTest(kind: .chance, low: try chance()))
    default: return try comparison(of: word)
    }
  }

  /// - Returns: of 2^63.
  private mutating func chance() throws(RuleError) -> Int64 {
    let word = tokens.next() ?? ""
    guard var value = Double(word) else { throw wrong("chance: '\(word)' is no number") }
    if tokens.take("%") { value /= 100 }
    guard (0...1).contains(value) else { throw wrong("chance: \(word) is not from 0 to 1, or from 0% to 100%") }
    return value == 1 ? .max : Int64(value * 0x1p63)
  }

  private mutating func comparison(of word: String) throws(RuleError) -> Node {
    if word == "comm" {
      let (pattern, isNegated) = try globPattern(word)
      let test = Node.test(pattern(.program, 0))
      return isNegated ? .not(test) : test
    }
    let value = try value(word)
    if value.isString {
      let (pattern, isNegated) = try globPattern(word)
      let test = Node.test(pattern(.string, value.test.word))
      return isNegated ? .not(test) : test
    }
    let comparison = tokens.next() ?? ""
    var test = value.test
    func range(_ low: Int64, _ high: Int64) -> Node {
      (test.low, test.high) = (low, high)
      return .test(test)
    }
    switch comparison {
    case "==", "=", "!=":
      let number = cut(try number(), test.source)
      let node = range(number, number)
      return comparison == "!=" ? .not(node) : node
    case "<": return .not(range(try number(), .max))
    case "<=": return range(.min, try number())
    case ">": return .not(range(.min, try number()))
    case ">=": return range(try number(), .max)
    case "in": return try membership(test)
    case "&":
      test.kind = .bits
      test.low = try number()
      guard test.low != 0 else { throw wrong("\(word) & 0 never holds") }
      if tokens.take("==") || tokens.take("=") {
        test.high = try number()
        return try bits(test, word)
      }
      if tokens.take("!=") {
        test.high = try number()
        return .not(try bits(test, word))
      }
      return .test(test)
    default:
      throw wrong("\(word) is to be followed by ==, !=, <, <=, >, >=, in or &" + (comparison.isEmpty ? "" : ", not by '\(comparison)'"))
    }
  }

  /// `value & low == high`.
  private func bits(_ test: RuleTest, _ word: String) throws(RuleError) -> Node {
    guard test.high & ~test.low == 0 else { throw wrong("\(word) & \(test.low) is never \(test.high)") }
    var any = test
    if test.high != 0 { return .test(test) }
    any.high = 0
    return .not(.test(any))
  }

  /// `in 1,2,5..9`
  private mutating func membership(_ value: RuleTest) throws(RuleError) -> Node {
    var ranges: [Int64] = []
    repeat {
      let low = cut(try number(), value.source)
      let high = tokens.take("..") ? cut(try number(), value.source) : low
      guard low <= high else { throw wrong("\(low)..\(high) is empty") }
      ranges += [low, high]
    } while tokens.take(",")
    var test = value
    test.kind = .ranges
    test.low = Int64(ranges.count / 2)
    test.memory = kept(ranges)
    return .test(test)
  }

  /// What stands behind a string: `~ pattern` or `!~ pattern`.
  private mutating func globPattern(
    _ word: String
  ) throws(RuleError) -> (make: (RuleTest.Kind, UInt8) -> RuleTest, isNegated: Bool) {
    let isNegated = tokens.take("!~")
    guard isNegated || tokens.take("~") else { throw wrong("\(word) is to be followed by ~ or !~ and a pattern") }
    guard let pattern = tokens.nextPattern() else { throw wrong("a pattern is missing behind \(word) ~") }
    let count = Int64(pattern.utf8.count)
    let memory = kept(Array(pattern.utf8))
    let make = { (kind: RuleTest.Kind, argument: UInt8) in
      RuleTest(kind: kind, word: argument, low: count, memory: memory)
    }
    return (make, isNegated)
  }

  // MARK: Values

  private func value(_ word: String) throws(RuleError) -> (test: RuleTest, isString: Bool) {
    switch word {
    case "uid": return (RuleTest(kind: .range, source: .uid), false)
    case "pid": return (RuleTest(kind: .range, source: .pid), false)
    case "fd": return try argument(named: word) { $0 == .descriptor }
    case "path": return try argument(named: word) { $0 == .path }
    case "flags": return try argument(named: word) { $0 == .flags }
    default:
      guard word.hasPrefix("arg"), let index = Int(word.dropFirst(3)) else {
        throw wrong("'\(word)' is no value: there are arg0, arg1…, fd, path, flags, uid, pid, comm, and every, chance")
      }
      guard signature.arguments.indices.contains(index) else {
        throw wrong("\(word): \(call) has \(signature.arguments.count) argument\(signature.arguments.count == 1 ? "" : "s"), counted from arg0")
      }
      return argument(index)
    }
  }

  private func argument(named name: String, _ holds: (ArgumentKind) -> Bool) throws(RuleError) -> (RuleTest, Bool) {
    guard let index = signature.arguments.firstIndex(where: holds) else { throw wrong("\(call) has no \(name)") }
    return argument(index)
  }

  private func argument(_ index: Int) -> (RuleTest, Bool) {
    let kind = signature.arguments[index]
    let word = signature.arguments[..<index].reduce(0) { $0 + $1.wordCount }
    let source: RuleTest.Source =
      switch kind {
      case .int, .descriptor: .signed
      case .int64: .wide
      default: .unsigned
      }
    return (RuleTest(kind: .range, source: source, word: UInt8(word)), kind == .path || kind == .string)
  }

  /// A number as its value has it: -1 of an unsigned word is 0xffffffff.
  private func cut(_ number: Int64, _ source: RuleTest.Source) -> Int64 {
    switch source {
    case .unsigned: Int64(UInt32(truncatingIfNeeded: number))
    case .signed: Int64(Int32(truncatingIfNeeded: number))
    default: number
    }
  }

  /// A number, or several with `|` between: decimal, 0x, 0 for octal, or a name of fcntl.h.
  private mutating func number() throws(RuleError) -> Int64 {
    var value: Int64 = 0
    repeat {
      guard let word = tokens.next() else { throw wrong("a number is missing at the end") }
      guard let number = Self.constants[word] ?? Self.number(word) else { throw wrong("'\(word)' is no number") }
      value |= number
    } while tokens.take("|")
    return value
  }

  private static func number(_ word: String) -> Int64? {
    if word.hasPrefix("-") { return number(String(word.dropFirst())).map { -$0 } }
    guard let first = word.utf8.first, first >= UInt8(ascii: "0"), first <= UInt8(ascii: "9") else { return nil }
    if word.hasPrefix("0x") || word.hasPrefix("0X") { return Int64(word.dropFirst(2), radix: 16) }
    return Int64(word, radix: word.hasPrefix("0") ? 8 : 10)
  }

  /// Of i386's fcntl.h.
  private static let constants: [String: Int64] = [
    "O_RDONLY": 0, "O_WRONLY": 1, "O_RDWR": 2, "O_ACCMODE": 3, "O_CREAT": 0o100, "O_EXCL": 0o200, "O_NOCTTY": 0o400,
    "O_TRUNC": 0o1000, "O_APPEND": 0o2000, "O_NONBLOCK": 0o4000, "O_DSYNC": 0o10000, "O_DIRECT": 0o40000,
    "O_LARGEFILE": 0o100000, "O_DIRECTORY": 0o200000, "O_NOFOLLOW": 0o400000, "O_CLOEXEC": 0o2000000, "AT_FDCWD": -100,
  ]

  private func wrong(_ what: String) -> RuleError { RuleError(description: what) }
}

/// The words and signs of a rule's text.
private struct RuleTokens {
  private var rest: Substring
  /// How many have been read.
  private(set) var taken = 0

  init(_ text: String) { rest = text[...] }

  private static let signs = ["==", "!=", "<=", ">=", "!~", "&&", "||", "..", "=", "<", ">", "&", "|", "~", "!", "(", ")", ",", "%"]

  private mutating func skipBlanks() { rest = rest.drop { $0.isWhitespace } }

  /// nil at the end.
  mutating func next() -> String? {
    skipBlanks()
    guard !rest.isEmpty else { return nil }
    taken += 1
    if let sign = Self.signs.first(where: { rest.hasPrefix($0) }) {
      rest = rest.dropFirst(sign.count)
      return sign
    }
    var end = rest.startIndex
    while end < rest.endIndex, !rest[end].isWhitespace {
      let behind = rest[end...]
      // A number's own point is one, a range's are two.
      if Self.signs.contains(where: { behind.hasPrefix($0) }) { break }
      end = rest.index(after: end)
    }
    if end == rest.startIndex { end = rest.index(after: end) }
    defer { rest = rest[end...] }
    return String(rest[..<end])
  }

  mutating func take(_ word: String) -> Bool {
    let before = self
    if next() == word { return true }
    self = before
    return false
  }

  /// In quotes, or up to the next blank or bracket that closes.
  mutating func nextPattern() -> String? {
    skipBlanks()
    guard let first = rest.first else { return nil }
    if first == "\"" || first == "'" {
      guard let end = rest.dropFirst().firstIndex(of: first) else { return nil }
      defer { rest = rest[rest.index(after: end)...] }
      return String(rest[rest.index(after: rest.startIndex)..<end])
    }
    let end = rest.firstIndex { $0.isWhitespace || $0 == ")" } ?? rest.endIndex
    defer { rest = rest[end...] }
    return end == rest.startIndex ? nil : String(rest[..<end])
  }
}
