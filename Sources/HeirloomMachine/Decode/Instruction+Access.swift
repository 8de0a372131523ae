/// What an instruction does to memory, as far as a fault at the end of the address space must know it.
extension Instruction {
  /// Whether an access that failed was by the stack pointer, not by the ModRM byte's address.
  func usesStack(isWrite: Bool) -> Bool {
    switch (map, opcode) {
    case (.oneByte, 0x06), (.oneByte, 0x0e), (.oneByte, 0x16), (.oneByte, 0x1e), (.oneByte, 0x50...0x57), (.oneByte, 0x60),
      (.oneByte, 0x68), (.oneByte, 0x6a), (.oneByte, 0x9a), (.oneByte, 0x9c), (.oneByte, 0xc8), (.oneByte, 0xe8),
      (.twoByte, 0xa0), (.twoByte, 0xa8): isWrite
    case (.oneByte, 0x07), (.oneByte, 0x17), (.oneByte, 0x1f), (.oneByte, 0x58...0x5f), (.oneByte, 0x61), (.oneByte, 0x8f),
      (.oneByte, 0x9d), (.oneByte, 0xc2...0xc3), (.oneByte, 0xc9...0xcb), (.oneByte, 0xcf), (.twoByte, 0xa1),
      (.twoByte, 0xa9): !isWrite
    case (.oneByte, 0xff): isWrite && (reg == 2 || reg == 3 || reg == 6)
    default: false
    }
  }

  /// Pops from where ebp points.
  var isLeave: Bool { map == .oneByte && opcode == 0xc9 }

  /// bt and its kin with a register, whose bits above the lowest reach beyond the ModRM byte's address.
  var addsBitOffset: Bool { map == .twoByte && [0xa3, 0xab, 0xb3, 0xbb].contains(opcode) }

  /// movs, cmps, lods: what they read by esi may be in any segment.
  var readsBySource: Bool { map == .oneByte && [0xa4, 0xa5, 0xa6, 0xa7, 0xac, 0xad].contains(opcode) }

  /// movs, cmps, stos, lods, scas.
  var isString: Bool { map == .oneByte && (0xa4...0xa7 ~= opcode || 0xaa...0xaf ~= opcode) }

  /// Whether the FPU notes a memory operand of this instruction that is, by a prefix, neither in ds nor in ss. Its control
  /// instructions it does not note.
  var hasOtherFPUOperand: Bool {
    guard map == .oneByte, 0xd8...0xdf ~= opcode, !isRegisterForm, [0x26, 0x2e, 0x64, 0x65].contains(override) else { return false }
    return opcode == 0xd9 ? reg < 4 : opcode == 0xdd ? reg < 4 : true
  }

  /// Whether the instruction writes to its memory operand, which stands in no code segment then. Not those that the kernel
  /// carries out.
  var writesOperand: Bool {
    switch (map, opcode) {
    case (.oneByte, 0x00...0x37): opcode & 7 < 2
    case (.oneByte, 0x80...0x83): reg != 7
    case (.oneByte, 0x86...0x89), (.oneByte, 0xa2...0xa3), (.oneByte, 0xc0...0xc1), (.oneByte, 0xd0...0xd3): true
    case (.oneByte, 0x8c): reg < 6
    case (.oneByte, 0x8f), (.oneByte, 0xc6...0xc7): reg == 0
    case (.oneByte, 0xd9): reg == 2 || reg == 3 || reg > 5
    case (.oneByte, 0xdb): 1...3 ~= reg || reg == 7
    case (.oneByte, 0xdd), (.oneByte, 0xdf): 1...3 ~= reg || reg > 5
    case (.oneByte, 0xf6...0xf7): reg == 2 || reg == 3
    case (.oneByte, 0xfe...0xff): reg < 2
    case (.twoByte, 0x11), (.twoByte, 0x13), (.twoByte, 0x17), (.twoByte, 0x29), (.twoByte, 0x2b), (.twoByte, 0x7f),
      (.twoByte, 0x90...0x9f), (.twoByte, 0xa4...0xa5), (.twoByte, 0xab...0xad), (.twoByte, 0xb0...0xb1),
      (.twoByte, 0xb3), (.twoByte, 0xbb), (.twoByte, 0xc0...0xc1), (.twoByte, 0xc3), (.twoByte, 0xd6),
      (.twoByte, 0xe7): true
    case (.twoByte, 0x7e): repeatPrefix == 0
    case (.twoByte, 0xc7): reg == 1
    case (.twoByte, 0xae): (reg == 0 || reg == 3) && repeatPrefix == 0 && !hasOperandSize
    case (.twoByte, 0xba): reg > 4
    case (.three38, 0xf1): repeatPrefix == 0
    case (.three3A, 0x14...0x17): true
    default: false
    }
  }

