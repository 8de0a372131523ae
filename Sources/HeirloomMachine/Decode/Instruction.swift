/// Which of the processor's opcode tables an instruction is in (Intel SDM volume 2, appendix A).
enum OpcodeMap: UInt8 {
  case oneByte = 0
  /// 0F
  case twoByte = 1
  /// 0F 38
  case three38 = 2
  /// 0F 3A
  case three3A = 3
}

/// One decoded i386 instruction, as far as it must be known to be emitted again.
struct Instruction {
  var attributes: OpcodeAttributes = []
  var map = OpcodeMap.oneByte
  var opcode: UInt8 = 0
  /// F2, F3 or 0.
  var repeatPrefix: UInt8 = 0
  /// 64, 65 for fs and gs; 0 for the flat segments.
  var segment: UInt8 = 0
  /// The last segment prefix, those of flat segments too; 0: none.
  var override: UInt8 = 0
  var hasOperandSize = false
  /// The memory operand's address has 16 bits; what stands for it here is a 32-bit form whose low half it is.
  var hasAddressSize = false
  var hasLock = false
  var modrm: UInt8 = 0
  /// The ModRM byte as it stands in the code, where `modrm` is that of the 32-bit form.
  var rawModRM: UInt8 = 0
  var sib: UInt8 = 0
  /// Bytes of displacement: 0, 1 or 4.
  var displacementSize: UInt8 = 0
  var displacement: Int32 = 0
  /// Bytes of immediate operand, and the operand, not sign-extended.
  var immediateSize: UInt8 = 0
  var immediate: UInt32 = 0
  /// Of a far jump or call's operand.
  var selector: UInt16 = 0
  /// Bytes of the whole instruction.
  var length: UInt8 = 0
  /// Where the next instruction stands.
  var next: UInt32 = 0

  @inline(__always) var reg: UInt8 { (modrm >> 3) & 7 }
  @inline(__always) var rm: UInt8 { modrm & 7 }
  @inline(__always) var mod: UInt8 { modrm >> 6 }
  @inline(__always) var isRegisterForm: Bool { modrm >= 0xc0 }
  @inline(__always) var hasSIB: Bool { !isRegisterForm && rm == 4 }
  @inline(__always) var base: UInt8 { sib & 7 }
  @inline(__always) var index: UInt8 { (sib >> 3) & 7 }
  /// Whether the memory operand's base register is esp.
  @inline(__always) var isESPBased: Bool { hasSIB && base == 4 }
  /// Whether the memory operand's base or index register is ebp.
  @inline(__always) var hasEBPInAddress: Bool { hasSIB ? index == 5 || base == 5 && mod != 0 : rm == 5 && mod != 0 }
  /// Where a jump with a byte's displacement goes: within 64 KiB if its operand size is 16 bits.
  @inline(__always) var shortTarget: UInt32 { (next &+ signedByte) & (hasOperandSize ? 0xffff : 0xffff_ffff) }
  /// The same of a jump or call whose displacement is its whole operand.
  @inline(__always) var nearTarget: UInt32 {
    hasOperandSize ? (next &+ immediate) & 0xffff : next &+ immediate
  }
  /// The immediate, sign-extended from one byte.
  @inline(__always) var signedByte: UInt32 { UInt32(bitPattern: Int32(Int8(truncatingIfNeeded: immediate))) }
}
