internal import CMachine

/// Emits runs of guest code into a code space.
///
/// A run goes from its entry through the fall-throughs of conditional jumps and along unconditional ones, until control
/// leaves for a place that is only known at run time, or is known already. Four passes over each instruction: look at the
/// page it stands on, decode, emit, note; then the run's exits are linked.
struct Translator {
  let space: CodeSpace
  let map: CodeMap
  let window: Window
  let buffers: TranslationBuffers
  let decoder = Decoder()

  /// Instructions in one run.
  static let longestRun = 400
  /// Emitted bytes that one run, its exits included, may take.
  static let roomForRun: UInt32 = 48 << 10

  /// Bytes not yet added to esp: a group of pushes, pops, calls and returns changes it once.
  var pending: Int32 { get { buffers.pending } nonmutating set { buffers.pending = newValue } }

  /// Translates from `start` on. The space's lock is held.
  ///
  /// - Parameter alone: one instruction only, which nobody else is to find: it writes to its own page.
  /// - Returns: the run's place in the code cache; 0 where the cache is full.
  func translate(_ start: UInt32, alone: Bool) -> UInt32 {
    guard space.reserve(Self.roomForRun) else { return 0 }
    buffers.reset(limit: alone ? 1 : Self.longestRun, isAlone: alone)
    let begin = space.cursor
    var e = Emitter(output: space.arena.writable + Int(begin))
    emitRun(&e, start)
    linkExits(&e)
    space.publish(end: offset(e), rows: buffers.notedRows, pages: buffers.pages)
    CodeLibrary.shared.count(instructions: buffers.count)
    for exit in buffers.resolvedExits { space.noteLink(site: exit.site, target: exit.target, host: exit.host) }
    return begin
  }

  private func emitRun(_ e: inout Emitter, _ start: UInt32) {
    var pc = start
    var d = Instruction()
    var count = 0
    while true {
      // Whatever comes first: the instruction before is over.
      note(&e, pc)
      if pending != 0, !continuesGroup(pc) { flush(&e) }
      if count >= buffers.limit {
        flush(&e)
        emitExit(&e, pc)
        return
      }
      if count > 0, pending == 0, !buffers.isAlone {
        let known = space.entries[pc]
        if known != 0 {
          emitExit(&e, pc)
          return
        }
      }
      if count > 0, space.isImage ? !space.covers(pc) : pc >> 12 != buffers.lastPage && !isOurs(pc) {
        emitExit(&e, pc)
        return
      }
      guard let bytes = look(at: pc) else {
        flush(&e)
        emitTrap(&e, pc, .fetchFault)
        return
      }
      decoder.decode(bytes, pc, into: &d)
      count += 1
      buffers.count = count
      guard isWhole(d, pc) else {
        flush(&e)
        emitTrap(&e, pc, isTooLong(d, pc) ? .privileged : .fetchFault)
        return
      }
      if pending == 0, !buffers.isAlone { space.entries.insert(pc, offset(e)) }
      switch emit(&e, d, pc) {
      case .next: pc = d.next
      case .follow(let target): pc = target
      case .end: return
      }
    }
  }

  /// Whether code at `pc` is this space's to translate.
  @inline(__always)
  func isOurs(_ pc: UInt32) -> Bool {
    space.isImage ? space.covers(pc) : map.images.isEmpty || map.space(for: pc) === space
  }

  /// The place of `pc`'s translation for a direct jump; 0 where there is none, or in another space, which may go before this.
  @inline(__always)
  func known(_ pc: UInt32) -> UInt32 { buffers.isAlone || !isOurs(pc) ? 0 : space.entries[pc] }

  /// How a run goes on after an instruction.
  enum Continuation { case next, follow(UInt32), end }

  @inline(__always)
  private func emit(_ e: inout Emitter, _ d: Instruction, _ pc: UInt32) -> Continuation {
    let attributes = d.attributes
    if !attributes.contains(.valid) { return illegal(&e, pc) }
    if d.hasLock && !mayBeLocked(d) { return illegal(&e, pc) }
    if d.override != 0 {
      if d.override == 0x2e, let continuation = emitWriteToCodeSegment(&e, d, pc) { return continuation }
      if d.hasOtherFPUOperand { noteFPUOperand(&e, d) }
    }
    if attributes.contains(.special) {
      switch d.map {
      case .oneByte: return emitOneByte(&e, d, pc)
      case .twoByte: return emitTwoByte(&e, d, pc)
      default: return emitThreeByte(&e, d, pc)
      }
    }
    if attributes.contains(.modrm) {
      return emitCopy(&e, d, attributes) ? .next : illegal(&e, pc)
    }
    if d.hasOperandSize { e.byte(0x66) }
    if d.repeatPrefix != 0 { e.byte(d.repeatPrefix) }
    if d.map == .twoByte { e.byte(0x0f) }
    e.byte(d.opcode)
    emitImmediate(&e, d)
    return .next
  }

  func illegal(_ e: inout Emitter, _ pc: UInt32) -> Continuation {
    flush(&e)
    emitTrap(&e, pc, .illegal)
    return .end
  }

  /// What 64-bit mode has no sequence for is carried out in Swift, which reads the instruction anew.
  func emulate(_ e: inout Emitter, _ pc: UInt32) -> Continuation {
    flush(&e)
    emitTrap(&e, pc, .emulate)
    return .end
  }

