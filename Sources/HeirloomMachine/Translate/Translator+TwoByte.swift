internal import CMachine

/// The opcodes behind 0F that are not emitted as they are.
extension Translator {
  func emitTwoByte(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    switch d.opcode {
    case 0x00, 0x01, 0x20...0x23: return isPrivileged(d) ? privileged(&e, pc) : illegal(&e, pc)
    case 0x06, 0x08, 0x09, 0x30, 0x32, 0x33, 0x35: return privileged(&e, pc)
    case 0x18...0x1f: return .next  // hints
    case 0x2a: return copied(&e, d, pc, d.repeatPrefix != 0 ? .rmGeneral : [])
    case 0x2c, 0x2d: return copied(&e, d, pc, d.repeatPrefix != 0 ? .regGeneral : [])
    case 0x7e: return copied(&e, d, pc, d.repeatPrefix != 0 ? [] : .rmGeneral)
    case 0x80...0x8f:
      if d.hasOperandSize { return illegal(&e, pc) }
      emitConditional(&e, d.opcode & 15, d.next &+ d.immediate)
      return .next
    case 0xa0, 0xa8:
      // mov r8d, [r14+fs or gs]
      e.bytes(0x46_8b45, 3)
      e.byte(d.opcode == 0xa0 ? 36 : 40)
      push(&e, d, HostRegister.scratch)
      return .next
    case 0xa1, 0xa9: return popSegment(&e, d, pc, register: d.opcode == 0xa1 ? 4 : 5)
    case 0xa2:
      emitTrap(&e, d.next, .cpuid)
      return .end
    case 0xae: return emitGroup15(&e, d, pc)
    case 0xb8: return d.repeatPrefix == 0xf3 ? copied(&e, d, pc, [.regGeneral, .rmGeneral]) : illegal(&e, pc)
    case 0xc7: return emitGroup9(&e, d, pc)
    case 0xc8...0xcf:
      // With 16 bits the result is undefined, and thus the processor's own.
      if d.hasOperandSize { e.byte(0x66) }
      if d.opcode == 0xcc { e.byte(0x41) }
      e.half(UInt16(d.opcode) << 8 | 0x0f)
      return .next
    case 0xf7:
      // maskmovq and maskmovdqu store at ds:edi.
      guard d.isRegisterForm, d.segment == 0 else { return illegal(&e, pc) }
      e.half(0x6765)
      return copied(&e, d, pc, [])
    default: return illegal(&e, pc)
    }
  }

  private func privileged(_ e: inout Emitter, _ pc: UInt32) -> Continuation {
    emitTrap(&e, pc, .privileged)
    return .end
  }

  /// Whether an opcode that user mode may not run is #GP natively; what the processor does not know is #UD.
  private func isPrivileged(_ d: Instruction) -> Bool {
    switch d.opcode {
    case 0x00: d.reg == 2 || d.reg == 3  // lldt, ltr
    case 0x01: d.reg == 6 || !d.isRegisterForm && (d.reg == 2 || d.reg == 3 || d.reg == 7)  // lmsw lgdt lidt invlpg
    case 0x20, 0x22: d.reg == 0 || 2...4 ~= d.reg  // the control registers that there are
    default: true  // debug registers
    }
  }

  private func copied(
    _ e: inout Emitter, _ d: Instruction, _ pc: UInt32, _ attributes: OpcodeAttributes
  ) -> Continuation {
    emitCopy(&e, d, attributes) ? .next : illegal(&e, pc)
  }

  /// fxsave, fxrstor, ldmxcsr, stmxcsr, clflush and the fences. The register forms with F3 write the segment bases of
  /// 64-bit mode: the guest's way out, and never emitted. xsave and its kin are not announced by cpuid.
  private func emitGroup15(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    if d.repeatPrefix != 0 || d.hasOperandSize { return illegal(&e, pc) }
    if d.isRegisterForm { return d.reg >= 5 ? copied(&e, d, pc, []) : illegal(&e, pc) }
    switch d.reg {
    case 0:
      // The host writes xmm8-15 too, where its own data may stand: pxor xmm8,xmm8 ... xmm15,xmm15
      for register: UInt8 in 0..<8 {
        e.bytes(0xef0f_4566, 4)
        e.byte(0xc0 | register << 3 | register)
      }
      return copied(&e, d, pc, [])
    case 1, 2, 3, 7: return copied(&e, d, pc, [])
    default: return illegal(&e, pc)
    }
  }

  /// cmpxchg8b, rdrand, rdseed.
  private func emitGroup9(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    if d.reg == 1 && !d.isRegisterForm {
      // XACQUIRE and XRELEASE may be left out.
      var plain = d
      plain.repeatPrefix = 0
      return copied(&e, plain, pc, [])
    }
    return d.reg >= 6 && d.isRegisterForm && d.repeatPrefix == 0 ? copied(&e, d, pc, .rmGeneral) : illegal(&e, pc)
  }

  /// movbe and crc32, which share two opcodes of 0F 38.
  func emitThreeByte(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    switch d.repeatPrefix {
    case 0xf2: return copied(&e, d, pc, [.regGeneral, d.opcode == 0xf0 ? .rmByte : .rmGeneral])
    case 0 where !d.isRegisterForm: return copied(&e, d, pc, .regGeneral)
    default: return illegal(&e, pc)
    }
  }
}
