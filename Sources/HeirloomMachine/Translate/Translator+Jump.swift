internal import CMachine

/// Instructions that change control.
extension Translator {
  func emitJump(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    switch d.opcode {
    case 0xc2, 0xc3:
      if d.hasOperandSize { e.loadHalfFromStack(HostRegister.scratch, pending) } else { e.loadFromStack(HostRegister.scratch, pending) }
      let popped = (d.hasOperandSize ? 2 : 4) + (d.opcode == 0xc2 ? Int32(d.immediate) : 0)
      pending += popped
      flush(&e)
      note(&e, .targetInScratch)
      emitLookup(&e, as: buffers.isBehindSystemCall ? .jump : .return)
      return .end
    case 0xe0...0xe3:
      if d.hasAddressSize { return emulate(&e, pc) }
      emitLoop(&e, d)
      return .next
    case 0xe8: return emitCall(&e, d)
    case 0xe9: return .follow(d.nearTarget)
    default:
      return .follow(d.shortTarget)
    }
  }

  /// loop, loope, loopne, jecxz: they have short forms only.
  private func emitLoop(_ e: inout Emitter, _ d: Instruction) {
    e.byte(0x67)
    // AMD's processors look at it.
    if d.repeatPrefix != 0 { e.byte(d.repeatPrefix) }
    e.byte(d.opcode)
    e.byte(2)
    note(&e, .plain, next: d.next)
    let skip = e.output
    e.half(0x00eb)
    let target = d.shortTarget
    note(&e, .plain, next: target)
    emitExit(&e, target)
    (skip + 1).storeBytes(of: UInt8(e.output - skip - 2), as: UInt8.self)
  }

  private func emitCall(_ e: inout Emitter, _ d: Instruction) -> Continuation {
    let target = d.nearTarget
    if d.hasOperandSize {
      // A return address of 16 bits, into the first 64 KiB.
      push16(&e, immediate: d.next)
      note(&e, .plain, next: target)
      flush(&e)
      note(&e, .plain, next: target)
      emitExit(&e, target)
      return .end
    }
    if d.immediate == 0 {
      push(&e, immediate: d.next)
      return .next
    }
    if isFollowedByAddition(d), let register = programCounterThunk(at: target) {
      // The thunk leaves its return address below esp.
      e.storeOnStack(immediate: d.next, pending - 4)
      e.load(register, immediate: d.next)
      return .next
    }
    push(&e, immediate: d.next)
    note(&e, .plain, next: target)
    flush(&e)
    note(&e, .plain, next: target)
    emitExit(&e, target, as: .call)
    buffers.returns.append(d.next)
    return .next
  }

  /// Whether a constant is added to a register behind the call, as gcc always does behind one of a thunk. To look at each
  /// call's target would touch pages that nobody goes to.
  private func isFollowedByAddition(_ d: Instruction) -> Bool {
    guard let bytes = buffers.bytes(at: d.next) else { return true }
    let first = bytes.load(as: UInt8.self)
    return first == 0x05 || first == 0x81 && bytes.load(fromByteOffset: 1, as: UInt8.self) & 0xf8 == 0xc0
  }

  /// The host's register that `target` loads its return address into, if that is all it does: gcc's __x86.get_pc_thunk.*.
  private func programCounterThunk(at target: UInt32) -> UInt8? {
    let page = target >> 12
    guard target & 0xfff <= 0xff8, isOurs(target),
      window.beginTranslating(page: page, keepsWritable: buffers.isAlone)
    else { return nil }
    var word: UInt32 = 0
    guard heirloom_load32(window.base + Int(target), &word) == 0 else { return nil }
    // mov (%esp), register; ret
    guard word & 0xffff_c7ff == 0xc324_048b, word & 0x3800 != 0x2000 else { return nil }
    buffers.depend(on: page)
    return HostRegister.of(UInt8(truncatingIfNeeded: word >> 11) & 7)
  }

  func emitGroup5(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    switch d.reg {
    case 0, 1:
      return emitCopy(&e, d, .rmGeneral) ? .next : illegal(&e, pc)
    case 2, 4, 6:
      if d.hasOperandSize && d.reg == 6 {
        pushOperand16(&e, d)
        return .next
      }
      if d.hasOperandSize {
        if d.isRegisterForm {
          e.extendHalf(HostRegister.scratch, HostRegister.of(d.rm))
        } else {
          emitMemory(&e, d, map: .twoByte, opcode: 0xb7, reg: HostRegister.scratch)
        }
      } else if d.isRegisterForm {
        e.move(HostRegister.scratch, HostRegister.of(d.rm))
      } else {
        emitMemory(&e, d, map: .oneByte, opcode: 0x8b, reg: HostRegister.scratch)
      }
      if d.reg == 6 {
        pending -= 4
        e.storeOnStack(HostRegister.scratch, pending)
        return .next
      }
      if d.reg == 2 {
        if d.hasOperandSize { push16(&e, immediate: d.next) } else { push(&e, immediate: d.next) }
        note(&e, .targetInScratch)
        flush(&e)
      }
      note(&e, .targetInScratch)
      // The C library's system calls are made by way of its thread block.
      let isSystemCall = d.reg == 2 && !d.isRegisterForm && d.segment == 0x65
      if isSystemCall { noteSystemCall() }
      emitLookup(&e, as: d.reg == 2 && !isSystemCall ? .call : .jump)
      if d.reg == 4 { return .end }
      buffers.returns.append(d.next)
      return .next
    case 3, 5:
      // Far calls and jumps could reach 64-bit code.
      return d.isRegisterForm ? illegal(&e, pc) : emulate(&e, pc)
    default:
      return illegal(&e, pc)
    }
  }

  private func pushOperand16(_ e: inout Emitter, _ d: Instruction) {
    if d.isRegisterForm {
      e.move(HostRegister.scratch, HostRegister.of(d.rm))
    } else {
      emitMemory(&e, d, map: .oneByte, opcode: 0x8b, reg: HostRegister.scratch, operandSize: true)
    }
    e.byte(0x66)
    e.storeOnStack(HostRegister.scratch, -2)
    pending = -2
  }

  func emitInterrupt(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    if d.immediate == 0x80 {
      noteSystemCall()
      e.store(d.next, toProcessor: ProcessorField.eip)
      e.call(throughProcessor: ProcessorField.gateStub)
      return .next
    }
    // The gates that user mode may use.
    switch d.immediate {
    case 3: emitTrap(&e, d.next, .breakpoint)
    case 4: emitTrap(&e, d.next, .overflow)
    default: emitTrap(&e, pc, .interruptGate, argument: d.immediate << 3 | 2)
    }
    return .end
  }

  private func noteSystemCall() {
    if !Processor.callsWithoutHost.contains(buffers.callNumber) { buffers.isBehindSystemCall = true }
  }

  /// into: a trap where OF is set.
  func emitInto(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    let skip = e.output
    e.half(0x0071)  // jno
    emitTrap(&e, d.next, .overflow)
    (skip + 1).storeBytes(of: UInt8(e.output - skip - 2), as: UInt8.self)
    return .next
  }
}
