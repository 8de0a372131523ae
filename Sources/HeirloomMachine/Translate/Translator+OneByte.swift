internal import CMachine

/// The one-byte opcodes that are not emitted as they are: 64-bit mode has another meaning for them, or none, or they use
/// the stack or change control.
extension Translator {
  func emitOneByte(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    switch d.opcode {
    case 0x40...0x4f: emitIncDec(&e, d)
    case 0x50...0x61, 0x68, 0x6a, 0x8f, 0x9c, 0x9d, 0xc8, 0xc9: return emitStack(&e, d, pc)
    case 0x06, 0x1e: pushSegment(&e, d, register: d.opcode >> 3)
    case 0x0e, 0x16:
      let selector = d.opcode == 0x0e ? Selector.code : Selector.data
      if d.hasOperandSize { push16(&e, immediate: selector) } else { push(&e, immediate: selector) }
    case 0x07, 0x17, 0x1f: return popSegment(&e, d, register: UInt32(d.opcode >> 3))
    case 0x62, 0xc4, 0xc5: return d.isRegisterForm ? illegal(&e, pc) : emulate(&e, pc)
    case 0x63: return emulate(&e, pc)
    case 0x70...0x7f: emitConditional(&e, d.opcode & 15, d.shortTarget)
    case 0x8c: return storeSegment(&e, d, pc)
    case 0x8d:
      if d.isRegisterForm { return illegal(&e, pc) }
      if d.hasAddressSize {
        emitAddress(&e, d, into: HostRegister.scratch)
        if d.hasOperandSize { e.byte(0x66) }
        e.move(HostRegister.of(d.reg), HostRegister.scratch)
        return .next
      }
      if d.hasOperandSize { e.byte(0x66) }
      emitAddress(&e, d, into: HostRegister.of(d.reg))
    case 0x8e: return loadSegment(&e, d, pc)
    case 0x91...0x97:
      if d.hasOperandSize { e.byte(0x66) }
      emitShort(&e, 0x90, d.opcode & 7)
    case 0xa0...0xa3: emitDirectMove(&e, d)
    case 0xa4...0xa7, 0xaa...0xaf: return emitString(&e, d, pc)
    case 0xb8...0xbf:
      if d.opcode == 0xb8 { buffers.callNumber = d.immediate }
      if d.hasOperandSize { e.byte(0x66) }
      emitShort(&e, 0xb8, d.opcode & 7)
      emitImmediate(&e, d)
    case 0xd7:
      if d.segment != 0 || d.hasAddressSize { return emulate(&e, pc) }
      e.half(0x6765)
      e.byte(0xd7)
    case 0xd9, 0xdd:
      // fnstenv and fnsave would tell the host's address of the last x87 instruction.
      if d.reg == 6 && !d.isRegisterForm { return emulate(&e, pc) }
      return emitCopy(&e, d, []) ? .next : illegal(&e, pc)
    case 0xc2, 0xc3, 0xe0...0xe3, 0xe8, 0xe9, 0xeb: return emitJump(&e, d, pc)
    case 0xcc: return trap(&e, d.next, .breakpoint)
    case 0xf1: return trap(&e, d.next, .debug)
    case 0xcd: return emitInterrupt(&e, d, pc)
    case 0xce: return emitInto(&e, d, pc)
    // daa das aaa aas aam aad salc; far call, ret and jmp, iret
    case 0x27, 0x2f, 0x37, 0x3f, 0xd4, 0xd5, 0xd6, 0x9a, 0xca, 0xcb, 0xcf, 0xea: return emulate(&e, pc)
    // ins outs in out hlt cli sti
    case 0x6c...0x6f, 0xe4...0xe7, 0xec...0xef, 0xf4, 0xfa, 0xfb: return trap(&e, pc, .privileged)
    case 0xfd:
      e.store(EFlags.direction, toProcessor: ProcessorField.rareFlags)
      e.byte(0xfd)
    case 0xfe:
      guard d.reg < 2, emitCopy(&e, d, .rmByte) else { return illegal(&e, pc) }
    case 0xff: return emitGroup5(&e, d, pc)
    default: return illegal(&e, pc)
    }
    return .next
  }

