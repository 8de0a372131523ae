/// Reads instructions from guest memory.
struct Decoder {
  private let table = OpcodeTable.entries

  /// An instruction may not be longer than this (Intel SDM volume 2, 2.3.11).
  static let longestInstruction = 15

  /// Decodes the instruction at `pc`, whose bytes stand at `bytes`; at least 16 of them may be read.
  @inline(__always)
  func decode(_ bytes: UnsafeRawPointer, _ pc: UInt32, into d: inout Instruction) {
    var p = bytes
    d = Instruction()
    var opcode = p.load(as: UInt8.self)
    p += 1
    var attributes = table[Int(opcode)]
    while attributes.contains(.prefix), p - bytes < Self.longestInstruction {
      readPrefix(opcode, &d)
      opcode = p.load(as: UInt8.self)
      p += 1
      attributes = table[Int(opcode)]
    }
    if attributes.contains(.prefix) {
      // Nothing but prefixes: too long, whatever follows.
      d.length = UInt8(Self.longestInstruction + 1)
      return
    }
    if opcode == 0x0f {
      opcode = p.load(as: UInt8.self)
      p += 1
      d.map = .twoByte
      if opcode == 0x38 || opcode == 0x3a {
        d.map = opcode == 0x38 ? .three38 : .three3A
        opcode = p.load(as: UInt8.self)
        p += 1
      }
      attributes = table[Int(d.map.rawValue) << 8 + Int(opcode)]
    }
    d.opcode = opcode
    d.attributes = attributes
    if attributes.contains(.modrm) { readModRM(&p, &d) }
    readImmediate(&p, &d)
    d.length = UInt8(truncatingIfNeeded: p - bytes)
    d.next = pc &+ UInt32(d.length)
  }

  @inline(__always)
  private func readPrefix(_ byte: UInt8, _ d: inout Instruction) {
    switch byte {
    case 0x66: d.hasOperandSize = true
    case 0x67: d.hasAddressSize = true
    case 0xf0: d.hasLock = true
    case 0xf2, 0xf3: d.repeatPrefix = byte
    case 0x64, 0x65: (d.segment, d.override) = (byte, byte)
    default: (d.segment, d.override) = (0, byte)
    }
  }

  @inline(__always)
  private func readModRM(_ p: inout UnsafeRawPointer, _ d: inout Instruction) {
    let modrm = p.load(as: UInt8.self)
    p += 1
    d.modrm = modrm
    d.rawModRM = modrm
    if modrm >= 0xc0 { return }
    if d.hasAddressSize {
      readModRM16(&p, &d)
      return
    }
    if modrm & 7 == 4 {
      d.sib = p.load(as: UInt8.self)
      p += 1
    }
    if modrm >= 0x80 {
      d.displacementSize = 4
    } else if modrm >= 0x40 {
      d.displacementSize = 1
    } else if modrm & 7 == 5 || modrm & 7 == 4 && d.sib & 7 == 5 {
      d.displacementSize = 4
    }
    if d.displacementSize == 4 {
      d.displacement = p.loadUnaligned(as: Int32.self)
      p += 4
    } else if d.displacementSize == 1 {
      d.displacement = Int32(p.load(as: Int8.self))
      p += 1
    }
  }

  /// A 16-bit address, as the 32-bit one whose low half it is: bx+si and so on have SIB bytes of their own.
  private func readModRM16(_ p: inout UnsafeRawPointer, _ d: inout Instruction) {
    let (mod, rm) = (d.mod, d.rm)
    if mod == 2 || mod == 0 && rm == 6 {
      d.displacement = Int32(p.loadUnaligned(as: Int16.self))
      p += 2
    } else if mod == 1 {
      d.displacement = Int32(p.load(as: Int8.self))
      p += 1
    }
    d.displacementSize = 4
    let field = d.modrm & 0x38
    switch rm {
    case 0...3:
      d.modrm = 0x84 | field
      d.sib = (6 + rm & 1) << 3 | (rm < 2 ? 3 : 5)
    case 6 where mod == 0:
      d.modrm = 5 | field
    default:
      d.modrm = 0x80 | field | [6, 7, 5, 3][Int(rm - 4)]
    }
  }

  @inline(__always)
  private func readImmediate(_ p: inout UnsafeRawPointer, _ d: inout Instruction) {
    if d.attributes.contains(.byteImmediate) {
      take(1, &p, &d)
    } else if d.attributes.contains(.immediate) {
      take(d.hasOperandSize ? 2 : 4, &p, &d)
    } else if d.map == .twoByte, d.opcode == 0x78, d.hasOperandSize || d.repeatPrefix == 0xf2 {
      // SSE4a's extrq and insertq: two bytes
      take(2, &p, &d)
    } else if d.map == .oneByte {
      switch d.opcode {
      case 0xf6 where d.reg < 2: take(1, &p, &d)
      case 0xf7 where d.reg < 2: take(d.hasOperandSize ? 2 : 4, &p, &d)
      case 0x9a, 0xea:
        take(d.hasOperandSize ? 2 : 4, &p, &d)
        d.selector = p.loadUnaligned(as: UInt16.self)
        p += 2
      case 0xa0...0xa3: take(d.hasAddressSize ? 2 : 4, &p, &d)
      case 0xc2, 0xca: take(2, &p, &d)
      case 0xc8: take(3, &p, &d)
      default: break
      }
    }
  }

  @inline(__always)
  private func take(_ size: UInt8, _ p: inout UnsafeRawPointer, _ d: inout Instruction) {
    let value = p.loadUnaligned(as: UInt32.self)
    d.immediate = size == 4 ? value : value & (1 << (UInt32(size) * 8) - 1)
    d.immediateSize = size
    p += Int(size)
  }
}