  /// sldt, str, sgdt, sidt, smsw: user mode has them from the kernel.
  var isSystemRegister: Bool {
    map == .twoByte && (opcode == 0 && reg < 2 || opcode == 1 && (reg == 4 || reg < 2 && !isRegisterForm))
  }

  /// Bytes that the instruction reads or writes at its memory operand (Intel SDM volume 2); of fldenv and frstor, at first.
  var accessSize: Int {
    switch map {
    case .oneByte: oneByteAccess
    case .twoByte: twoByteAccess
    case .three38: three38Access
    case .three3A: three3AAccess
    }
  }

  private var general: Int { hasOperandSize ? 2 : 4 }
  private var packed: Int { hasOperandSize || repeatPrefix != 0 ? 16 : 8 }
  /// Packed singles or doubles, or a scalar one by its prefix.
  private var scalar: Int { repeatPrefix == 0xf3 ? 4 : repeatPrefix == 0xf2 ? 8 : 16 }

  private var oneByteAccess: Int {
    switch opcode {
    case 0x8c, 0x8e: 2
    case 0xa0...0xa7, 0xaa...0xaf: opcode & 1 == 0 ? 1 : general
    case 0xd7: 1
    case 0xd8, 0xda: 4
    case 0xd9: [4, 4, 4, 4, general, 2, hasOperandSize ? 14 : 28, 2][Int(reg)]
    case 0xdb: reg < 5 ? 4 : 10
    case 0xdc: 8
    case 0xdd: [8, 8, 8, 8, general, 8, hasOperandSize ? 94 : 108, 2][Int(reg)]
    case 0xde: 2
    case 0xdf: [2, 2, 2, 2, 10, 8, 10, 8][Int(reg)]
    default: attributes.contains(.rmByte) || opcode == 0xfe ? 1 : general
    }
  }

  private var twoByteAccess: Int {
    switch opcode {
    case 0x10...0x11, 0x2b, 0x51...0x59, 0x5c...0x5f, 0xc2: scalar
    case 0x12, 0x16: repeatPrefix == 0xf3 ? 16 : 8
    case 0x13, 0x17, 0xd6, 0xc7: 8
    case 0x14...0x15, 0x28...0x29, 0x5b, 0x7c...0x7d, 0xc6, 0xd0, 0xf0: 16
    case 0x2a: repeatPrefix != 0 ? 4 : 8
    case 0x2c...0x2d: repeatPrefix == 0xf3 ? 4 : repeatPrefix == 0 && hasOperandSize ? 16 : 8
    case 0x2e...0x2f: hasOperandSize ? 8 : 4
    case 0x5a: repeatPrefix == 0xf3 ? 4 : repeatPrefix == 0xf2 || !hasOperandSize ? 8 : 16
    case 0x60...0x62: hasOperandSize ? 16 : 4
    case 0x6e: 4
    case 0x7e: repeatPrefix == 0xf3 ? 8 : 4
    case 0xe6: repeatPrefix == 0xf3 ? 8 : 16
    case 0xae: reg < 2 ? 512 : reg < 4 ? 4 : 1
    case 0x90...0x9f, 0xb0, 0xc0, 0xb6, 0xbe: 1
    case 0xb7, 0xbf, 0xc4: 2
    case 0xc3: 4
    case 0x63...0x6d, 0x6f...0x70, 0x74...0x76, 0x7f, 0xd1...0xd5, 0xd8...0xe5, 0xe7...0xef, 0xf1...0xf7, 0xf8...0xfe: packed
    default: general
    }
  }

  private var three38Access: Int {
    switch opcode {
    case 0x20, 0x23, 0x25, 0x30, 0x33, 0x35: 8
    case 0x21, 0x24, 0x31, 0x34, 0xf6: 4
    case 0x22, 0x32: 2
    case 0xf0: repeatPrefix == 0xf2 ? 1 : general
    case 0xf1: general
    case 0x00...0x0b, 0x1c...0x1e: packed
    default: 16
    }
  }

  private var three3AAccess: Int {
    switch opcode {
    case 0x0b: 8
    case 0x0f: packed
    case 0x14, 0x20: 1
    case 0x15: 2
    case 0x0a, 0x16, 0x17, 0x21, 0x22: 4
    default: 16
    }
  }
}
