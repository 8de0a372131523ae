import Testing

@testable import HeirloomControl

@Suite struct JSONTests {
  static func parse(_ text: String) -> JSON? { try? JSONParser.parse(Array(text.utf8)) }

  static let values: [(text: String, value: JSON)] = [
    ("null", .null), (" true ", .bool(true)), ("false", .bool(false)), ("0", .integer(0)), ("-12", .integer(-12)),
    ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number(9223372036854775808)),
    ("1.5", .number(1.5)), ("-2e3", .number(-2000)), ("\"\"", .string("")), ("\"a\\n\\\"\\\\\\/\\u0041\"", .string("a\n\"\\/A")),
    ("\"\\ud83d\\ude00 ü\"", .string("😀 ü")), ("[]", .array([])), ("[1,[2]]", .array([.integer(1), .array([.integer(2)])])),
    ("{}", .object([])), ("{ \"b\" : 1 , \"a\" : null }", .object([.init("b", .integer(1)), .init("a", .null)])),
  ]

  @Test(arguments: values.indices) func reads(_ index: Int) {
    let row = Self.values[index]
    #expect(Self.parse(row.text) == row.value)
    #expect(Self.parse(row.value.text) == row.value)
    #expect(Self.parse(row.value.prettyText) == row.value)
  }

  static let mistakes = [
    "", " ", "tru", "nulll", "1 2", "+1", "--1", "1e999", ".", "-", "nan", "[", "[1", "[1,]", "]", "{", "{1:2}", "{\"a\"}",
    "{\"a\":}", "{\"a\":1,}", "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u+123\"", "\"\\ud83d\"", "\"\\ude00\"",
    "\"\\ud83d\\u0041\"", "\"a\nb\"", String(repeating: "[", count: 100_000),
    String(repeating: "{\"a\":", count: 100_000),
  ]

  @Test(arguments: mistakes.indices) func refuses(_ index: Int) { #expect(Self.parse(Self.mistakes[index]) == nil) }

  @Test func refusesBytesThatAreNoText() {
    #expect(throws: JSONParser.Problem.self) { try JSONParser.parse([0x22, 0xff, 0xfe, 0x22]) }
    #expect(throws: JSONParser.Problem.self) { try JSONParser.parse([UInt8](repeating: 0, count: 64)) }
  }

  @Test func writesOnOneLineAndOnSeveral() {
    let value = JSON.object([.init("a", .array([.integer(1), .string("x\u{1}\t")])), .init("b", .object([]))])
    #expect(value.text == #"{"a":[1,"x\u0001\t"],"b":{}}"#)
    #expect(value.prettyText == "{\n  \"a\": [\n    1,\n    \"x\\u0001\\t\"\n  ],\n  \"b\": {}\n}")
  }
}

@Suite struct JSONCodingTests {
  struct Inner: Codable, Equatable { var name: String; var numbers: [Int32] }
  enum Kind: String, Codable { case one, two }
  struct Outer: Codable, Equatable {
    var flag: Bool
    var byte: UInt8
    var wide: Int64
    var ratio: Double
    var kind: Kind
    var inner: Inner
    var list: [Inner]
    var table: [String: Int]
    var missing: String?
    var present: String?
  }

  static let value = Outer(
    flag: true, byte: 255, wide: .min, ratio: 0.25, kind: .two, inner: Inner(name: "ü", numbers: []),
    list: [Inner(name: "", numbers: [1, -1])], table: ["k": 7], missing: nil, present: "p")

  @Test func goesThereAndBack() throws {
    let json = JSON(encoding: Self.value)
    #expect(json["missing"] == nil)
    #expect(json["list"]?.text == #"[{"name":"","numbers":[1,-1]}]"#)
    #expect(try json.decoded(as: Outer.self) == Self.value)
    #expect(try JSONParser.parse(Array(json.text.utf8)).decoded(as: Outer.self) == Self.value)
  }

  static let wrong = [
    "{}", "[]", "null", "1", #"{"name":1,"numbers":[]}"#, #"{"name":"a","numbers":{}}"#, #"{"name":"a","numbers":[1.5]}"#,
    #"{"name":"a","numbers":[4294967296]}"#, #"{"name":"a","numbers":[null]}"#, #"{"name":null,"numbers":[]}"#,
  ]

  @Test(arguments: wrong) func refuses(_ text: String) throws {
    let json = try #require(JSONTests.parse(text))
    #expect(throws: DecodingError.self) { try json.decoded(as: Inner.self) }
  }
}