  /// LOCK is for read-modify-write of memory (Intel SDM volume 2, "LOCK"); natively anything else is #UD.
  private func mayBeLocked(_ d: Instruction) -> Bool {
    // AMD's other way to cr8, which is not for user mode.
    if d.map == .twoByte, d.opcode == 0x20 || d.opcode == 0x22, d.reg == 0 { return HostFeatures.hasLockedCR8 }
    guard d.attributes.contains(.modrm), !d.isRegisterForm else { return false }
    switch (d.map, d.opcode) {
    // verw: nothing looks at it
    case (.twoByte, 0x00): return d.reg == 5
    case (.oneByte, 0x00...0x37): return d.opcode & 7 < 2
    case (.oneByte, 0x80...0x83): return d.reg != 7
    case (.oneByte, 0x86...0x87): return true
    case (.oneByte, 0xf6...0xf7): return d.reg == 2 || d.reg == 3
    case (.oneByte, 0xfe...0xff): return d.reg < 2
    case (.twoByte, 0xab), (.twoByte, 0xb3), (.twoByte, 0xbb), (.twoByte, 0xb0...0xb1), (.twoByte, 0xc0...0xc1): return true
    case (.twoByte, 0xba): return d.reg > 4
    case (.twoByte, 0xc7): return d.reg == 1
    default: return false
    }
  }

  // MARK: The page an instruction stands on

  /// A copy of the bytes at `pc`, of which 32 may be read; nil where the guest may not execute there.
  @inline(__always)
  private func look(at pc: UInt32) -> UnsafeRawPointer? {
    let page = pc >> 12
    if page != buffers.lastPage {
      guard window.beginTranslating(page: page, keepsWritable: buffers.isAlone) else { return nil }
      buffers.enter(page)
    }
    return buffers.bytes(at: pc) ?? read(pc)
  }

  /// Copies what follows `pc` on its page: another thread may unmap it at any moment. Near the end of the page comes the
  /// beginning of the next one, which may be missing: `isWhole` looks at what the decoder used.
  private func read(_ pc: UInt32) -> UnsafeRawPointer? {
    let left = 4096 - Int(pc & 0xfff)
    let copy = buffers.beginReading(at: pc, left)
    guard heirloom_copy(copy, window.base + Int(pc), min(left, TranslationBuffers.readSize)) == 0 else {
      buffers.forgetBytes()
      return nil
    }
    if left < TranslationBuffers.lookahead {
      let rest = TranslationBuffers.lookahead - left
      (copy + left).initializeMemory(as: UInt8.self, repeating: 0, count: rest)
      if pc >> 12 != 0xfffff, window.mayExecute(page: pc >> 12 + 1) {
        _ = heirloom_copy(copy + left, window.base + Int(pc) + left, rest)
      }
    }
    return UnsafeRawPointer(copy)
  }

  /// Whether all of the instruction's bytes are executable and it is not too long.
  @inline(__always)
  private func isWhole(_ d: Instruction, _ pc: UInt32) -> Bool {
    if d.length > Decoder.longestInstruction { return false }
    let last = (pc &+ UInt32(d.length) &- 1) >> 12
    if last == pc >> 12 { return true }
    guard window.beginTranslating(page: last, keepsWritable: buffers.isAlone) else { return false }
    buffers.enter(last)
    return true
  }

  /// Whether it has as many bytes as an instruction may have, and does not end there: the processor looks for those first.
  private func isTooLong(_ d: Instruction, _ pc: UInt32) -> Bool {
    d.length > Decoder.longestInstruction && window.mayExecute(page: (pc &+ UInt32(Decoder.longestInstruction) &- 1) >> 12)
  }

  // MARK: Notes

  @inline(__always)
  func offset(_ e: Emitter) -> UInt32 { UInt32(truncatingIfNeeded: e.output - space.arena.writable) }

  /// From here on the host stands for the instruction at `pc`.
  @inline(__always)
  func note(_ e: inout Emitter, _ pc: UInt32) {
    buffers.current = pc
    buffers.append(RecoveryRow(host: offset(e), pc: pc, pending: pending, recovery: 0))
  }

  /// The same while esp is off by `offset`.
  func note(_ e: inout Emitter, _ pc: UInt32, offset: Int32) {
    buffers.append(RecoveryRow(host: self.offset(e), pc: pc, pending: offset, recovery: 0))
  }

  /// From here on the recovery differs; `next` where the instruction has done its work.
  func note(_ e: inout Emitter, _ recovery: Recovery, next: UInt32? = nil) {
    buffers.append(
      RecoveryRow(
        host: offset(e), pc: next ?? buffers.current, pending: pending,
        recovery: recovery.code))
  }

  // MARK: The stack pointer

  /// Whether the instruction at `pc` takes part in a group that changes esp once.
  @inline(__always)
  private func continuesGroup(_ pc: UInt32) -> Bool {
    guard pending > -96, pending < 96, pc >> 12 == buffers.lastPage, let bytes = buffers.bytes(at: pc) ?? read(pc)
    else { return false }
    switch bytes.load(as: UInt8.self) {
    case 0x54, 0x5c: return false
    case 0x50...0x5f, 0x68, 0x6a, 0xc3, 0xe8: return true
    default: return false
    }
  }

  @inline(__always)
  func flush(_ e: inout Emitter) {
    if pending == 0 { return }
    e.addToStackPointer(pending)
    pending = 0
    note(&e, buffers.current)
  }
}
