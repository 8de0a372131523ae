internal import CMachine

/// From the host's state in the middle of emitted code to the guest's.
extension Processor {
  enum Outcome {
    /// To be tried again; alone where the instruction writes to the page it stands on.
    case retry(alone: Bool)
    case fault(Fault)
  }

  /// Puts the guest's registers into the frame.
  func recover() {
    let host = state.pointee.host_registers
    func low(_ value: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: value) }
    let row = recoveryRow() ?? RecoveryRow(host: 0, pc: 0, pending: 0, recovery: 0)
    state.pointee.regs.eax = low(host.0)
    state.pointee.regs.ecx = low(host.1)
    state.pointee.regs.edx = low(host.2)
    state.pointee.regs.ebx = low(host.3)
    state.pointee.regs.ebp = low(host.12)
    state.pointee.regs.esi = low(host.6)
    state.pointee.regs.edi = low(host.7)
    state.pointee.regs.esp = low(host.5) &+ UInt32(bitPattern: row.pending)
    // RF is the host's at an interruption; a fault sets the guest's.
    state.pointee.regs.eflags = low(state.pointee.host_flags) & ~EFlags.resume
    state.pointee.regs.eip = row.pc
    switch Recovery(code: row.recovery) {
    case .plain: break
    case .targetInScratch: state.pointee.regs.eip = low(host.8)
    case .borrowed(let register), .borrowedDone(let register): setRegister(register, low(host.9))
    }
  }

  func setRegister(_ number: UInt8, _ value: UInt32) {
    switch number {
    case 0: state.pointee.regs.eax = value
    case 1: state.pointee.regs.ecx = value
    case 2: state.pointee.regs.edx = value
    case 3: state.pointee.regs.ebx = value
    case 5: state.pointee.regs.ebp = value
    case 6: state.pointee.regs.esi = value
    default: state.pointee.regs.edi = value
    }
  }

  /// What a host signal in guest code means: a write to a page with translations, or the guest's fault.
  func recoverFault() -> Outcome {
    recover()
    let address = state.pointee.fault_address
    let (vector, error) = (state.pointee.fault_trap, state.pointee.fault_error)
    let isWrite = error & 2 != 0
    let page = window.page(ofHost: address)
    if vector == 14, isWrite, let page, window.allowWrite(page: page, by: self) {
      let eip = state.pointee.regs.eip
      let touchesOwnPage = window.showsSame(page, eip >> 12) || window.showsSame(page, (eip &+ 15) >> 12)
      return .retry(alone: touchesOwnPage)
    }
    return .fault(guestFault(address, vector, error))
  }

  private func guestFault(_ address: UInt64, _ vector: UInt32, _ error: UInt32) -> Fault {
    let signal = state.pointee.fault_signal
    let code = state.pointee.fault_code
    switch vector {
    case 14:
      let guest = UInt32(truncatingIfNeeded: address &- state.pointee.window)
      let d = instructionAtProgramCounter()
      if let d, let fault = limitFault(d, at: guest, isWrite: error & 2 != 0) { return fault }
      // enter only looks whether it could write.
      let isProbe = d.map { $0.map == .oneByte && $0.opcode == 0xc8 } ?? false
      return pageFault(signal, code, at: guest, error: isProbe ? 6 : error & 2 | 4)
    case 13, 12:
      return Fault(signal: signal, code: 0x80, address: 0, vector: 13, errorCode: 0)
    case 17:
      if let fault = misalignedLimitFault() { return fault }
      return Fault(signal: signal, code: code, address: 0, vector: vector, errorCode: error)
    case 0, 6, 16, 19:
      return Fault(signal: signal, code: code, address: state.pointee.regs.eip, vector: vector, errorCode: 0)
    case 1, 3:
      return Fault(signal: signal, code: code, address: state.pointee.regs.eip, vector: vector, errorCode: 0)
    default:
      return Fault(signal: signal, code: code, address: 0, vector: vector, errorCode: error)
    }
  }

  /// The fault of an access that reaches over the end of its segment; nil where it does not.
  private func limitFault(_ d: Instruction, at address: UInt32, isWrite: Bool) -> Fault? {
    if d.readsBySource, !isWrite {
      let source = Access(at: stringSource(d), size: d.accessSize)
      if source.at.address <= address, address - source.at.address < UInt32(source.size) { return limitFault(source) }
    }
    if d.usesStack(isWrite: isWrite) {
      return limitFault(Access(at: Operand(address: address, isOnStack: true), size: d.hasOperandSize ? 2 : 4))
    }
    let parts = operandParts(d)
    guard let first = parts.first else { return limitFault(Access(at: Operand(address: address, isOnStack: false), size: d.accessSize)) }
    return limitFault(parts.first { address &- $0.at.address < UInt32($0.size) } ?? first)
  }

  /// The same of an access that is misaligned, too, and whose address the host does not tell: the first that is.
  private func misalignedLimitFault() -> Fault? {
    guard let d = instructionAtProgramCounter() else { return nil }
    var accesses = d.isString ? stringOperands(d).map { Access(at: $0, size: d.accessSize) } : operandParts(d)
    let size = d.hasOperandSize ? 2 : 4
    let top = d.isLeave ? Operand(address: state.pointee.regs.ebp, isOnStack: true) : stackTop
    if d.usesStack(isWrite: false) { accesses.insert(Access(at: top, size: size), at: 0) }
    if d.usesStack(isWrite: true) { accesses.append(Access(at: top.advanced(by: -size), size: size)) }
    return accesses.first { $0.at.address & UInt32($0.size - 1) != 0 }.flatMap(limitFault)
  }

  /// Bytes that the processor reaches for at once.
  private struct Access {
    var at: Operand
    var size: Int
  }

  private func limitFault(_ access: Access) -> Fault? {
    let isOver = UInt64(access.at.address &- access.at.base) + UInt64(access.size) > 1 << 32
    return isOver ? limitFault(isOnStack: access.at.isOnStack) : nil
  }

  /// The accesses to an instruction's memory operand; none where it has no such operand.
  private func operandParts(_ d: Instruction) -> [Access] {
    var at: Operand
    if d.map == .oneByte, 0xa0...0xa3 ~= d.opcode {
      at = Operand(address: d.immediate &+ segmentBase(d), base: segmentBase(d), isOnStack: d.override == 0x36)
    } else if d.attributes.contains(.modrm), !d.isRegisterForm {
      at = operand(d)
    } else {
      return []
    }
    // pop has raised esp when it looks for its operand.
    if d.map == .oneByte, d.opcode == 0x8f, d.isESPBased { at = at.advanced(by: d.hasOperandSize ? 2 : 4) }
    if d.addsBitOffset {
      let bit = d.hasOperandSize ? Int(Int16(truncatingIfNeeded: register(d.reg))) : Int(Int32(bitPattern: register(d.reg)))
      let offset = at.advanced(by: d.hasOperandSize ? bit >> 4 * 2 : bit >> 5 * 4).address &- at.base
      at.address = at.base &+ (d.hasAddressSize ? offset & 0xffff : offset)
    }
    // 80 bits are two accesses.
    if d.accessSize == 10 { return [Access(at: at, size: 8), Access(at: at.advanced(by: 8), size: 2)] }
    return [Access(at: at, size: d.accessSize)]
  }

  /// SIGSEGV or SIGBUS as native reports it.
  ///
  /// - Parameter error: the write, user and fetch bits; whether the page was there is looked up.
  func pageFault(_ signal: Int32, _ code: Int32, at address: UInt32, error: UInt32) -> Fault {
    if signal == 7 { return Fault(signal: 7, code: code, address: address, vector: 14, errorCode: error) }
    let page = address >> 12
    // What nobody may use at all is, to the processor, not there.
    let isPresent = window.mayUse(page: page)
    return Fault(
      signal: 11, code: window.isMapped(page: page) ? 2 : 1, address: address, vector: 14, errorCode: error | (isPresent ? 1 : 0))
  }
}
