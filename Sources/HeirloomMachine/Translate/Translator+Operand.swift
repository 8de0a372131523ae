internal import CMachine

/// How an instruction's register fields and memory operand are written again.
extension Translator {
  /// Emits an instruction with a memory operand, without its immediate. `reg` is a host register's number or an opcode
  /// extension; `adjust` is added to the address.
  @inline(__always)
  func emitMemory(
    _ e: inout Emitter, _ d: Instruction, map: OpcodeMap, opcode: UInt8, reg: UInt8, operandSize: Bool = false,
    repeatPrefix: UInt8 = 0, lock: Bool = false, adjust: Int32 = 0
  ) {
    if d.segment != 0 || d.hasAddressSize {
      emitComputedMemory(&e, d, map, opcode, reg, operandSize, repeatPrefix, lock, adjust)
      return
    }
    let address = HostAddress(d, adjust: adjust)
    if address.mayWrap { e.half(0x6765) } else { e.byte(0x65) }
    emitOpcode(&e, map, opcode, address.rex | (reg >= 8 ? 0x44 : 0), operandSize, repeatPrefix, lock)
    emit(&e, address, reg: reg)
  }

  /// A memory operand's address as it is written for the host, without its segment.
  private struct HostAddress {
    var mod: UInt8
    var rm: UInt8
    var sib: UInt8
    var rex: UInt8 = 0
    var displacement: Int32
    var displacementSize: UInt8
    /// Whether the sum could be another one in 64 bits. Without an index and a wide displacement it cannot wrap to anything but
    /// what faults natively too.
    var mayWrap: Bool

    @inline(__always)
    init(_ d: Instruction, adjust: Int32) {
      (mod, rm, sib, displacementSize) = (d.mod, d.rm, d.sib, d.displacementSize)
      displacement = d.displacement &+ adjust
      if adjust != 0 && (mod != 0 || displacementSize == 0) { (mod, displacementSize) = (2, 4) }
      mayWrap = displacementSize == 4
      if rm == 4 {
        let hasIndex = sib & 0x38 != 0x20
        if hasIndex { mayWrap = true }
        if sib & 7 == 4 {
          // esp is in rbp, which needs a displacement.
          if mod == 0 { (mod, displacementSize) = (1, 1) }
          if hasIndex { sib |= 1 } else { rm = 5 }
        } else if sib & 7 == 5 && mod != 0 {
          (sib, rex) = (sib & ~1, 0x41)
        }
        // ebp is in r12.
        if sib & 0x38 == 0x28 { (sib, rex) = (sib & ~8, rex | 0x42) }
      } else if rm == 5 {
        if mod == 0 {
          // Plain [disp32] would be rip-relative.
          (rm, sib) = (4, 0x25)
          mayWrap = displacement < 0
        } else {
          (rm, sib, rex) = (4, 0x24, 0x41)
        }
      }
    }
  }

  @inline(__always)
  private func emit(_ e: inout Emitter, _ address: HostAddress, reg: UInt8) {
    e.byte(address.mod << 6 | (reg & 7) << 3 | address.rm)
    if address.rm == 4 { e.byte(address.sib) }
    emitDisplacement(&e, address.displacement, address.displacementSize)
  }

  @inline(__always)
  private func emitOpcode(
    _ e: inout Emitter, _ map: OpcodeMap, _ opcode: UInt8, _ rex: UInt8, _ operandSize: Bool, _ repeatPrefix: UInt8,
    _ lock: Bool
  ) {
    if operandSize { e.byte(0x66) }
    if lock { e.byte(0xf0) }
    if repeatPrefix != 0 { e.byte(repeatPrefix) }
    if rex != 0 { e.byte(rex) }
    switch map {
    case .oneByte: break
    case .twoByte: e.byte(0x0f)
    case .three38: e.half(0x380f)
    case .three3A: e.half(0x3a0f)
    }
    e.byte(opcode)
  }

  @inline(__always)
  private func emitDisplacement(_ e: inout Emitter, _ value: Int32, _ size: UInt8) {
    e.output.storeBytes(of: value, as: Int32.self)
    e.output += Int(size)
  }

