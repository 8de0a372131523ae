import HeirloomABI
import HeirloomMachine
import Testing

/// What guest code must never get to run on the host: the security boundary, one row each.
@Suite struct ForbiddenTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let code: String
    let signal: Int32
    let what: String
    var testDescription: String { what }
    init(_ code: String, _ signal: Int32, _ what: String) { (self.code, self.signal, self.what) = (code, signal, what) }
  }
  static let (ill, segv): (Int32, Int32) = (4, 11)

  static let rows: [Row] = [
    Row("f3 0f ae c0", ill, "rdfsbase"), Row("f3 0f ae c8", ill, "rdgsbase"),
    Row("f3 0f ae d0", ill, "wrfsbase"), Row("f3 0f ae d8", ill, "wrgsbase"),
    Row("66 f3 0f ae d8", ill, "wrgsbase behind 66"), Row("f3 3e 0f ae d8", ill, "wrgsbase behind F3 and ds"),
    Row("f2 f3 0f ae d8", ill, "wrgsbase behind F2 and F3"), Row("f3 0f ae e8", ill, "incssp"),
    Row("f3 0f ae f0", ill, "umonitor"), Row("f2 0f ae f0", ill, "umwait"), Row("66 0f ae f0", ill, "tpause"),
    Row("0f 05", ill, "syscall"), Row("0f 07", segv, "sysret"), Row("0f 34", ill, "sysenter"), Row("0f 35", segv, "sysexit"),
    Row("9a 00 00 10 00 33 00", segv, "far call"), Row("ea 00 00 10 00 33 00", segv, "far jmp to 64-bit code"),
    Row("ff 1d 00 00 20 00", segv, "far call through memory"), Row("ff 2d 00 00 20 00", segv, "far jmp through memory"),
    Row("cb", segv, "far ret"), Row("ca 00 00", segv, "far ret, imm"), Row("cf", segv, "iret"),
    Row("ff fa", ill, "FF /7"), Row("fe d0", ill, "FE /2"), Row("fe 15 00 00 20 00", ill, "FE /2 of memory"),
    Row("e4 00", segv, "in al, imm"), Row("e5 00", segv, "in eax, imm"), Row("e6 00", segv, "out imm, al"),
    Row("e7 00", segv, "out imm, eax"), Row("ec", segv, "in al, dx"), Row("ed", segv, "in eax, dx"),
    Row("ee", segv, "out dx, al"), Row("ef", segv, "out dx, eax"), Row("6c", segv, "insb"), Row("6d", segv, "insd"),
    Row("6e", segv, "outsb"), Row("6f", segv, "outsd"), Row("f3 6d", segv, "rep insd"),
    Row("fa", segv, "cli"), Row("fb", segv, "sti"), Row("f4", segv, "hlt"),
    Row("cd 81", segv, "int 0x81"), Row("cd 2e", segv, "int 0x2e"), Row("cd 00", segv, "int 0"),
    Row("8e d8", segv, "mov ds, a selector that is none"), Row("8e e8", segv, "mov gs, a selector that is none"),
    Row("8e c8", ill, "mov cs"), Row("8e f0", ill, "mov to segment register 6"),
    Row("c5 f8 28 c1", ill, "VEX of two bytes"), Row("c4 e1 78 28 c1", ill, "VEX of three bytes"),
    Row("62 f1 7c 48 28 c1", ill, "EVEX"), Row("8f e8 78 c0 c1 00", ill, "XOP"),
    Row("8f c8", ill, "8F /1"), Row("d5 00 d5 00 0f 05", ill, "REX2 is aad here, and what it hides is syscall"),
    Row("48 0f 05", ill, "REX.W is dec here, and what follows is syscall"),
    Row("0f 00 d0", segv, "lldt"), Row("0f 00 d8", segv, "ltr"),
    Row("0f 01 15 00 00 20 00", segv, "lgdt"), Row("0f 01 1d 00 00 20 00", segv, "lidt"), Row("0f 01 f0", segv, "lmsw"),
    Row("0f 01 38", segv, "invlpg"), Row("0f 01 f8", ill, "swapgs"), Row("0f 01 c1", ill, "vmcall"),
    Row("0f 01 d9", ill, "vmmcall"), Row("0f 01 d0", ill, "xgetbv"), Row("0f 01 d1", ill, "xsetbv"),
    Row("0f 01 d4", ill, "vmfunc"), Row("0f 01 d5", ill, "xend"), Row("0f 01 d6", ill, "xtest"),
    Row("0f 01 ee", ill, "rdpkru"), Row("0f 01 ef", ill, "wrpkru"), Row("0f 01 ca", ill, "clac"), Row("0f 01 cb", ill, "stac"),
    Row("0f 01 c8", ill, "monitor"), Row("0f 01 fa", ill, "monitorx"),
    Row("0f 01 ec", ill, "uiret"), Row("0f 01 ed", ill, "testui"),
    Row("0f 06", segv, "clts"), Row("0f 08", segv, "invd"), Row("0f 09", segv, "wbinvd"), Row("0f 30", segv, "wrmsr"),
    Row("0f 32", segv, "rdmsr"), Row("0f 33", segv, "rdpmc"), Row("0f 20 c0", segv, "mov from cr0"),
    Row("0f 22 d8", segv, "mov to cr3"), Row("0f 21 c0", segv, "mov from dr0"), Row("0f 23 f8", segv, "mov to dr7"),
    Row("c6 f8 00", ill, "xabort"), Row("c7 f8 00 00 00 00", ill, "xbegin"), Row("66 c7 f8 00 00", ill, "xbegin, 16 bits"),
    Row("c6 08 00", ill, "C6 /1"), Row("c7 08 00 00 00 00", ill, "C7 /1"),
    Row("0f ae 20", ill, "xsave"), Row("0f ae 28", ill, "xrstor"), Row("0f ae 30", ill, "xsaveopt"),
    Row("0f c7 20", ill, "xsavec"), Row("0f c7 28", ill, "xsaves"), Row("0f c7 18", ill, "xrstors"),
    Row("0f c7 30", ill, "vmptrld"), Row("f3 0f c7 f0", ill, "senduipi"),
    Row("0f 37", ill, "getsec"), Row("0f 0b", ill, "ud2"), Row("0f ff c0", ill, "ud0"), Row("0f b9 c0", ill, "ud1"),
    Row("0f aa", ill, "rsm"), Row("0f 78 00", ill, "vmread"), Row("0f 79 00", ill, "vmwrite"),
    Row("0f 24 00", ill, "mov from test register"), Row("0f 0f c0 9e", ill, "3DNow!"),
    Row("66 0f 38 80 00", ill, "invept"), Row("66 0f 38 f8 00", ill, "movdir64b"),
    Row("0f 38 f9 00", ill, "movdiri"), Row("f2 0f 38 f8 00", ill, "enqcmd"),
    Row("f0 90", ill, "lock nop"), Row("f0 01 c0", ill, "lock add of a register"),
    Row("f0 8b 05 00 00 20 00", ill, "lock mov"),
    Row(String(repeating: "66 ", count: 15) + "90", segv, "sixteen bytes"),
    Row(String(repeating: "2e ", count: 14) + "0f 05", segv, "syscall behind fourteen prefixes"),
  ]

  @Test(arguments: rows) func raisesASignal(_ row: Row) throws {
    let guest = try Guest(bytes(row.code) + bytes("cd 80"))
    guest.registers.eax = 0x43
    let fault = try guest.fault()
    #expect(fault.signal == row.signal)
    #expect(guest.registers.eip >= Guest.code && guest.registers.eip < Guest.code + 8)
  }

  /// No opcode of any map leaves the window or kills the host, whatever follows it.
  @Test func survivesEveryOpcode() throws {
    let prefixes: [[UInt8]] = [[], [0x66], [0xf2], [0xf3], [0xf0]]
    let maps: [[UInt8]] = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]]
    let endings: [UInt8] = [0x00, 0x05, 0x38, 0xc0, 0xd8, 0xe4, 0xf8]
    let guest = try Guest([], [.read, .write, .execute])
    for prefix in prefixes {
      for map in maps {
        for opcode in UInt8.min...UInt8.max {
          for modrm in endings {
            let code = prefix + map + [opcode, modrm] + [UInt8](repeating: 0, count: 8) + [0xcd, 0x80, 0xf4]
            try code.withUnsafeBytes { try guest.window.copyOut($0, to: Guest.code) }
            guest.processor.reset(eip: Guest.code, esp: Guest.stackTop)
            guest.registers.eax = Guest.data
            guest.registers.ecx = 1
            _ = guest.processor.run()
          }
        }
      }
    }
  }
}
