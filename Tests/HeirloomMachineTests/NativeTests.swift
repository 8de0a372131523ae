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
        if row.name.hasPrefix("AMD: ") && !HostProcessor.isAMD || row.name.hasPrefix("UMIP: ") && !HostProcessor.hasUMIP { continue }
        if row.name.hasPrefix("int1: ") && !HostProcessor.trapsBehindInt1 { continue }
        var (outcome, native) = (try machine.run(at: Place.code + UInt32(index * size)), natively[index])
        // Either may have been preempted, which loses the notes of the x87's last instruction on an AMD processor.
        for _ in 0..<3 where outcome != native && row.name.hasPrefix("AMD: f") {
          native = try Native.run(pieces, size: size)[index]
          outcome = try machine.run(at: Place.code + UInt32(index * size))
        }
        let isEqual = outcome == native
        #expect(isEqual, "\(row.name): \(outcome.differences(from: native))")
      }
    }
  }

  /// An instruction either traps or does what it does natively. What traps, though it runs natively, is a short list.
  @Test("every opcode", arguments: Sweep.maps)
  func everyOpcode(of map: [UInt8]) throws {
    let pieces = Sweep.pieces(of: map)
    let size = 32
    let natively = try Native.run(pieces.map(\.code), size: size)
    let machine = try Machine()
    try machine.write(Native.image(pieces.map(\.code), size: size), at: Place.code)
    try machine.bound {
      for (index, piece) in pieces.enumerated() where !Sweep.isUnpredictable(piece) {
        let outcome = try machine.run(at: Place.code + UInt32(index * size))
        let native = natively[index]
        if outcome == native { continue }
        let isRefused = outcome.signal == 4 || outcome.signal == 11 && outcome["vector"] == 13
        if isRefused, native.signal == 4 || native.signal == 11 && native["vector"] == 13 || Sweep.isMissing(piece) { continue }
        Issue.record("\(piece.name): \(outcome.differences(from: native))")
      }
    }
  }
}