  /// An operand in gs or fs, whose base joins the address, or one with a 16-bit address. The sum wraps at 32 bits as natively.
  private func emitComputedMemory(
    _ e: inout Emitter, _ d: Instruction, _ map: OpcodeMap, _ opcode: UInt8, _ reg: UInt8, _ operandSize: Bool,
    _ repeatPrefix: UInt8, _ lock: Bool, _ adjust: Int32
  ) {
    // reg is scratch only in sequences that hold a value in it; then the address must not go there.
    let address = reg == HostRegister.scratch ? HostRegister.index : HostRegister.scratch
    var rex: UInt8 = 0x41 | (reg >= 8 ? 0x44 : 0)
    if d.segment == 0 {
      emitAddress(&e, d, into: address, adjust: adjust)
      e.half(0x6765)
      emitOpcode(&e, map, opcode, rex, operandSize, repeatPrefix, lock)
      e.byte((reg & 7) << 3 | address & 7)
      return
    }
    let base = loadSegmentBase(&e, d.segment)
    if d.mod == 0 && d.rm == 5 && !d.hasAddressSize {
      e.half(0x6765)
      emitOpcode(&e, map, opcode, rex, operandSize, repeatPrefix, lock)
      e.byte(0x80 | (reg & 7) << 3 | base & 7)
      if base & 7 == 4 { e.byte(0x24) }
      emitDisplacement(&e, d.displacement &+ adjust, 4)
      return
    }
    emitAddress(&e, d, into: address, adjust: adjust)
    rex |= 0x42
    e.half(0x6765)
    emitOpcode(&e, map, opcode, rex, operandSize, repeatPrefix, lock)
    // [base + address + 0]
    e.byte(0x44 | (reg & 7) << 3)
    e.byte((address & 7) << 3 | base & 7)
    e.byte(0)
  }

  /// The register with the segment's base; fs has none of its own.
  func loadSegmentBase(_ e: inout Emitter, _ segment: UInt8) -> UInt8 {
    if segment == 0x65 { return HostRegister.gsBase }
    e.load(HostRegister.otherScratch, fromProcessor: ProcessorField.fsBase)
    return HostRegister.otherScratch
  }

  /// lea register, [the operand's address without its segment]: 32 bits, or the low 16 of them. A 16-bit address takes
  /// two steps: where the register must not be seen between them it is a scratch one.
  func emitAddress(_ e: inout Emitter, _ d: Instruction, into register: UInt8, adjust: Int32 = 0) {
    let address = HostAddress(d, adjust: adjust)
    let rex = address.rex | (register >= 8 ? 0x44 : 0)
    if rex != 0 { e.byte(rex) }
    e.byte(0x8d)
    emit(&e, address, reg: register)
    if d.hasAddressSize { e.extendHalf(register, register) }
  }

  @inline(__always)
  func emitImmediate(_ e: inout Emitter, _ d: Instruction) {
    e.output.storeBytes(of: d.immediate, as: UInt32.self)
    e.output += Int(d.immediateSize)
  }

  /// Emits an instruction with a ModRM byte as it is, but for where its operands live.
  ///
  /// - Returns: false where it cannot be written in 64-bit mode; nothing is emitted then.
  @inline(__always)
  func emitCopy(_ e: inout Emitter, _ d: Instruction, _ attributes: OpcodeAttributes) -> Bool {
    var reg = d.reg
    if attributes.contains(.firstOfGroup) && reg != 0 { return false }
    if attributes.contains(.regGeneral) { reg = HostRegister.of(reg) }
    // 82 is 80's double, and gone in 64-bit mode.
    let opcode: UInt8 = d.map == .oneByte && d.opcode == 0x82 ? 0x80 : d.opcode
    // XACQUIRE and XRELEASE, which may be left out, would make the longest instructions too long.
    let repeatPrefix: UInt8 = d.map == .oneByte ? 0 : d.repeatPrefix
    if d.isRegisterForm {
      if attributes.contains(.memoryOnly) { return false }
      let rm = attributes.contains(.rmGeneral) ? HostRegister.of(d.rm) : d.rm
      let rex: UInt8 = (reg >= 8 ? 0x44 : 0) | (rm >= 8 ? 0x41 : 0)
      // ah, ch, dh and bh cannot be named beside ebp, which needs a REX prefix.
      if rex != 0 && attributes.contains(.rmByte) && d.rm >= 4 { return emitHighByteToEBP(&e, d) }
      emitOpcode(&e, d.map, opcode, rex, d.hasOperandSize, repeatPrefix, d.hasLock)
      e.byte(0xc0 | (reg & 7) << 3 | rm & 7)
      emitImmediate(&e, d)
      return true
    }
    if attributes.contains(.registerOnly) { return false }
    if d.hasAddressSize, d.map == .twoByte, d.opcode & 0xe7 == 0xa3 {
      emitFarBit(&e, d)
      return true
    }
    if attributes.contains(.regByte) && reg >= 4 && (d.segment != 0 || d.hasAddressSize || d.hasEBPInAddress) {
      emitHighByteAccess(&e, d, opcode)
      return true
    }
    emitMemory(
      &e, d, map: d.map, opcode: opcode, reg: reg, operandSize: d.hasOperandSize, repeatPrefix: repeatPrefix,
      lock: d.hasLock)
    emitImmediate(&e, d)
    return true
  }

