import Testing

@testable import HeirloomMachine

/// What must never run natively, for it would reach the host: TRANSLATOR.md's list, a row each.
@Suite("the wall", .serialized)
struct WallTests {
  struct Row: CustomTestStringConvertible, Sendable {
    let name: String
    let code: [UInt8]
    let signal: UInt32
    var testDescription: String { name }
    init(_ name: String, _ code: [UInt8], _ signal: UInt32) { (self.name, self.code, self.signal) = (name, code, signal) }
  }

  static let ill: UInt32 = 4, segv: UInt32 = 11

  static let rows: [Row] = [
    Row("rdfsbase", [0xf3, 0x0f, 0xae, 0xc0], ill),
    Row("rdgsbase", [0xf3, 0x0f, 0xae, 0xc8], ill),
    Row("wrfsbase", [0xf3, 0x0f, 0xae, 0xd0], ill),
    Row("wrgsbase", [0xf3, 0x0f, 0xae, 0xd8], ill),
    Row("wrgsbase of esp", [0xf3, 0x0f, 0xae, 0xdc], ill),
    Row("wrgsbase behind other prefixes", [0x66, 0xf3, 0x2e, 0x0f, 0xae, 0xd8], ill),
    Row("wrgsbase, its prefix in a row of 15", [UInt8](repeating: 0xf3, count: 15) + [0x0f, 0xae, 0xd8], segv),
    Row("rex.w wrgsbase: dec eax, then it", [0xf3, 0x48, 0x0f, 0xae, 0xd8], ill),
    Row("incsspd", [0xf3, 0x0f, 0xae, 0xe8], ill),
    Row("umonitor", [0xf3, 0x0f, 0xae, 0xf0], ill),
    Row("tpause", [0x66, 0x0f, 0xae, 0xf0], ill),
    Row("xsave", [0x0f, 0xae, 0x20], ill),
    Row("xrstor", [0x0f, 0xae, 0x28], ill),
    Row("xsaveopt", [0x0f, 0xae, 0x30], ill),
    Row("xsavec", [0x0f, 0xc7, 0x20], ill),
    Row("xrstors", [0x0f, 0xc7, 0x18], ill),
    Row("senduipi", [0xf3, 0x0f, 0xc7, 0xf0], ill),
    Row("syscall", [0x0f, 0x05], ill),
    Row("sysenter", [0x0f, 0x34], ill),
    Row("sysexit", [0x0f, 0x35], segv),
    Row("sysret", [0x0f, 0x07], segv),
    Row("far jmp to 64-bit code", [0xea, 0, 0, 0, 0x10, 0x33, 0], segv),
    Row("far call to 64-bit code", [0x9a, 0, 0, 0, 0x10, 0x33, 0], segv),
    Row("far jmp through memory", [0xff, 0x28], segv),
    Row("far call through memory", [0xff, 0x18], segv),
    Row("far jmp of a register", [0xff, 0xe8], ill),
    Row("far call of a register", [0xff, 0xd8], ill),
    Row("retf", [0xcb], segv),
    Row("retf imm", [0xca, 4, 0], segv),
    Row("iret", [0xcf], segv),
    Row("iret of 16 bits", [0x66, 0xcf], segv),
    Row("in imm", [0xe4, 0x60], segv), Row("in eax, imm", [0xe5, 0x60], segv),
    Row("out imm", [0xe6, 0x60], segv), Row("out imm, eax", [0xe7, 0x60], segv),
    Row("in al, dx", [0xec], segv), Row("in eax, dx", [0xed], segv),
    Row("out dx, al", [0xee], segv), Row("out dx, eax", [0xef], segv),
    Row("insb", [0x6c], segv), Row("insd", [0x6d], segv), Row("outsb", [0x6e], segv), Row("rep outsd", [0xf3, 0x6f], segv),
    Row("cli", [0xfa], segv), Row("sti", [0xfb], segv), Row("hlt", [0xf4], segv),
    Row("mov eax, cr0", [0x0f, 0x20, 0xc0], segv), Row("mov cr3, eax", [0x0f, 0x22, 0xd8], segv),
    Row("mov eax, dr7", [0x0f, 0x21, 0xf8], segv), Row("mov dr7, eax", [0x0f, 0x23, 0xf8], segv),
    Row("clts", [0x0f, 0x06], segv), Row("invd", [0x0f, 0x08], segv), Row("wbinvd", [0x0f, 0x09], segv),
    Row("wrmsr", [0x0f, 0x30], segv), Row("rdmsr", [0x0f, 0x32], segv), Row("rdpmc", [0x0f, 0x33], segv),
    Row("lldt", [0x0f, 0x00, 0xd0], segv), Row("ltr", [0x0f, 0x00, 0xd8], segv),
    Row("lgdt", [0x0f, 0x01, 0x10], segv), Row("lidt", [0x0f, 0x01, 0x18], segv),
    Row("lmsw", [0x0f, 0x01, 0xf0], segv), Row("invlpg", [0x0f, 0x01, 0x38], segv),
    Row("swapgs", [0x0f, 0x01, 0xf8], ill), Row("vmcall", [0x0f, 0x01, 0xc1], ill), Row("vmrun", [0x0f, 0x01, 0xd8], ill),
    Row("vmmcall", [0x0f, 0x01, 0xd9], ill), Row("monitor", [0x0f, 0x01, 0xc8], ill), Row("xgetbv", [0x0f, 0x01, 0xd0], ill),
    Row("xsetbv", [0x0f, 0x01, 0xd1], ill), Row("xend", [0x0f, 0x01, 0xd5], ill), Row("xtest", [0x0f, 0x01, 0xd6], ill),
    Row("enclu", [0x0f, 0x01, 0xd7], ill), Row("rdpkru", [0x0f, 0x01, 0xee], ill), Row("wrpkru", [0x0f, 0x01, 0xef], ill),
    Row("setssbsy", [0xf3, 0x0f, 0x01, 0xe8], ill), Row("clui", [0xf3, 0x0f, 0x01, 0xee], ill),
    Row("VEX of two bytes: vzeroupper", [0xc5, 0xf8, 0x77], ill),
    Row("VEX of three bytes", [0xc4, 0xe2, 0x78, 0xf2, 0xc0], ill),
    Row("EVEX", [0x62, 0xf1, 0x7c, 0x48, 0x10, 0xc0], ill),
    Row("XOP", [0x8f, 0xe8, 0x78, 0xc0, 0xc0, 0], ill),
    Row("XOP's memory form", [0x8f, 0x48, 0, 0], ill),
    Row("xbegin", [0xc7, 0xf8, 0, 0, 0, 0], ill), Row("xbegin of 16 bits", [0x66, 0xc7, 0xf8, 0, 0], ill),
    Row("xabort", [0xc6, 0xf8, 0], ill), Row("C7 /7 with memory", [0xc7, 0x38, 0, 0, 0, 0], ill),
    Row("C7 /1", [0xc7, 0xc8, 0, 0, 0, 0], ill), Row("C6 /4 with memory", [0xc6, 0x20, 0], ill),
    Row("FE /2", [0xfe, 0xd0], ill), Row("FE /6", [0xfe, 0x30], ill), Row("FF /7", [0xff, 0xf8], ill),
    Row("0F BA /0", [0x0f, 0xba, 0xc0, 1], ill), Row("0F BA /3 with memory", [0x0f, 0xba, 0x18, 1], ill),
    Row("0F 71 /0", [0x0f, 0x71, 0xc0, 1], ill), Row("0F 73 /3 of mm", [0x0f, 0x73, 0xd8, 1], ill),
    Row("0F 71 with memory", [0x0f, 0x71, 0x10, 1], ill),
    Row("getsec", [0x0f, 0x37], ill), Row("PadLock: xstore", [0x0f, 0xa7, 0xc0], ill),
    Row("PadLock: xsha1", [0xf3, 0x0f, 0xa6, 0xc8], ill), Row("rsm", [0x0f, 0xaa], ill),
    Row("vmread", [0x0f, 0x78, 0xc0], ill), Row("vmwrite", [0x0f, 0x79, 0xc0], ill),
    Row("invept", [0x66, 0x0f, 0x38, 0x80, 0x00], ill),     Row("movdir64b", [0x66, 0x0f, 0x38, 0xf8, 0x00], ill), Row("enqcmd", [0xf2, 0x0f, 0x38, 0xf8, 0x00], ill),
    Row("wrussd", [0x66, 0x0f, 0x38, 0xf5, 0x00], ill), Row("wrssd", [0x0f, 0x38, 0xf6, 0x00], ill),
    Row("ud0", [0x0f, 0xff, 0xc0], ill), Row("ud1", [0x0f, 0xb9, 0xc0], ill), Row("ud2", [0x0f, 0x0b], ill),
    Row("mov cs, eax", [0x8e, 0xc8], ill), Row("mov to segment register 6", [0x8e, 0xf0], ill),
    Row("mov ds, 64-bit code", [0xb8, 0x10, 0, 0, 0, 0x8e, 0xd8], segv),
    Row("mov ss, null", [0x31, 0xc0, 0x8e, 0xd0], segv),
    Row("pop fs, the kernel's selector", [0x6a, 0x18, 0x0f, 0xa1], segv),
    Row("int 0x81", [0xcd, 0x81], segv), Row("int 0", [0xcd, 0], segv), Row("int 0x20", [0xcd, 0x20], segv),
    Row("int 4", [0xcd, 4], segv),
    Row("lock nop", [0xf0, 0x90], ill), Row("lock mov", [0xf0, 0x89, 0x00], ill), Row("lock add of a register", [0xf0, 0x01, 0xc0], ill),
    Row("lock cmp", [0xf0, 0x39, 0x00], ill), Row("lock bt", [0xf0, 0x0f, 0xba, 0x20, 1], ill),
    Row("lock push", [0xf0, 0x50], ill), Row("lock call", [0xf0, 0xe8, 0, 0, 0, 0], ill), Row("lock int 0x80", [0xf0, 0xcd, 0x80], ill),
    Row("lock movs", [0xf0, 0xa4], ill), Row("lock jmp", [0xf0, 0xff, 0xe0], ill), Row("lock ret", [0xf0, 0xc3], ill),
    Row("lock endbr", [0xf3, 0xf0, 0x0f, 0x1e, 0xfb], ill),
    Row("16 bytes", [UInt8](repeating: 0x66, count: 15) + [0x90], segv),
    Row("16 bytes by the operands", [UInt8](repeating: 0x3e, count: 5) + [0x81, 0x84, 0x24, 0, 0, 0, 0, 1, 0, 0, 0], segv),
    Row("rex bytes stay inc and dec: 4x is no prefix", [0x4d, 0x4d, 0x0f, 0x05], ill),
  ]

