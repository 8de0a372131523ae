import Foundation
import Testing

@testable import HeirloomModules

/// What is read of a module's file before anything of it runs.
@Suite struct ModuleInfoTests {
  static let full = Compiled.module(
    "full",
    """
    MODULE_LICENSE("GPL");
    MODULE_AUTHOR("A. Author");
    MODULE_DESCRIPTION("says = and : too");
    MODULE_VERSION("1.2");
    static int count = 3; module_param(count, int, 0); MODULE_PARM_DESC(count, "how many: at most 9");
    static bool quick; module_param(quick, bool, 0644);
    static char *table = "t"; module_param_named(where, table, charp, 0);
    static int __init start(void) { return 0; }
    module_init(start)
    """)

  @Test func everyFieldIsRead() throws {
    let info = try ModuleInfo(path: Self.full)
    #expect(info.name == "full")
    #expect(info.license == "GPL")
    #expect(info.author == "A. Author")
    #expect(info.description == "says = and : too")
    #expect(info.version == "1.2")
    #expect(info.abi == 2)
    #expect(!info.isFullSwift)
    #expect(info.parameters.map(\.name) == ["count", "quick", "where"], "as they are declared")
    #expect(info.parameters.map(\.type) == ["int", "bool", "charp"])
    #expect(info.parameters.first?.description == "how many: at most 9")
  }

  @Test func aCutFileIsRefusedWhereverItIsCut() throws {
    let bytes = try Data(contentsOf: URL(filePath: Self.full))
    for length in stride(from: 0, to: bytes.count - 1, by: 131) {
      let path = Compiled.path("cut.so")
      try bytes.prefix(length).write(to: URL(filePath: path))
      #expect(throws: ModuleError.self) { try ModuleInfo(path: path) }
    }
  }

  /// No byte of a file may bring its reader down, whatever it says.
  @Test func aDamagedFileIsReadOrRefused() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: Self.full)))
    let table = bytes.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: 40, as: UInt64.self)) }
    for round in 0..<3000 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...6) {
        // What is believed stands in the header and in the section headers.
        let place = round % 2 == 0 ? Int.random(in: 4..<64) : Int.random(in: table..<bytes.count)
        damaged[place] = [0, 1, 0x7f, 0x80, 0xff].randomElement()!
      }
      _ = try? ELFSections(damaged, path: "damaged")
    }
  }

  static let values: [(text: String, type: String, value: ModuleParameters.Value?)] = [
    ("5", "int", .int(5)), ("-5", "int", .int(-5)), ("0x10", "int", .int(16)), ("-0x10", "int", .int(-16)),
    ("2147483648", "int", nil), ("", "int", nil), ("five", "int", nil), ("--5", "int", nil), ("+5", "int", nil),
    ("0x", "int", nil), ("4294967295", "uint", .uint(.max)), ("-1", "uint", nil), ("-1", "long", .long(-1)),
    ("0xffffffffffffffff", "ulong", .ulong(.max)), ("y", "bool", .bool(true)), ("0", "bool", .bool(false)),
    ("maybe", "bool", nil), ("", "charp", .text("")), ("a=b", "charp", .text("a=b")), ("5", "double", nil),
  ]

  @Test(arguments: values.indices) func valuesAreOfTheirType(_ index: Int) {
    let (text, type, value) = Self.values[index]
    #expect(ModuleParameters.Value(text, type: type) == value)
  }
}
