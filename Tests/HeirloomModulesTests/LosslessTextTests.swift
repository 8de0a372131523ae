import HeirloomKernel
import Testing

@Suite struct LosslessTextTests {
  static let rows: [(bytes: [UInt8], text: String)] = [
    ([], ""),
    (Array("plain".utf8), "plain"),
    (Array("é 語 🐧".utf8), "é 語 🐧"),
    ([0xe9], "\u{10ffe9}"),
    ([0x61, 0xff, 0x62], "a\u{10ffff}b"),
    // the beginning of a character, alone and before another
    ([0xe8, 0xaa], "\u{10ffe8}\u{10ffaa}"),
    ([0xe8, 0xaa, 0x41], "\u{10ffe8}\u{10ffaa}A"),
    // a surrogate, and the longer way to write a NUL
    ([0xed, 0xa0, 0x80], "\u{10ffed}\u{10ffa0}\u{10ff80}"),
    ([0xc0, 0x80], "\u{10ffc0}\u{10ff80}"),
    // beyond Unicode
    ([0xf4, 0x90, 0x80, 0x80], "\u{10fff4}\u{10ff90}\u{10ff80}\u{10ff80}"),
    // what stands for a byte stands for its own bytes then; its neighbours for themselves
    ([0xf4, 0x8f, 0xbf, 0xa9], "\u{10fff4}\u{10ff8f}\u{10ffbf}\u{10ffa9}"),
    ([0xf4, 0x8f, 0xbd, 0xbf], "\u{10ff7f}"),
    // a carriage return and a line feed are one Character
    ([0x0d, 0x0a, 0x80], "\r\n\u{10ff80}"),
  ]

  @Test(arguments: rows.indices) func becomesText(_ index: Int) {
    let row = Self.rows[index]
    #expect(Array(LosslessText.string(row.bytes).unicodeScalars) == Array(row.text.unicodeScalars))
  }

  @Test(arguments: rows.indices) func becomesBytesAgain(_ index: Int) {
    let row = Self.rows[index]
    #expect(LosslessText.bytes(LosslessText.string(row.bytes)) == row.bytes)
  }

  @Test func anyBytesComeBack() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<5_000 {
      let bytes = (0..<Int.random(in: 0...12, using: &random)).map { _ in UInt8.random(in: (Bool.random() ? 0xed : 0x7e)...0xff, using: &random) }
      #expect(LosslessText.bytes(LosslessText.string(bytes)) == bytes)
    }
  }
}