  @Test("never natively", arguments: rows)
  func traps(_ row: Row) throws {
    let machine = try Machine()
    try machine.write(row.code + [0xcc], at: Place.code)
    let outcome = try machine.bound { try machine.run(at: Place.code) }
    #expect(outcome.signal == row.signal, "\(outcome)")
    #expect((Place.code..<Place.code + 16).contains(outcome["eip"]))
  }

  /// What begins with VEX, EVEX or XOP in 64-bit mode: bound, lds, les and pop of memory here, or nothing at all.
  @Test("VEX, EVEX and XOP: every second byte, opcodes of all kinds", arguments: [UInt8(0xc4), 0xc5, 0x62, 0x8f])
  func escapes(_ first: UInt8) throws {
    let machine = try Machine()
    var pieces: [[UInt8]] = []
    for second in UInt8(0xc0)...0xff where first != 0x8f || second & 0x38 != 0 {
      for third in stride(from: 0, to: 256, by: 15) {
        pieces.append([first, second, UInt8(third), UInt8(truncatingIfNeeded: third &* 7 + 0x58), 0xc1, 0])
      }
    }
    try machine.write(pieces.flatMap { $0 + [0xcc, 0xcc] }, at: Place.code)
    try machine.bound {
      for index in pieces.indices {
        let outcome = try machine.run(at: Place.code + UInt32(index * 8))
        if outcome.signal == Self.ill && outcome["eip"] == Place.code + UInt32(index * 8) { continue }
        Issue.record("\(pieces[index]): \(outcome)")
      }
    }
  }

