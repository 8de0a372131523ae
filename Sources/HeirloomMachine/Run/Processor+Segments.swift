internal import CMachine

/// Instructions that name segments.
extension Processor {
  /// lds, les, lss, lfs, lgs.
  func loadFarPointer(_ d: Instruction) throws(Fault) {
    let size = d.hasOperandSize ? 2 : 4
    let segment: UInt32 =
      switch (d.map, d.opcode) {
      case (.oneByte, 0xc4): 0
      case (.oneByte, _): 3
      case (_, 0xb2): 2
      case (_, 0xb4): 4
      default: 5
      }
    let at = operand(d)
    let offset = try load(at, size)
    let selector = try load(at.advanced(by: size), 2)
    if let fault = loadSegment(segment, selector) { throw fault }
    setRegister(d.reg, offset, size: size)
  }

  /// arpl: raises the requested privilege level of a selector to another's.
  func adjustPrivilege(_ d: Instruction) throws(Fault) {
    let selector = try value(d, size: 2)
    let level = register(d.reg) & 3
    let isLower = selector & 3 < level
    let result = selector & ~3 | level
    if isLower {
      if d.override == 0x2e, !d.isRegisterForm { throw selectorFault(0) }
      if d.isRegisterForm { setRegister(d.rm, result, size: 2) } else { try store(result, operand(d), 2) }
    }
    setFlag(EFlags.zero, isLower)
  }

  // MARK: Far jumps

  /// Far jmp, call and ret, and iret. The only code segment that a guest may go to is its own: the other one of user mode
  /// is 64-bit code's.
  func changeCodeSegment(_ d: Instruction) throws(Fault) {
    let size = d.hasOperandSize ? 2 : 4
    switch d.opcode {
    case 0xca, 0xcb: try returnFar(size, extra: d.opcode == 0xca ? d.immediate : 0)
    case 0xcf: try returnFromInterrupt(size)
    default:
      var selector = UInt32(d.selector)
      var target = d.immediate
      if d.opcode == 0xff {
        let at = operand(d)
        target = try load(at, size)
        selector = try load(at.advanced(by: size), 2)
      }
      try checkCodeSegment(selector, isReturn: false)
      if d.opcode == 0x9a || d.opcode == 0xff && d.reg == 3 {
        let top = stackTop
        try store(Selector.code, top.advanced(by: -size), size)
        try store(d.next, top.advanced(by: -2 * size), size)
        state.pointee.regs.esp &-= UInt32(2 * size)
      }
      state.pointee.regs.eip = target
    }
  }

  private func returnFar(_ size: Int, extra: UInt32) throws(Fault) {
    let selector = try load(stackTop.advanced(by: size), size) & 0xffff
    let target = try load(stackTop, size)
    if selector & 3 != 3 {
      // The processor looks for the other level's stack before it refuses.
      for place in [3, 2] { _ = try load(stackTop.advanced(by: place * size + Int(extra)), size) }
    }
    try checkCodeSegment(selector, isReturn: true)
    state.pointee.regs.eip = target
    state.pointee.regs.esp &+= UInt32(2 * size) &+ extra
  }

  private func returnFromInterrupt(_ size: Int) throws(Fault) {
    if state.pointee.regs.eflags & EFlags.nestedTask != 0 { throw selectorFault(0) }
    let flags = try load(stackTop.advanced(by: 2 * size), size)
    let selector = try load(stackTop.advanced(by: size), size) & 0xffff
    let target = try load(stackTop, size)
    try checkCodeSegment(selector, isReturn: true)
    state.pointee.regs.eip = target
    state.pointee.regs.esp &+= UInt32(3 * size)
    setFlags(flags, size: size, also: EFlags.resume)
  }

  private func checkCodeSegment(_ selector: UInt32, isReturn: Bool) throws(Fault) {
    guard selector & ~3 == Selector.code & ~3, !isReturn || selector & 3 == 3 else { throw selectorFault(selector) }
  }

  /// #GP for a selector.
  func selectorFault(_ selector: UInt32) -> Fault {
    Fault(signal: 11, code: 0x80, address: 0, vector: 13, errorCode: selector & 0xfffc)
  }

  // MARK: Descriptors

  /// lar and lsl.
  func describeSelector(_ d: Instruction) throws(Fault) {
    let selector = try value(d, size: 2)
    var result: UInt32 = 0
    let isValid: Bool
    if let slot = threadArea(selector) {
      isValid = slot.present != 0
      result = d.opcode == 2 ? slot.accessRights : slot.byteLimit
    } else {
      isValid = d.opcode == 2
        ? heirloom_access_rights(selector, &result) != 0 : heirloom_segment_limit(selector, &result) != 0
    }
    if isValid { setRegister(d.reg, result, size: d.hasOperandSize ? 2 : 4) }
    setFlag(EFlags.zero, isValid)
  }

