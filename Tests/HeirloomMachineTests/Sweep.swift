@testable import HeirloomMachine

/// One-instruction pieces of code: every opcode, with each mandatory prefix, every reg field, in register and memory forms.
enum Sweep {
  struct Piece {
    let code: [UInt8]
    /// Without prefixes: 0F, 38, 3A as they stand.
    let opcode: [UInt8]
    let prefix: UInt8
    let reg: UInt8
    let isRegisterForm: Bool

    var name: String { code.map { String($0, radix: 16) }.joined(separator: " ") }
  }

  private static let prefixes: [UInt8] = [0, 0x66, 0xf2, 0xf3, 0xf0]
  /// rm fields: ecx or cl, esp or ah, edi or bh; [eax], [esp], [disp32], [ebp+disp8], gs:[eax+8].
  private static let registers: [UInt8] = [1, 4, 7]
  private static let memory: [(prefix: [UInt8], modrm: UInt8, rest: [UInt8])] = [
    ([], 0, []), ([], 4, [0x24]), ([], 5, [0x40, 0x08, 0, 0x20]), ([], 0x45, [0x10]), ([0x65], 0x40, [8]),
  ]

  static let maps: [[UInt8]] = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]]

  static func pieces(of map: [UInt8]) -> [Piece] {
    let row = maps.firstIndex(of: map)! * 256
    var pieces: [Piece] = []
    for opcode in UInt8.min...UInt8.max where !isEscape(map, opcode) {
      let attributes = OpcodeTable.entries[row + Int(opcode)]
      for prefix in prefixes {
        if attributes.contains(.valid) && !attributes.contains(.modrm) {
          pieces.append(piece(map + [opcode], prefix, [], nil, []))
          continue
        }
        for reg in UInt8(0)..<8 {
          for rm in registers { pieces.append(piece(map + [opcode], prefix, [], 0xc0 | reg << 3 | rm, [])) }
          for form in memory {
            pieces.append(piece(map + [opcode], prefix, form.prefix, form.modrm | reg << 3, form.rest))
          }
        }
      }
    }
    return pieces
  }

  /// Immediate operands are zeroes.
  private static func piece(
    _ opcode: [UInt8], _ prefix: UInt8, _ others: [UInt8], _ modrm: UInt8?, _ rest: [UInt8]
  ) -> Piece {
    var code = (prefix == 0 ? [] : [prefix]) + others + opcode
    if let modrm { code += [modrm] + rest }
    let padded = code + [UInt8](repeating: 0, count: 32)
    var instruction = Instruction()
    padded.withUnsafeBytes { Decoder().decode($0.baseAddress!, 0, into: &instruction) }
    code = Array(padded.prefix(max(code.count, Int(instruction.length))))
    return Piece(
      code: code, opcode: opcode, prefix: prefix, reg: (modrm ?? 0) >> 3 & 7, isRegisterForm: (modrm ?? 0) >= 0xc0)
  }

  /// Prefixes, other maps, and what would leave the piece to do things to the host of the native run.
  private static func isEscape(_ map: [UInt8], _ opcode: UInt8) -> Bool {
    switch map {
    case []: [0x0f, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3].contains(opcode)
    case [0x0f]: opcode == 0x38 || opcode == 0x3a || opcode == 0x05 || opcode == 0x34
    default: false
    }
  }

  /// Random numbers, time, host addresses in the x87 state; popf of a pattern with TF; null selectors in ds and es;
  /// flags that aaa and aas leave undefined, but on AMD's.
  static func isUnpredictable(_ piece: Piece) -> Bool {
    switch piece.opcode {
    // rdtscp; where the kernel does not answer for sgdt and its kin
    case [0x0f, 0x00], [0x0f, 0x01]: piece.code.last == 0xf9 || !HostProcessor.hasUMIP
    case [0x0f, 0x31], [0x0f, 0xc7], [0x0f, 0xa2], [0x9d], [0x8e]: true
    case [0x37], [0x3f]: !HostProcessor.isAMD
    case [0xf1]: !HostProcessor.trapsBehindInt1
    case [0x0f, 0xae]: piece.reg == 0 && !piece.isRegisterForm
    default: false
    }
  }

  /// What the machine refuses, and native user code may do: it is not announced by cpuid.
  static func isMissing(_ piece: Piece) -> Bool {
    switch piece.opcode {
    // xsave and its kin
    case [0x0f, 0xae]: piece.reg >= 4 && !piece.isRegisterForm
    // vmmcall: a hypervisor's
    case [0x0f, 0x01]: piece.code.last == 0xd9
    default: false
    }
  }
}