  /// In 64-bit mode they would change the instruction behind them: here each is one of its own.
  @Test("REX bytes before every instruction of the boundary", arguments: UInt8(0x40)...0x4f)
  func rexBytes(_ byte: UInt8) throws {
    let machine = try Machine()
    try machine.bound {
      for row in Self.rows where row.code.count < 15 {
        try machine.write([byte] + row.code + [0xcc], at: Place.code)
        let outcome = try machine.run(at: Place.code)
        #expect(outcome.signal == row.signal || row.code.first == 0xb8, "\(row.name): \(outcome)")
      }
    }
  }

  /// Every place of the stack pointer, from which a group of pushes, a call or a return goes: the guest's fault or nothing.
  @Test("esp anywhere", arguments: [0, 2, 4, 8, 0x1000, 0x7fff_fffc, 0x8000_0000, 0xffff_e000, 0xffff_f000, 0xffff_fffc, 0xffff_fffe, .max] as [UInt32])
  func stackAnywhere(_ esp: UInt32) throws {
    let codes: [[UInt8]] = [
      [0x50, 0x53, 0x51], [0x58], [0xc3], [0xc2, 0xff, 0x7f], [0xe8, 0, 0, 0, 0], [0xe8, 1, 0, 0, 0], [0xff, 0xd0], [0x60], [0x61], [0x9c], [0x9d], [0x66, 0x50],
      [0xc8, 0xff, 0xff, 0], [0xc8, 8, 0, 31], [0x89, 0x44, 0x24, 0x7f], [0x89, 0x84, 0x24, 0, 0, 0, 0x80], [0xff, 0x34, 0x24], [0x8f, 0x04, 0x24], [0xcf], [0xcb],
    ]
    let machine = try Machine()
    try machine.bound {
      for code in codes {
        try machine.write([0xbc] + withUnsafeBytes(of: esp) { Array($0) } + code + [0xcc], at: Place.code)
        let outcome = try machine.run(at: Place.code)
        let isRefused = outcome.signal == Self.segv || outcome.signal == 7
        #expect(isRefused, "\(code): \(outcome)")
      }
    }
  }