  /// ah, ch, dh or bh with an address that needs a REX prefix: another register holds the address meanwhile, and its own
  /// value is in r9.
  private func emitHighByteAccess(_ e: inout Emitter, _ d: Instruction, _ opcode: UInt8) {
    let parent = d.reg - 4
    let borrowed: UInt8 = parent == 3 ? 1 : 3
    // lea must read the register before it is borrowed, and fs's base takes r9, so the address goes to r8 first.
    emitAddress(&e, d, into: HostRegister.scratch)
    if d.segment == 0x65 {
      // lea r8d, [r8+r13]
      e.bytes(0x2804_8d47, 4)
    } else if d.segment != 0 {
      _ = loadSegmentBase(&e, d.segment)
      // lea r8d, [r8+r9]
      e.bytes(0x0804_8d47, 4)
    }
    e.move64(HostRegister.otherScratch, borrowed)
    note(&e, .borrowed(borrowed))
    e.move(borrowed, HostRegister.scratch)
    var simple = d
    simple.segment = 0
    simple.hasAddressSize = false
    simple.modrm = d.modrm & 0x38 | borrowed
    simple.displacementSize = 0
    simple.displacement = 0
    emitMemory(
      &e, simple, map: d.map, opcode: opcode, reg: d.reg, repeatPrefix: d.repeatPrefix, lock: d.hasLock)
    emitImmediate(&e, d)
    note(&e, .borrowedDone(borrowed), next: d.next)
    e.move64(borrowed, HostRegister.otherScratch)
  }

  /// movzx, movsx and crc32 of ah, ch, dh or bh to ebp, by way of that byte's own register.
  private func emitHighByteToEBP(_ e: inout Emitter, _ d: Instruction) -> Bool {
    let isChecksum = d.map == .three38 && d.opcode == 0xf0
    guard isChecksum || d.map == .twoByte && (d.opcode == 0xb6 || d.opcode == 0xbe) else { return false }
    let parent = d.rm - 4
    e.move64(HostRegister.otherScratch, parent)
    note(&e, .borrowed(parent))
    if d.hasOperandSize && !isChecksum { e.byte(0x66) }
    e.half(isChecksum ? 0xb60f : UInt16(d.opcode) << 8 | 0x0f)
    e.byte(0xc0 | parent << 3 | d.rm)
    if isChecksum {
      // crc32 r12d, parent's low byte
      e.bytes(0xf038_0f44_f2, 5)
      e.byte(0xe0 | parent)
    } else {
      if d.hasOperandSize { e.byte(0x66) }
      e.move(HostRegister.framePointer, parent)
    }
    note(&e, .borrowedDone(parent), next: d.next)
    e.move64(parent, HostRegister.otherScratch)
    return true
  }

  // MARK: Rare operands