  private func trap(_ e: inout Emitter, _ pc: UInt32, _ trap: MachineTrap) -> Continuation {
    emitTrap(&e, pc, trap)
    return .end
  }

  /// An opcode that has a guest's general register in its low bits.
  private func emitShort(_ e: inout Emitter, _ opcode: UInt8, _ guest: UInt8) {
    let register = HostRegister.of(guest)
    if register >= 8 { e.byte(0x41) }
    e.byte(opcode | register & 7)
  }

  /// inc and dec of a register: their short forms are REX prefixes in 64-bit mode.
  private func emitIncDec(_ e: inout Emitter, _ d: Instruction) {
    if d.hasOperandSize { e.byte(0x66) }
    let register = HostRegister.of(d.opcode & 7)
    if register >= 8 { e.byte(0x41) }
    e.byte(0xff)
    e.byte(0xc0 | d.opcode & 8 | register & 7)
  }

  // MARK: The stack

  @inline(__always)
  func push(_ e: inout Emitter, immediate value: UInt32) {
    pending -= 4
    e.storeOnStack(immediate: value, pending)
  }

  func push16(_ e: inout Emitter, immediate value: UInt32) {
    e.bytes(0xfe45_c765_66, 5)  // mov word gs:[rbp-2], value
    e.half(UInt16(truncatingIfNeeded: value))
    pending = -2
  }

  private func emitStack(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    if d.opcode == 0xc8 && (d.hasOperandSize || d.immediate >> 16 != 0) { return emulate(&e, pc) }
    if d.hasOperandSize { return emitStack16(&e, d, pc) }
    switch d.opcode {
    case 0x50...0x57:
      // push esp stores what esp was before.
      pending -= 4
      e.storeOnStack(HostRegister.of(d.opcode & 7), pending)
    case 0x5c: e.loadFromStack(HostRegister.stackPointer, 0)
    case 0x58...0x5f:
      e.loadFromStack(HostRegister.of(d.opcode & 7), pending)
      pending += 4
    case 0x60:
      for (place, register) in [0, 1, 2, 3, 4, 5, 6, 7].enumerated() {
        e.storeOnStack(HostRegister.of(UInt8(register)), Int32(-4 * (place + 1)))
      }
      pending = -32
    case 0x61:
      // esp's is read, too.
      for (place, register) in [7, 6, HostRegister.framePointer, HostRegister.scratch, 3, 2, 1, 0].enumerated() {
        e.loadFromStack(register, Int32(4 * place))
      }
      pending = 32
    case 0x68: push(&e, immediate: d.immediate)
    case 0x6a: push(&e, immediate: d.signedByte)
    case 0x8f: return popMemory(&e, d, pc)
    case 0x9c:
      e.bytes(0x5841_9c, 3)  // pushfq; pop r8
      pending = -4
      e.storeOnStack(HostRegister.scratch, pending)
    case 0x9d:
      e.loadFromStack(HostRegister.scratch, 0)
      emitFlags(&e, pc)
      pending = 4
    case 0xc8:
      e.storeOnStack(HostRegister.framePointer, -4)
      // The processor looks whether the new top can be written.
      e.probeStack(-4 - Int32(d.immediate & 0xffff))
      e.bytes(0xfc65_8d44, 4)  // lea r12d, [rbp-4]
      pending = -4 - Int32(d.immediate & 0xffff)
      // ebp is another one now: not to be begun again.
      note(&e, .plain, next: d.next)
    case 0xc9:
      e.bytes(0x24_0c8b_4565, 5)  // mov r9d, gs:[r12]
      emitLeave(&e, d, size: 4)
    default: return illegal(&e, pc)
    }
    return .next
  }

  /// The rest of leave, when ebp's new value is in r9: a signal's frame may take the old one's place from here on.
  private func emitLeave(_ e: inout Emitter, _ d: Instruction, size: UInt64) {
    e.bytes(0x24_6c8d_41 | size << 32, 5)  // lea ebp, [r12+size]
    note(&e, .borrowedDone(5), next: d.next)
    e.move(HostRegister.framePointer, HostRegister.otherScratch)
  }

