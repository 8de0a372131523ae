internal import CMachine

/// Instructions that the machine carries out itself, or that end in a fault: what `trap_number` holds.
enum MachineTrap: UInt32 {
  /// #UD.
  case illegal = 1
  /// #GP: not for user mode.
  case privileged
  /// The page at eip may not be executed.
  case fetchFault
  /// int3; eip is behind it.
  case breakpoint
  /// int1; eip is behind it.
  case debug
  /// int n; the error code is in trap_argument.
  case interruptGate
  /// into with OF set; eip is behind it.
  case overflow
  case cpuid
  /// A segment register's load: trap_argument holds the selector; above the trap's number stand, a byte each, the
  /// register, the instruction's length and what it pops.
  case loadSegment
  /// An instruction that 64-bit mode lacks or that would show the host's state: carried out in Swift.
  case emulate
}

/// What a jump to another run is to the host.
///
/// Processors predict a return by the calls that they have seen: where a function has many callers, better than another jump.
/// So a guest's call is a call of the host's and its return a return, but for the prediction alone: where control really goes is
/// looked up each time, and written over what stands on the host's stack, which holds nothing else (see `heirloom_cpu`).
/// Recursion and bash gain by it; awk and sort lose some percent, for they are predicted well either way.
///
/// A guest whose calls and returns do not pair, or are nested deeper than the processor remembers, only runs slower, as it does
/// natively. The host's kernel may leave predictions of its own (see CMachine/include/returns.h): a return that stands behind a
/// system call is a jump.
enum Transfer {
  case jump
  /// The translation of what follows the guest's call has to stand behind it.
  case call
  case `return`
}

/// How control leaves a run.
extension Translator {
  /// A jump to a guest address: straight where it is translated, else by way of a stub behind the run.
  @inline(__always)
  func emitExit(_ e: inout Emitter, _ target: UInt32, as transfer: Transfer = .jump) {
    keepInLine(&e, opcodeSize: 1)
    e.byte(transfer == .call ? 0xe8 : 0xe9)
    emitRelative(&e, target, known: known(target))
  }

  /// jcc
  @inline(__always)
  func emitConditional(_ e: inout Emitter, _ condition: UInt8, _ target: UInt32) {
    keepInLine(&e, opcodeSize: 2)
    e.byte(0x0f)
    e.byte(0x80 | condition)
    emitRelative(&e, target, known: known(target))
  }

  /// The rel32 of a jump; its bytes never cross a cache line, for it may be changed while another thread runs it.
  @inline(__always)
  func emitRelative(_ e: inout Emitter, _ target: UInt32, known: UInt32) {
    let site = offset(e)
    buffers.append(TranslationBuffers.Exit(site: site, target: target, host: known))
    e.word(known == 0 ? 0 : known &- (site &+ 4))
  }

  /// Lengthens the instruction to come, by prefixes without meaning, so that its rel32 stays in one line.
  @inline(__always)
  private func keepInLine(_ e: inout Emitter, opcodeSize: UInt32) {
    while (offset(e) &+ opcodeSize) & 63 > 60 { e.byte(0x2e) }
  }

  /// Writes the stubs of the exits whose targets have no translation yet, and those in this very run.
  func linkExits(_ e: inout Emitter) {
    let exits = buffers.allExits
    for index in exits.indices where exits[index].host == 0 {
      let exit = exits[index]
      let known = known(exit.target)
      if known != 0 {
        exits[index] = TranslationBuffers.Exit(site: exit.site, target: exit.target, host: known)
        space.patch(site: exit.site, to: known)
        continue
      }
      let stub = offset(e)
      buffers.append(RecoveryRow(host: stub, pc: exit.target, pending: 0, recovery: 0))
      if buffers.isAlone || isOurs(exit.target) {
        Self.emitMissStub(&e, target: exit.target, site: buffers.isAlone ? 0 : exit.site)
      } else {
        e.load(HostRegister.scratch, immediate: exit.target)
        note(&e, .targetInScratch)
        emitLookup(&e)
      }
      space.patch(site: exit.site, to: stub)
    }
  }

  /// mov r8d, target; mov r9d, site; jmp [r14+miss]
  static func emitMissStub(_ e: inout Emitter, target: UInt32, site: UInt32) {
    e.load(HostRegister.scratch, immediate: target)
    e.load(HostRegister.otherScratch, immediate: site)
    e.jump(throughProcessor: ProcessorField.missStub)
  }

  /// Leaves for the machine with eip at `pc`.
  func emitTrap(_ e: inout Emitter, _ pc: UInt32, _ trap: MachineTrap) {
    e.store(pc, toProcessor: ProcessorField.eip)
    e.store(trap.rawValue, toProcessor: ProcessorField.trapNumber)
    e.jump(throughProcessor: ProcessorField.trapStub)
  }

  /// The same with a number in trap_argument.
  func emitTrap(_ e: inout Emitter, _ pc: UInt32, _ trap: MachineTrap, argument: UInt32) {
    // mov dword [r14+trap_argument], argument
    e.bytes(0x86_c741, 3)
    e.word(UInt32(ProcessorField.trapArgument))
    e.word(argument)
    emitTrap(&e, pc, trap)
  }

  /// Goes to the guest address in r8d through this thread's lookup cache, without touching the flags.
  func emitLookup(_ e: inout Emitter, as transfer: Transfer = .jump) {
    if buffers.isAlone {
      e.load(HostRegister.otherScratch, immediate: 0)
      e.jump(throughProcessor: ProcessorField.missStub)
      return
    }
    e.bytes(0x821c_8b47, 4)  // mov r11d, [r10+r8*4]
    switch transfer {
    case .jump: e.bytes(0xe3ff41, 3)  // jmp r11
    case .call: e.bytes(0xd3ff41, 3)  // call r11
    case .return: e.bytes(0xc3_241c_894c, 5)  // mov [rsp], r11; ret
    }
  }
}

/// Where the jumps go that the lookup cache does not know: place 0 of the code cache. eip is in r8.
enum LookupMiss {
  static let place: UInt32 = 0
  static let size: UInt32 = 64

  static func emit(_ e: inout Emitter) {
    e.load(HostRegister.otherScratch, immediate: 0)
    e.jump(throughProcessor: ProcessorField.missStub)
  }
}
