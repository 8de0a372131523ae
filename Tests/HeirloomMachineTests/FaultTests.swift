import HeirloomABI
import HeirloomMachine
import Testing

/// Faults, with the registers that native hardware leaves.
@Suite struct FaultTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let what: String
    let code: String
    let fault: Fault
    /// Offset of eip, and esp, from where they began; nil for an esp of the code's own.
    let eip: UInt32
    var esp: UInt32? = 0
    var testDescription: String { what }
  }

  static let bad: UInt32 = 0x7000_0000
  static func unmapped(_ address: UInt32, write: Bool = false, fetch: Bool = false) -> Fault {
    Fault(signal: 11, code: 1, address: address, vector: 14, errorCode: 4 | (write ? 2 : 0) | (fetch ? 0x10 : 0))
  }
  static let protection = Fault(signal: 11, code: 0x80, address: 0, vector: 13, errorCode: 0)

  static let rows: [Row] = [
    Row(what: "a load in a group of pushes and pops", code: "50 5f 6a 01 8b 1d 00 00 00 70",
      fault: unmapped(bad), eip: 4, esp: 0 &- 4),
    Row(what: "push", code: "bc 00 00 00 70 50", fault: unmapped(bad &- 4, write: true), eip: 5, esp: nil),
    Row(what: "the third push of a group", code: "bc 08 00 30 00 50 53 51",
      fault: unmapped(Guest.stack &- 4, write: true), eip: 7, esp: nil),
    Row(what: "ret", code: "bc 00 00 00 70 c3", fault: unmapped(bad), eip: 5, esp: nil),
    Row(what: "ret to an unmapped page", code: "68 00 00 00 70 c3", fault: unmapped(bad, fetch: true), eip: bad &- Guest.code),
    Row(what: "a high byte at esp", code: "bc 00 00 00 70 88 64 24 03", fault: unmapped(bad + 3, write: true), eip: 5, esp: nil),
    Row(what: "rep movsb", code: "bf f0 1f 20 00 be 00 00 20 00 b9 64 00 00 00 f3 a4",
      fault: unmapped(0x20_2000, write: true), eip: 15),
    Row(what: "division by zero", code: "31 c9 f7 f1",
      fault: Fault(signal: 8, code: 1, address: Guest.code + 2, vector: 0, errorCode: 0), eip: 2),
    Row(what: "an unaligned movaps", code: "0f 28 05 04 00 20 00", fault: protection, eip: 0),
    Row(what: "a write to code", code: "c7 05 00 00 10 00 01 00 00 00",
      fault: Fault(signal: 11, code: 2, address: Guest.code, vector: 14, errorCode: 7), eip: 0),
    Row(what: "a jump to data", code: "bb 00 00 20 00 ff e3",
      fault: Fault(signal: 11, code: 2, address: Guest.data, vector: 14, errorCode: 0x15), eip: Guest.data - Guest.code),
    Row(what: "gs without a segment behind it", code: "65 a1 00 00 40 00", fault: unmapped(0x40_0000), eip: 0),
    Row(what: "int3", code: "cc", fault: Fault(signal: 5, code: 0x80, address: 0, vector: 3, errorCode: 0), eip: 1),
    Row(what: "int 0x81", code: "cd 81", fault: Fault(signal: 11, code: 0x80, address: 0, vector: 13, errorCode: 0x40a), eip: 0),
    Row(what: "into", code: "b0 7f 04 01 ce", fault: Fault(signal: 11, code: 0x80, address: 0, vector: 4, errorCode: 0), eip: 5),
    Row(what: "pop to gs of a selector that is none", code: "6a 47 0f a9",
      fault: Fault(signal: 11, code: 0x80, address: 0, vector: 13, errorCode: 0x44), eip: 2, esp: 0 &- 4),
    Row(what: "aam by zero", code: "d4 00", fault: Fault(signal: 8, code: 1, address: Guest.code, vector: 0, errorCode: 0), eip: 0),
    Row(what: "an SSE division by zero",
      code: "c7 05 00 00 20 00 00 1d 00 00 0f ae 15 00 00 20 00 0f 57 c0 f2 0f 2a cc f2 0f 5e c8",
      fault: Fault(signal: 8, code: 3, address: Guest.code + 24, vector: 19, errorCode: 0), eip: 24),
  ]

  @Test(arguments: rows) func leavesNativeRegisters(_ row: Row) throws {
    let guest = try Guest(bytes(row.code) + bytes("cd 80"))
    let before = guest.registers
    #expect(try guest.fault() == row.fault)
    #expect(guest.registers.eip &- Guest.code == row.eip)
    if let esp = row.esp { #expect(guest.registers.esp == before.esp &+ esp) }
  }

  @Test func countsARepeatedMoveThatFaults() throws {
    let guest = try Guest(bytes("bf f0 1f 20 00 be 00 00 20 00 b9 64 00 00 00 f3 a4"))
    _ = try guest.fault()
    #expect(guest.registers.edi == 0x20_2000)
    #expect(guest.registers.esi == 0x20_0010)
    #expect(guest.registers.ecx == 100 - 16)
  }

  @Test func fetchesAcrossAPage() throws {
    // mov eax, imm32 whose immediate is on a page that is not there
    let guest = try Guest([])
    try guest.window.protect(PageRange(start: Guest.code, length: 0x2000), [.read, .write])
    try guest.window.store(UInt8(0xb8), at: Guest.code + 0x1fff)
    try guest.window.protect(PageRange(start: Guest.code, length: 0x2000), [.read, .execute])
    guest.registers.eip = Guest.code + 0x1fff
    #expect(try guest.fault() == Self.unmapped(Guest.code + 0x2000, fetch: true))
    #expect(guest.registers.eip == Guest.code + 0x1fff)
  }
}
