import HeirloomMachine
import Testing

@testable import MachineFuzz

/// What the fuzzer takes for a preempted process's lost notes of its last x87 instruction, and what not.
@Suite("lost notes of the FPU's last instruction")
struct StoredNotesTests {
  /// A case's end, whose memory holds what `images` puts there.
  private func output(eax: UInt32 = 7, _ images: (at: Int, bytes: [UInt8])...) -> Output {
    var bytes = [UInt8](repeating: 0, count: Layout.outputSize)
    var memory = Template.memory(Layout.memorySize, seed: 1)
    for image in images { memory.replaceSubrange(image.at..<image.at + image.bytes.count, with: image.bytes) }
    var hash: UInt32 = 0
    for byte in memory { hash = hash &* 31 &+ UInt32(byte) }
    bytes.withUnsafeMutableBytes { words in
      words.storeBytes(of: 11, as: UInt32.self)
      words.storeBytes(of: eax, toByteOffset: 24, as: UInt32.self)
      words.storeBytes(of: hash, toByteOffset: 76, as: UInt32.self)
    }
    return bytes.withUnsafeBytes { output in memory.withUnsafeBytes { Output(at: output.baseAddress!, memory: $0.baseAddress!) } }
  }

  private func environment(
    control: UInt16 = 0x37f, status: UInt16 = 0, address: UInt32 = 0x1000_1010, selector: UInt16 = 0x23, opcode: UInt16 = 0x105,
    operand: UInt32 = 0x2000_0800, operandSelector: UInt16 = 0x2b
  ) -> [UInt8] {
    bytes([control, 0xffff, status, 0xffff, 0xffff, 0xffff] + halves(address) + [selector, opcode] + halves(operand) + [operandSelector, 0xffff])
  }

  private func narrow(control: UInt16 = 0x37f, address: UInt16 = 0x1010, selector: UInt16 = 0x23, operand: UInt16 = 0x800, operandSelector: UInt16 = 0x2b) -> [UInt8] {
    bytes([control, 0, 0xffff, address, selector, operand, operandSelector])
  }

  private func extended(address: UInt32 = 0x1000_1010, selector: UInt16 = 0x23, opcode: UInt16 = 0x105, operand: UInt32 = 0x2000_0800, operandSelector: UInt16 = 0x2b) -> [UInt8] {
    bytes([0x37f, 0, 0, opcode] + halves(address) + [selector, 0] + halves(operand) + [operandSelector, 0, 0x1f80, 0] + halves(Processor.mxcsrMask))
  }

  private func halves(_ word: UInt32) -> [UInt16] { [UInt16(truncatingIfNeeded: word), UInt16(word >> 16)] }
  private func bytes(_ halves: [UInt16]) -> [UInt8] { halves.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] } }

  @Test("notes that are 0 are lost, in each form of the image, alone or together")
  func lost() {
    func areLost(_ at: Int, _ lost: [UInt8], _ kept: [UInt8]) -> Bool { StoredNotes.areLost(output((at, lost)), kept: output((at, kept))) }
    let none = environment(address: 0, selector: 0, opcode: 0, operand: 0, operandSelector: 0)
    #expect(areLost(0x801, none, environment()))
    #expect(areLost(Layout.memorySize - 28, none, environment()))
    #expect(areLost(0x800, environment(selector: 0, operandSelector: 0), environment()))
    #expect(areLost(0x800, environment(operand: 0, operandSelector: 0), environment()))
    #expect(areLost(0x802, narrow(address: 0, selector: 0, operand: 0, operandSelector: 0), narrow()))
    #expect(areLost(0x810, extended(address: 0, selector: 0, opcode: 0, operand: 0, operandSelector: 0), extended()))
    #expect(
      StoredNotes.areLost(
        output((0x100, none), (0x900, extended()), (Layout.dataSize, environment(address: 0))),
        kept: output((0x100, environment()), (0x900, extended()), (Layout.dataSize, environment()))))
  }

  @Test("anything else that differs is not")
  func others() {
    func areLost(_ at: Int, _ lost: [UInt8], _ kept: [UInt8]) -> Bool { StoredNotes.areLost(output((at, lost)), kept: output((at, kept))) }
    let none = environment(address: 0, selector: 0, opcode: 0, operand: 0, operandSelector: 0)
    // Notes that are kept where the other has lost them, and others than the other's.
    #expect(!areLost(0x800, environment(), none))
    #expect(!areLost(0x800, environment(address: 0x1000_1012), environment()))
    #expect(!areLost(0x800, environment(address: 0x1000_0000), environment()))
    // Something beside them.
    #expect(!areLost(0x800, environment(status: 1, address: 0), environment()))
    #expect(!areLost(0x800, none + [1], environment() + [0]))
    #expect(!StoredNotes.areLost(output(eax: 8, (0x800, none)), kept: output((0x800, environment()))))
    // No image.
    #expect(!areLost(0x800, environment(control: 0x33f, address: 0).dropLast() + [0], environment(control: 0x33f).dropLast() + [0]))
    #expect(!areLost(0x800, narrow(control: 0x3bf, address: 0), narrow(control: 0x3bf)))
    #expect(!areLost(0x808, extended(operand: 0), extended()))
    #expect(!areLost(Layout.dataSize - 14, none, environment()))
  }
}