  /// The flags in r8d, by a way of its own where TF is among them.
  private func emitFlags(_ e: inout Emitter, _ pc: UInt32) {
    e.bytes(0x0000_0100_c0f7_41, 7)  // test r8d, TF
    let skip = e.output
    e.half(0x0074)  // jz
    emitTrap(&e, pc, .emulate)
    (skip + 1).storeBytes(of: UInt8(e.output - skip - 2), as: UInt8.self)
    e.loadFlags()
  }

  /// The 16-bit forms of push and pop.
  private func emitStack16(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    switch d.opcode {
    case 0x50...0x57:
      e.byte(0x66)
      e.storeOnStack(HostRegister.of(d.opcode & 7), -2)
      pending = -2
    case 0x58...0x5b, 0x5d...0x5f:
      e.byte(0x66)
      e.loadFromStack(HostRegister.of(d.opcode & 7), 0)
      pending = 2
    case 0x5c: popHalfToESP(&e)
    case 0x60:
      for register in UInt8(0)..<8 {
        e.byte(0x66)
        e.storeOnStack(HostRegister.of(register), -2 * Int32(register + 1))
      }
      pending = -16
    case 0x61:
      for register in (UInt8(0)..<8).reversed() {
        e.byte(0x66)
        e.loadFromStack(register == 4 ? HostRegister.scratch : HostRegister.of(register), Int32(14 - 2 * register))
      }
      pending = 16
    case 0x68: push16(&e, immediate: d.immediate)
    case 0x6a: push16(&e, immediate: d.signedByte)
    case 0x8f: return popMemory(&e, d, pc)
    case 0x9c:
      e.bytes(0x5841_9c, 3)  // pushfq; pop r8
      e.byte(0x66)
      e.storeOnStack(HostRegister.scratch, -2)
      pending = -2
    case 0x9d:
      // The flags' upper half stays.
      e.bytes(0x5841_9c, 3)  // pushfq; pop r8
      e.byte(0x66)
      e.loadFromStack(HostRegister.scratch, 0)
      emitFlags(&e, pc)
      pending = 2
    case 0xc9:
      e.move(HostRegister.otherScratch, HostRegister.framePointer)
      e.bytes(0x240c_8b45_6566, 6)  // mov r9w, gs:[r12]
      emitLeave(&e, d, size: 2)
    default: return illegal(&e, pc)
    }
    return .next
  }

  private func popHalfToESP(_ e: inout Emitter) {
    e.addToStackPointer(2)
    note(&e, buffers.current, offset: -2)
    e.byte(0x66)
    e.loadFromStack(HostRegister.stackPointer, -2)
  }

  private func popMemory(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    // Another reg field is XOP's escape.
    guard d.reg == 0 else { return illegal(&e, pc) }
    let size: Int32 = d.hasOperandSize ? 2 : 4
    if d.isRegisterForm {
      if d.rm == 4 && d.hasOperandSize {
        popHalfToESP(&e)
        return .next
      }
      if d.hasOperandSize { e.byte(0x66) }
      e.loadFromStack(HostRegister.of(d.rm), 0)
      pending = d.rm == 4 ? 0 : size
      return .next
    }
    if d.hasOperandSize { e.byte(0x66) }
    e.loadFromStack(HostRegister.scratch, 0)
    // An address with esp is that of after the pop.
    emitMemory(
      &e, d, map: .oneByte, opcode: 0x89, reg: HostRegister.scratch, operandSize: d.hasOperandSize,
      adjust: d.isESPBased ? size : 0)
    pending = size
    return .next
  }

  // MARK: Segments

  /// The selector in a segment register, by its number in the encoding, to r8d.
  private func fetchSegment(_ e: inout Emitter, _ register: UInt8) {
    switch register {
    case 1: e.load(HostRegister.scratch, immediate: Selector.code)
    case 2: e.load(HostRegister.scratch, immediate: Selector.data)
    default:
      // mov r8d, [r14+its place in pt_regs]
      e.bytes(0x46_8b45, 3)
      e.byte([32, 0, 0, 28, 36, 40][Int(register)])
    }
  }

  func pushSegment(_ e: inout Emitter, _ d: Instruction, register: UInt8) {
    fetchSegment(&e, register)
    if d.hasOperandSize { e.byte(0x66) }
    pending = d.hasOperandSize ? -2 : -4
    e.storeOnStack(HostRegister.scratch, pending)
  }