  /// An instruction with a cs prefix that writes to memory: #GP whatever the page, if it is an instruction at all. That is
  /// for the host to say where it depends on the prefixes: it gets an address that no page has.
  ///
  /// - Returns: nil for one that does not write.
  func emitWriteToCodeSegment(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation? {
    let hasMemory = d.attributes.contains(.modrm) ? !d.isRegisterForm : d.map == .oneByte && d.opcode & 0xfe == 0xa2
    guard hasMemory, d.writesOperand else { return nil }
    let reg = d.attributes.contains(.regGeneral) ? HostRegister.of(d.reg) : d.reg
    if d.map == .oneByte, d.opcode == 0x8f { return emulate(&e, pc) }
    let isFPU = d.map == .oneByte && 0xd8...0xdf ~= d.opcode
    // fnstenv, fnstcw, fnsave, fnstsw
    let waits = isFPU && !((d.opcode == 0xd9 || d.opcode == 0xdd) && d.reg > 5)
    let isSpecial = d.attributes.contains(.special) && !waits && !(d.map == .twoByte && d.opcode == 0x7e)
    if isSpecial || d.attributes.contains(.regByte) && reg >= 4 || d.map == .oneByte && d.opcode < 0xd8 {
      emitTrap(&e, pc, .privileged)
      return .end
    }
    // fwait: an exception of the FPU's from before comes first.
    if waits { e.byte(0x9b) }
    e.loadNonCanonicalAddress(HostRegister.scratch)
    emitOpcode(&e, d.map, d.opcode, 0x41 | (reg >= 8 ? 0x44 : 0), d.hasOperandSize, d.repeatPrefix, d.hasLock)
    e.byte((reg & 7) << 3)
    emitImmediate(&e, d)
    return .next
  }

  /// Notes the operand of an x87 instruction for `Processor.lastFPUInstruction`: the host's FPU knows its address only.
  func noteFPUOperand(_ e: inout Emitter, _ d: Instruction) {
    let (address, selector) = (HostRegister.scratch, HostRegister.otherScratch)
    emitAddress(&e, d, into: address)
    e.store(address, toProcessor: ProcessorField.fpuOffset)
    if d.segment == 0x65 {
      e.bytes(0x2804_8d47, 4)  // lea r8d, [r8+r13]
    } else if d.segment != 0 {
      _ = loadSegmentBase(&e, d.segment)
      e.bytes(0x0804_8d47, 4)  // lea r8d, [r8+r9]
    }
    e.store(address, toProcessor: ProcessorField.fpuAddress)
    switch d.override {
    case 0x26: e.load(selector, fromProcessor: ProcessorField.es)
    case 0x64: e.load(selector, fromProcessor: ProcessorField.fs)
    case 0x65: e.load(selector, fromProcessor: ProcessorField.gs)
    default: e.load(selector, immediate: Selector.code)
    }
    e.store(selector, toProcessor: ProcessorField.fpuSelector)
  }

  /// bt, bts, btr and btc of a bit that a register counts from a 16-bit address: where the bit stands wraps at 64 KiB too.
  func emitFarBit(_ e: inout Emitter, _ d: Instruction) {
    let register = HostRegister.of(d.reg)
    emitAddress(&e, d, into: HostRegister.scratch)
    e.byte(0x9c)  // pushfq
    if d.hasOperandSize {
      e.bytes(0xc8_bf0f_44 | UInt64(register >= 8 ? 1 : 0) | UInt64(register & 7) << 24, 4)  // movsx r9d, register's low half
    } else {
      e.move(HostRegister.otherScratch, register)
    }
    e.bytes(0xcb8945, 3)  // mov r11d, r9d
    let width: UInt64 = d.hasOperandSize ? 4 : 5
    e.bytes(0xf9c141 | width << 24, 4)  // sar r9d, 4 or 5
    e.bytes(d.hasOperandSize ? 0x4804_8d47 : 0x8804_8d47, 4)  // lea r8d, [r8+r9*2 or *4]
    e.bytes(0xe38341 | (d.hasOperandSize ? 15 : 31) << 24, 4)  // and r11d, 15 or 31
    e.byte(0x9d)  // popfq
    e.extendHalf(HostRegister.scratch, HostRegister.scratch)
    if d.segment == 0x65 {
      e.bytes(0x2804_8d47, 4)  // lea r8d, [r8+r13]
    } else if d.segment != 0 {
      _ = loadSegmentBase(&e, d.segment)
      e.bytes(0x0804_8d47, 4)  // lea r8d, [r8+r9]
    }
    e.half(0x6765)
    emitOpcode(&e, d.map, d.opcode, 0x45, d.hasOperandSize, 0, d.hasLock)
    e.byte(0x18)  // r11, [r8]
  }
}
