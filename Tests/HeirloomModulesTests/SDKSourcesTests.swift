import Foundation
import HeirloomKernel
import Testing

@testable import HeirloomModules

/// The SDK's lists of calls say what the default table's rows say. `make sdk-sources` writes them anew.
@Suite struct SDKSourcesTests {
  static let files: [(path: String, text: String)] = [
    ("Sources/CHeirloom/include/heirloom/syscalls.h", CPrototypes.header),
    ("Sources/HeirloomModule/SystemCalls.swift", SwiftPrototypes.source),
  ]

  @Test(arguments: files.indices) func theListIsUpToDate(_ index: Int) throws {
    let file = URL(filePath: Compiled.top).appending(path: Self.files[index].path)
    if ProcessInfo.processInfo.environment["HEIRLOOM_WRITE_SOURCES"] != nil {
      try Self.files[index].text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == Self.files[index].text, "make sdk-sources writes it anew")
  }

  @Test func everyArgumentHasAName() {
    for row in DefaultTable.rows {
      #expect(row.parameterNames.count == row.signature.arguments.count, "\(row.name)")
      #expect(Set(row.parameterNames).count == row.parameterNames.count, "\(row.name)")
    }
  }

  /// unistd.h has the kernel's numbers under the kernel's names; what the kernel lacks is there besides.
  @Test func theNumbersAreTheRows() throws {
    let folder = Compiled.top + "/Sources/CHeirloom/include/heirloom/"
    let header = try ["unistd.h", "abi.h"].map { try String(contentsOfFile: folder + $0, encoding: .utf8) }.joined()
    var numbers: [String: Int] = [:]
    for line in header.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 3, words[0] == "#define", words[1].hasPrefix("__NR_") {
        numbers[String(words[1].dropFirst(5))] = Int(words[2])
      }
    }
    for row in DefaultTable.rows { #expect(numbers[row.name] == row.number, "\(row.name)") }
    #expect(Set(numbers.values).count == numbers.count, "a number has two names")
  }
}