  /// The descriptor behind a TLS selector: the guest's own, not the host thread's.
  private func threadArea(_ selector: UInt32) -> heirloom_tls_slot? {
    let slots = state.pointee.tls
    switch selector & ~3 {
    case 0x60: return slots.0
    case 0x68: return slots.1
    case 0x70: return slots.2
    default: return nil
    }
  }

  /// sldt, str, verr, verw; sgdt, sidt, smsw; clzero. The first two and sgdt, sidt and smsw answer what Linux answers where the processor
  /// keeps them from user mode (arch/x86/kernel/umip.c), for what they really hold is the host's.
  func systemRegister(_ d: Instruction) throws(Fault) {
    if d.opcode == 1, d.modrm == 0xfc { return try clearLine(d) }
    if d.opcode == 0, d.reg >= 4 {
      let selector = try value(d, size: 2)
      if let slot = threadArea(selector) {
        setFlag(EFlags.zero, slot.present != 0 && (d.reg == 4 || slot.isWritable))
      } else {
        setFlag(EFlags.zero, (d.reg == 4 ? heirloom_may_read(selector) : heirloom_may_write(selector)) != 0)
      }
      return
    }
    if d.opcode == 1, d.reg < 2 {
      let at = try linuxOperand(d)
      let base: UInt64 = d.reg == 0 ? 0xfffe_0000 : 0xffff_0000
      try storeAsLinux(base << 16, 6, at)
      return
    }
    let taskRegister: UInt32 = 0x40
    let machineStatus: UInt32 = 0x8005_0033
    let value = d.opcode == 1 ? machineStatus : d.reg == 0 ? 0 : taskRegister
    if d.isRegisterForm {
      setRegister(d.rm, value, size: d.hasOperandSize ? 2 : 4)
    } else {
      let at = try linuxOperand(d)
      try storeAsLinux(UInt64(value), 2, at)
    }
  }

  /// clzero.
  private func clearLine(_ d: Instruction) throws(Fault) {
    let address = register(0) & (d.hasAddressSize ? 0xffff : .max) &+ segmentBase(d)
    let failure = withUnsafeTemporaryAllocation(byteCount: 64, alignment: 16) { zeroes -> Fault? in
      zeroes.initializeMemory(as: UInt8.self, repeating: 0)
      return storeBytes(UnsafeRawBufferPointer(zeroes), Operand(address: address & ~63, isOnStack: false))
    }
    if let failure { throw failure }
  }

  /// Where Linux looks for an operand: it adds the segment's base in 64 bits.
  private func linuxOperand(_ d: Instruction) throws(Fault) -> Operand {
    let at = operand(d)
    if at.address < at.base { throw linuxFault(at) }
    return at
  }

  /// Linux carries the instruction out: it writes what it can, byte by byte.
  private func storeAsLinux(_ value: UInt64, _ size: Int, _ at: Operand) throws(Fault) {
    for index in 0..<size {
      let failure = withUnsafeBytes(of: UInt8(truncatingIfNeeded: value >> UInt64(index * 8))) { storeBytes($0, at.advanced(by: index)) }
      if failure != nil { throw linuxFault(at) }
    }
  }

  /// Whatever it cannot write is to it a missing page, at the operand's beginning.
  private func linuxFault(_ at: Operand) -> Fault { Fault(signal: 11, code: 1, address: at.address, vector: 14, errorCode: 6) }
}

extension heirloom_tls_slot {
  // struct user_desc's bit-field (asm/ldt.h): seg_32bit, contents of two bits, read_exec_only, limit_in_pages,
  // seg_not_present, useable.
  private func bit(_ number: UInt32) -> UInt32 { flags >> number & 1 }

  var isWritable: Bool { bit(3) == 0 && flags & 4 == 0 }

  var byteLimit: UInt32 { bit(4) != 0 ? limit << 12 | 0xfff : limit }

  /// The descriptor's upper word, as lar tells it.
  var accessRights: UInt32 {
    let type = 1 | (bit(3) ^ 1) << 1 | (flags >> 1 & 3) << 2
    let access = type | 0x70 | (bit(5) ^ 1) << 7
    let upper = limit >> 16 & 15 | bit(6) << 4 | bit(0) << 6 | bit(4) << 7
    return access << 8 | upper << 16
  }
}
