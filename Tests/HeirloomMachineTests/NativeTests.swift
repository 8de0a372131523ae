import Testing

@testable import HeirloomMachine

/// The machine beside the real processor.
@Suite("beside the real processor", .serialized, .enabled(if: Native.isThere, "needs gcc -m32"))
struct NativeTests {
  @Test("sequences, flags and faults: rows.S")
  func rows() throws {
    let rows = try Native.rows()
    let size = 512
    let pieces = rows.map(\.code)
    let natively = try Native.run(pieces, size: size)
    let machine = try Machine()
    try machine.write(Native.image(pieces, size: size), at: Place.code)
    try machine.bound {
      for (index, row) in rows.enumerated() {
        let outcome = try machine.run(at: Place.code + UInt32(index * size))
        let isEqual = outcome == natively[index]
        #expect(isEqual, "\(row.name): \(outcome.differences(from: natively[index]))")
      }
    }
  }
}
