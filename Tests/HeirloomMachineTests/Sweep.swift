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

  private static let prefixes: [UInt8] = [0, 0x66, 0xf2, 0xf3]
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
  /// flags that aaa and aas leave undefined.
  static func isUnpredictable(_ piece: Piece) -> Bool {
    switch piece.opcode {
    case [0x0f, 0x31], [0x0f, 0xc7], [0x0f, 0xa2], [0x9d], [0x8e], [0x37], [0x3f]: true
    case [0x0f, 0xae]: piece.reg == 0 && !piece.isRegisterForm
    default: false
    }
  }

  /// What the machine refuses, and native user code may do.
  static func isMissing(_ piece: Piece) -> Bool {
    switch piece.opcode {
    // bound, arpl, lar, lsl, sldt, sgdt and their kin
    case [0x62], [0x63], [0x0f, 0x00], [0x0f, 0x01], [0x0f, 0x02], [0x0f, 0x03]: true
    // Jumps within 64 KiB, enter of 16 bits
    case [0xc2], [0xc3], [0xe8], [0xe9], [0xc8]: piece.prefix == 0x66
    case let opcode where opcode.count == 2 && opcode[1] & 0xf0 == 0x80: piece.prefix == 0x66
    case [0xff]: piece.prefix == 0x66 && (piece.reg == 2 || piece.reg == 4)
    // pop sp; a far return's stack is not looked at
    case [0x8f]: piece.prefix == 0x66 && piece.code.last == 0xc4
    case [0xca]: true
    // gs: at a string's source
    case [0xa4], [0xa5], [0xa6], [0xa7], [0xac], [0xad], [0xd7]: piece.code.contains(0x65)
    // Not announced by cpuid: xsave and its kin, clwb, clflushopt; SSE4a; ADX; rdpid
    case [0x0f, 0xae], [0x0f, 0x78], [0x0f, 0x79], [0x0f, 0x38, 0xf6]: true
    // A high byte's extension to sp, crc32 of one to esp
    case [0x0f, 0xb6], [0x0f, 0xbe], [0x0f, 0x38, 0xf0]: piece.reg == 4
    default: false
    }
  }
}