  private func storeSegment(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    guard d.reg < 6 else { return illegal(&e, pc) }
    fetchSegment(&e, d.reg)
    if d.isRegisterForm {
      if d.hasOperandSize { e.byte(0x66) }
      e.move(HostRegister.of(d.rm), HostRegister.scratch)
    } else {
      emitMemory(&e, d, map: .oneByte, opcode: 0x89, reg: HostRegister.scratch, operandSize: true)
    }
    return .next
  }

  private func loadSegment(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    guard d.reg != 1, d.reg < 6 else { return illegal(&e, pc) }
    if d.isRegisterForm {
      e.move(HostRegister.scratch, HostRegister.of(d.rm))
    } else {
      emitMemory(&e, d, map: .twoByte, opcode: 0xb7, reg: HostRegister.scratch)
    }
    return segmentTrap(&e, d, pc, register: UInt32(d.reg), popped: 0)
  }

  func popSegment(_ e: inout Emitter, _ d: Instruction, register: UInt32) -> Continuation {
    e.loadFromStack(HostRegister.scratch, 0)
    return segmentTrap(&e, d, buffers.current, register: register, popped: d.hasOperandSize ? 2 : 4)
  }

  /// The selector in r8d goes to a segment register, outside of guest code; esp and eip are changed there if it may.
  private func segmentTrap(
    _ e: inout Emitter, _ d: Instruction, _ pc: UInt32, register: UInt32, popped: UInt32
  ) -> Continuation {
    // mov [r14+trap_argument], r8d
    e.bytes(0x86_8945, 3)
    e.word(UInt32(ProcessorField.trapArgument))
    e.store(pc, toProcessor: ProcessorField.eip)
    let number = MachineTrap.loadSegment.rawValue | register << 8 | UInt32(d.length) << 16 | popped << 24
    e.store(number, toProcessor: ProcessorField.trapNumber)
    e.jump(throughProcessor: ProcessorField.trapStub)
    return .end
  }

  // MARK: Memory

  /// mov between al, ax or eax and an address that stands in the instruction.
  private func emitDirectMove(_ e: inout Emitter, _ d: Instruction) {
    var direct = d
    direct.modrm = 5
    direct.displacementSize = 4
    direct.displacement = Int32(bitPattern: d.immediate)
    let opcode: UInt8 = [0x8a, 0x8b, 0x88, 0x89][Int(d.opcode & 3)]
    emitMemory(&e, direct, map: .oneByte, opcode: opcode, reg: 0, operandSize: d.hasOperandSize)
  }

  /// String instructions run on host addresses: es:edi takes no prefix. The window is aligned, so that the low halves stay
  /// the guest's at any moment.
  private func emitString(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    let usesSource = d.opcode < 0xa8 || d.opcode == 0xac || d.opcode == 0xad
    if usesSource && d.segment != 0 || d.hasAddressSize { return emulate(&e, pc) }
    if d.opcode == 0xac || d.opcode == 0xad {
      e.half(0x6765)
      emitPlainString(&e, d)
      return .next
    }
    if usesSource { e.bytes(0x3734_8d49, 4) }  // lea rsi, [r15+rsi]
    e.bytes(0x3f3c_8d49, 4)  // lea rdi, [r15+rdi]
    emitPlainString(&e, d)
    note(&e, .plain, next: d.next)
    if usesSource { e.half(0xf689) }  // mov esi, esi
    e.half(0xff89)  // mov edi, edi
    return .next
  }

  private func emitPlainString(_ e: inout Emitter, _ d: Instruction) {
    if d.hasOperandSize { e.byte(0x66) }
    if d.repeatPrefix != 0 { e.byte(d.repeatPrefix) }
    e.byte(d.opcode)
  }
}

/// Selectors of a 64-bit Linux for an i386 program.
enum Selector {
  static let code: UInt32 = 0x23
  static let data: UInt32 = 0x2b
  /// That of 64-bit code: readable, and never a guest's to execute.
  static let code64: UInt32 = 0x33
  /// The segment whose limit is the processor's number (getcpu's).
  static let processorNumber: UInt32 = 0x7b
  /// The first of the three that set_thread_area(2) sets.
  static let firstThreadArea: UInt32 = 0x63
}
