import CMachine
import HeirloomABI
import HeirloomMachine
import Testing

/// Instructions that are not emitted as they are: what they leave behind.
@Suite struct InstructionTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let what: String
    let code: String
    let eax: UInt32
    var eflags: UInt32? = nil
    var testDescription: String { what }
  }

  /// CF PF AF ZF SF OF
  static let arithmetic: UInt32 = 0x8d5

  static let rows: [Row] = [
    Row(what: "inc keeps CF", code: "f9 b8 ff ff ff ff 40", eax: 0, eflags: 0x55),
    Row(what: "16-bit dec", code: "b8 00 00 01 00 66 48", eax: 0x1ffff),
    Row(what: "push esp stores esp as it was", code: "54 58 29 e0", eax: 0),
    Row(what: "pop to esp", code: "89 e1 54 5c 89 e0 29 c8", eax: 0),
    Row(what: "pop to memory at esp", code: "68 22 22 00 00 68 11 11 00 00 8f 04 24 58", eax: 0x1111),
    Row(what: "push of 16 bits", code: "66 6a ff 66 58 0f b7 c0", eax: 0xffff),
    Row(what: "flags live across a call and a return", code: "e8 07 00 00 00 19 c0 cd 80 90 90 90 f9 c3", eax: 0xffff_ffff),
    Row(what: "flags live across an indirect jump", code: "f9 b8 09 00 10 00 ff e0 f4 19 c0", eax: 0xffff_ffff),
    Row(what: "get-pc by call and pop", code: "e8 00 00 00 00 58", eax: Guest.code + 5),
    Row(what: "a get-pc thunk", code: "e8 03 00 00 00 cd 80 90 8b 04 24 c3", eax: Guest.code + 5),
    Row(what: "a return address that was changed", code: "e8 02 00 00 00 f4 f4 83 04 24 0e c3 f4 f4 f4 f4 f4 f4 f4 b0 07 0f b6 c0", eax: 7),
    Row(what: "ret with an operand", code: "89 e1 6a 07 e8 06 00 00 00 29 e1 89 c8 cd 80 c2 04 00", eax: 0),
    Row(what: "more calls than returns", code: "b9 a0 86 01 00 e8 01 00 00 00 90 58 49 75 f6", eax: Guest.code + 10),
    Row(what: "more returns than calls", code: "b9 a0 86 01 00 68 0b 00 10 00 c3 49 75 f7 b8 07 00 00 00", eax: 7),
    Row(what: "enter and leave", code: "89 e1 c8 10 00 00 c9 29 e1 89 c8", eax: 0),
    Row(what: "pusha", code: "b8 01 00 00 00 b9 02 00 00 00 60 8b 44 24 18 83 c4 20", eax: 2),
    Row(what: "popf", code: "68 d5 08 00 00 9d", eax: 0, eflags: 0x8d5),
    Row(what: "pushf", code: "31 c0 9c 58 25 d5 08 00 00", eax: 0x44),
    Row(what: "a high byte at esp", code: "b8 44 33 22 11 50 88 64 24 03 58", eax: 0x3322_3344),
    Row(what: "a high byte at ebp", code: "b8 44 33 22 11 50 89 e5 88 65 03 58", eax: 0x3322_3344),
    Row(what: "a high byte at esp and ebp", code: "b8 44 33 22 11 50 bd 03 00 00 00 88 24 2c 58", eax: 0x3322_3344),
    Row(what: "a high byte to ebp by movzx", code: "b8 44 33 22 11 0f b6 ec 89 e8", eax: 0x33),
    Row(what: "a high byte to esp by movzx", code: "b8 44 33 22 11 89 e1 0f b6 e4 89 e0 89 cc", eax: 0x33),
    Row(what: "movs moves its registers", code: "be 00 00 20 00 bf 10 00 20 00 b9 05 00 00 00 f3 a4 89 f8 29 f0", eax: 0x10),
    Row(what: "loop", code: "31 c0 b9 05 00 00 00 40 e2 fd", eax: 5),
    Row(what: "jecxz", code: "31 c0 31 c9 e3 01 40", eax: 0),
    Row(what: "xlat", code: "c7 05 00 00 20 00 01 02 03 04 bb 00 00 20 00 b8 02 00 00 00 d7", eax: 3),
    Row(what: "moffs", code: "b8 78 56 34 12 a3 00 00 20 00 31 c0 a0 01 00 20 00", eax: 0x56),
    Row(what: "bt beyond its word",
      code: "31 c0 ba 00 10 20 00 b9 f7 ff ff ff c7 42 fc 00 00 80 00 0f a3 0a 0f 92 c0", eax: 1),
    Row(what: "cmpxchg8b",
      code: "31 c0 31 d2 bb 03 00 00 00 b9 04 00 00 00 f0 0f c7 0d 00 00 20 00 a1 04 00 20 00", eax: 4),
    Row(what: "xchg with esp", code: "89 e1 b8 00 01 00 00 94 94 29 cc 89 e0 89 cc b8 00 01 00 00", eax: 0x100),
    Row(what: "mov from cs", code: "8c c8", eax: 0x23),
    Row(what: "mov from ds", code: "8c d8", eax: 0x2b),
    Row(what: "push of ss", code: "16 58", eax: 0x2b),
    Row(what: "daa", code: "b0 79 04 35 27", eax: 0x14, eflags: 0x15),
    Row(what: "aam", code: "b8 3f 00 00 00 d4 0a", eax: 0x603),
    Row(what: "aad", code: "b8 03 06 00 00 d5 0a", eax: 0x3f),
    Row(what: "82 is 80", code: "b0 01 82 c0 05 0f b6 c0", eax: 6),
    Row(what: "no cpuid feature bit of AVX, XSAVE, FMA, F16C",
      code: "b8 01 00 00 00 0f a2 89 c8 25 00 10 00 3c", eax: 0),
    Row(what: "gs of a thread area", code: "b8 63 00 00 00 8e e8 65 a1 04 00 00 00", eax: 0x600d),
  ]

  @Test(arguments: rows) func leavesItsResult(_ row: Row) throws {
    let guest = try Guest(bytes(row.code) + bytes("cd 80"))
    guest.processor.setThreadArea(0, heirloom_tls_slot(base: Guest.data + 0x1000, limit: 0xfffff, flags: 0x51, present: 1))
    try guest.window.store(UInt32(0x600d), at: Guest.data + 0x1004)
    try guest.finish()
    #expect(guest.registers.eax == row.eax)
    if let eflags = row.eflags { #expect(guest.registers.eflags & Self.arithmetic == eflags) }
  }

  @Test func resumesInPlaceBehindTheGate() throws {
    // mov ecx, 1000; int 0x80; dec ecx; jnz; hlt
    let guest = try Guest(bytes("b9 e8 03 00 00 cd 80 49 75 fb f4"))
    guest.processor.state.pointee.gate = { cpu in
      cpu.pointee.regs.eax &+= 1
      return 0
    }
    _ = try guest.fault()
    #expect(guest.registers.eax == 1000)
  }

  @Test func keepsTheGuestsMXCSR() throws {
    // ldmxcsr of all exceptions unmasked; many misses, behind which the host computes; stmxcsr
    var code = bytes("c7 05 00 00 20 00 00 00 00 00 0f ae 15 00 00 20 00")
    for _ in 0..<500 { code += bytes("eb 00 84 c0 74 00") }
    code += bytes("0f ae 1d 00 00 20 00 a1 00 00 20 00 cd 80")
    let guest = try Guest(code)
    try guest.finish()
    #expect(guest.registers.eax == 0)
  }
}