  /// An instruction at a page's end, of which so many bytes are there.
  @Test("an instruction runs into a page that is missing", arguments: 1...6)
  func runsOverTheEnd(_ bytes: Int) throws {
    let machine = try Machine()
    let end = Place.code + Place.codeSize
    let code: [UInt8] = [0x81, 0x84, 0x24, 0, 0, 0, 0, 1, 0, 0, 0]
    try machine.write(Array(code.prefix(bytes)), at: end - UInt32(bytes))
    let outcome = try machine.bound { try machine.run(at: end - UInt32(bytes)) }
    #expect(outcome.signal == Self.segv && outcome["code"] == 1 && outcome["address"] == end, "\(outcome)")
    #expect(outcome["eip"] == end - UInt32(bytes))
  }

  @Test("pages that may not be executed")
  func noExecute() throws {
    let machine = try Machine()
    try machine.bound {
      let data = try machine.run(at: Place.data)
      #expect(data.signal == Self.segv && data["code"] == 2 && data["address"] == Place.data && data["error"] == 0x15)
      let nothing = try machine.run(at: 0x6000_0000)
      #expect(nothing.signal == Self.segv && nothing["code"] == 1 && nothing["address"] == 0x6000_0000)
      let zero = try machine.run(at: 0)
      #expect(zero.signal == Self.segv && zero["address"] == 0)
      let last = try machine.run(at: 0xffff_ffff)
      #expect(last.signal == Self.segv)
    }
  }
}
