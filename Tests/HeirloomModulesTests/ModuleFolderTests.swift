import Testing

@testable import HeirloomModules

@Suite struct ModuleFolderTests {
  static let files: [(text: String, words: [String]?)] = [
    ("", []), ("\n# a=1\n  # b\n\n", []), ("a=1", ["a=1"]), ("a=1\nb=two words\n", ["a=1", "b=two words"]),
    (" a = 1 \r\n\tb=\n", ["a=1", "b="]), ("a=x=y", ["a=x=y"]), ("a=#1", ["a=#1"]), ("a", nil), ("=1", nil), ("a=1\nb\n", nil),
  ]

  @Test(arguments: files.indices) func readsParameters(_ index: Int) {
    let row = Self.files[index]
    #expect((try? ModuleFolder.words(in: row.text, of: "x.conf")) == row.words)
  }

  @Test func namesTheLine() {
    let error = #expect(throws: ModuleError.self) { try ModuleFolder.words(in: "a=1\n\nb", of: "x.conf") }
    #expect(error?.description.contains("x.conf: line 3") == true)
  }
}
