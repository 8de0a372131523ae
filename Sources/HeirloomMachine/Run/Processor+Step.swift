internal import CMachine

/// Single-stepping: what TF does to the guest.
extension Processor {
  /// Runs the one instruction at eip and reports SIGTRAP behind it; TF is set.
  ///
  /// - Returns: nil where the guest goes on at once: the instruction is to be tried again, or is one that delays the trap.
  func step() -> Trap? {
    if state.pointee.interrupt & ~Self.machineWork != 0 { return .interrupt }
    let start = state.pointee.regs.eip
    // What an exception or iret has set is for the one instruction that comes first.
    state.pointee.regs.eflags &= ~EFlags.resume
    guard let d = instructionAtProgramCounter(), d.length <= Decoder.longestInstruction else { return stepAlone(from: start) }
    if d.isSystemRegister, !d.hasLock {
      // To the processor it has failed: the trap comes behind the next one.
      return emulate().map { raise($0) }
    }
    guard d.map == .oneByte, !d.hasLock else { return stepAlone(from: start) }
    switch d.opcode {
    case 0xcd where d.immediate == 0x80:
      // The gate clears TF, so that nothing is reported behind the call.
      state.pointee.regs.eip = d.next
      state.pointee.regs.orig_eax = state.pointee.regs.eax
      guard let gate = state.pointee.gate, gate(state) == 0 else { return .systemCall }
      return nil
    case 0x9c, 0x9d, 0xa4...0xa7, 0xaa...0xaf, 0xcf:
      // They see TF or change it, or are steps themselves.
      if let fault = emulate() { return raise(fault) }
      return singleStep
    case _ where d.opcode == 0x17 || d.opcode == 0x8e && d.reg == 2:
      // A load of ss keeps traps away from the next instruction.
      let trap = stepAlone(from: start)
      if case .fault(let fault) = trap, fault.vector == 1 { return nil }
      return trap
    default:
      return stepAlone(from: start)
    }
  }

  private var singleStep: Trap {
    .fault(Fault(signal: 5, code: 2, address: state.pointee.regs.eip, vector: 1, errorCode: 0))
  }

  /// The same by a translation of the instruction alone.
  private func stepAlone(from start: UInt32) -> Trap? {
    guard let place = resolve(site: 0, alone: true) else { return raise(Self.noRoom) }
    state.pointee.resume = state.pointee.code + UInt64(place)
    state.pointee.regs.eflags &= ~EFlags.trap
    heirloom_enter(state)
    defer { state.pointee.regs.eflags |= EFlags.trap }
    switch Int32(bitPattern: state.pointee.left) {
    case HEIRLOOM_LEFT_MISS:
      return singleStep
    case HEIRLOOM_LEFT_TRAP:
      if let fault = serveTrap() { return raise(fault) }
      return singleStep
    case HEIRLOOM_LEFT_FAULT:
      if case .fault(let fault) = recoverFault() { return raise(fault) }
      return nil
    case HEIRLOOM_LEFT_ASYNC:
      recover()
      return state.pointee.regs.eip == start ? nil : singleStep
    default:
      return nil
    }
  }
}
