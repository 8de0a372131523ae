import HeirloomKernel
import Testing

@testable import HeirloomABI

/// How a trace writes arguments is stated beside the call table, and must not drift from it.
@Suite struct ArgumentStyleTests {
  @Test func eachIsOfACallAndOfOneOfItsArguments() throws {
    for (name, styles) in ArgumentStyle.table {
      let row = try #require(DefaultTable.rows.first { $0.name == name }, "no call is named \(name)")
      for (index, style) in styles {
        try #require(row.signature.arguments.indices.contains(index), "\(name) has no argument \(index)")
        let isAddress = row.signature.arguments[index].isPointer
        switch style {
        case .bytes, .resultBytes: #expect(isAddress, "\(name)'s argument \(index) is no address")
        case .names, .octal, .signal: #expect(!isAddress, "\(name)'s argument \(index) is an address")
        }
      }
    }
  }
}
