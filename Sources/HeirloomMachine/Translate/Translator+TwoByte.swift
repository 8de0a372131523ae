internal import CMachine

/// The opcodes behind 0F that are not emitted as they are.
extension Translator {
  func emitTwoByte(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    switch d.opcode {
    // rdtscp
    case 0x01 where d.modrm == 0xf9: return copied(&e, d, pc, [])
    // clzero
    case 0x01 where d.modrm == 0xfc && HostFeatures.hasCLZERO: return emulate(&e, pc)
    // sldt str verr verw; sgdt sidt smsw; lar lsl; lss lfs lgs
    case 0x00 where d.reg < 2 || d.reg == 4 || d.reg == 5: return emulate(&e, pc)
    case 0x01 where d.reg == 4 || d.reg < 2 && !d.isRegisterForm: return emulate(&e, pc)
    case 0x02, 0x03: return emulate(&e, pc)
    case 0xb2, 0xb4, 0xb5: return d.isRegisterForm ? illegal(&e, pc) : emulate(&e, pc)
    case 0x00, 0x01, 0x20...0x23:
      guard isPrivileged(d) else { return illegal(&e, pc) }
      emitTrap(&e, pc, .privileged)
      return .end
    case 0x18...0x1f: return .next  // hints
    case 0x2a: return copied(&e, d, pc, d.repeatPrefix != 0 ? .rmGeneral : [])
    case 0x2c, 0x2d: return copied(&e, d, pc, d.repeatPrefix != 0 ? .regGeneral : [])
    // extrq, insertq
    case 0x78, 0x79:
      guard d.isRegisterForm, d.repeatPrefix == 0xf2 || d.repeatPrefix == 0 && d.hasOperandSize && (d.opcode == 0x79 || d.reg == 0)
      else { return illegal(&e, pc) }
      return copied(&e, d, pc, [])
    case 0x7e: return copied(&e, d, pc, d.repeatPrefix != 0 ? [] : .rmGeneral)
    case 0x80...0x8f:
      emitConditional(&e, d.opcode & 15, d.nearTarget)
      return .next
    case 0xa0, 0xa8:
      pushSegment(&e, d, register: d.opcode == 0xa0 ? 4 : 5)
      return .next
    case 0xa1, 0xa9: return popSegment(&e, d, register: d.opcode == 0xa1 ? 4 : 5)
    case 0xa2:
      emitTrap(&e, d.next, .cpuid)
      return .end
    // clts, sysret, invd, wbinvd, wrmsr, rdmsr, rdpmc, sysexit
    case 0x06...0x09, 0x30, 0x32...0x33, 0x35:
      emitTrap(&e, pc, .privileged)
      return .end
    case 0xae: return emitGroup15(&e, d, pc)
    case 0xb8: return d.repeatPrefix == 0xf3 ? copied(&e, d, pc, [.regGeneral, .rmGeneral]) : illegal(&e, pc)
    case 0xc7: return emitGroup9(&e, d, pc)
    case 0xc8...0xcf:
      if d.hasOperandSize { e.byte(0x66) }
      let register = HostRegister.of(d.opcode & 7)
      if register >= 8 { e.byte(0x41) }
      e.half(UInt16(0xc8 | register & 7) << 8 | 0x0f)
      return .next
    case 0xf7:
      // maskmovq and maskmovdqu store at ds:edi.
      guard d.isRegisterForm else { return illegal(&e, pc) }
      if d.segment == 0 && !d.hasAddressSize && d.override != 0x2e {
        e.half(0x6765)
        return copied(&e, d, pc, [])
      }
      emitMaskedMove(&e, d)
      return .next
    default: return illegal(&e, pc)
    }
  }

  /// maskmovq and maskmovdqu to another address than ds:edi's: edi holds it meanwhile. To cs they may not write.
  private func emitMaskedMove(_ e: inout Emitter, _ d: Instruction) {
    // mov r8d, edi or movzx r8d, di
    if d.hasAddressSize { e.extendHalf(HostRegister.scratch, 7) } else { e.move(HostRegister.scratch, 7) }
    if d.segment == 0x65 {
      e.bytes(0x2804_8d47, 4)  // lea r8d, [r8+r13]
    } else if d.segment != 0 {
      _ = loadSegmentBase(&e, d.segment)
      e.bytes(0x0804_8d47, 4)  // lea r8d, [r8+r9]
    }
    e.move64(HostRegister.otherScratch, 7)
    note(&e, .borrowed(7))
    if d.override == 0x2e {
      // The host finds the fault, if the instruction is one.
      e.loadNonCanonicalAddress(7)
    } else {
      e.move(7, HostRegister.scratch)
      e.half(0x6765)
    }
    _ = emitCopy(&e, d, [])
    note(&e, .borrowedDone(7), next: d.next)
    e.move64(7, HostRegister.otherScratch)
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

  /// fxsave, fxrstor, ldmxcsr, stmxcsr, clflush, clflushopt, clwb and the fences. The register forms with F3 write the
  /// segment bases of 64-bit mode: the guest's way out, and never emitted. xsave and its kin are not announced by cpuid.
  private func emitGroup15(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    if d.repeatPrefix != 0 { return illegal(&e, pc) }
    if d.isRegisterForm { return d.reg >= 5 && !d.hasOperandSize ? copied(&e, d, pc, []) : illegal(&e, pc) }
    if d.hasOperandSize { return d.reg >= 6 ? copied(&e, d, pc, []) : illegal(&e, pc) }
    switch d.reg {
    case 0, 1: return emulate(&e, pc)
    case 2, 3, 7: return copied(&e, d, pc, [])
    default: return illegal(&e, pc)
    }
  }

  /// cmpxchg8b, rdrand, rdseed, rdpid.
  private func emitGroup9(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    if !d.isRegisterForm && d.reg == 1 {
      // XACQUIRE and XRELEASE may be left out.
      var plain = d
      plain.repeatPrefix = 0
      return copied(&e, plain, pc, [])
    }
    if d.repeatPrefix == 0xf3, d.isRegisterForm, d.reg == 7 { return copied(&e, d, pc, .rmGeneral) }
    if d.repeatPrefix != 0 { return illegal(&e, pc) }
    if d.isRegisterForm { return d.reg >= 6 ? copied(&e, d, pc, .rmGeneral) : illegal(&e, pc) }
    return illegal(&e, pc)
  }

  /// movbe and crc32, which share two opcodes of 0F 38; adcx and adox; invpcid.
  func emitThreeByte(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    if d.opcode == 0x82 {
      guard HostFeatures.hasINVPCID, d.hasOperandSize, d.repeatPrefix == 0, !d.isRegisterForm else { return illegal(&e, pc) }
      emitTrap(&e, pc, .privileged)
      return .end
    }
    if d.opcode == 0xf6 {
      guard d.repeatPrefix == 0xf3 || d.repeatPrefix == 0 && d.hasOperandSize else { return illegal(&e, pc) }
      return copied(&e, d, pc, [.regGeneral, .rmGeneral])
    }
    switch d.repeatPrefix {
    case 0xf2: return copied(&e, d, pc, [.regGeneral, d.opcode == 0xf0 ? .rmByte : .rmGeneral])
    case 0 where !d.isRegisterForm: return copied(&e, d, pc, .regGeneral)
    default: return illegal(&e, pc)
    }
  }
}
