internal import CMachine

/// Instructions that are carried out here: 64-bit mode lacks them, or they would show the host's state.
///
/// Each reads all its operands before it changes anything, so that a fault leaves the registers as they were.
extension Processor {
  /// Carries out the instruction at `regs.eip`. - Returns: the guest's fault; nil where the guest goes on at `regs.eip`.
  func emulate() -> Fault? {
    // What cannot be read any more is fetched anew, and faults then.
    guard let d = instructionAtProgramCounter() else { return nil }
    do throws(Fault) {
      try carryOut(d)
      return nil
    } catch { return error }
  }

  /// The instruction at eip, read from memory; nil where it is not there.
  func instructionAtProgramCounter() -> Instruction? { instruction(at: state.pointee.regs.eip) }

  func instruction(at eip: UInt32) -> Instruction? {
    var d = Instruction()
    let isThere = withUnsafeTemporaryAllocation(byteCount: 32, alignment: 16) { bytes in
      guard let start = bytes.baseAddress else { return false }
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
      let left = 4096 - Int(eip & 0xfff)
      guard heirloom_copy(start, window.base + Int(eip), min(left, 16)) == 0 else { return false }
      if left < 16, eip >> 12 != 0xfffff { _ = heirloom_copy(start + left, window.base + Int(eip) + left, 16 - left) }
      Decoder().decode(start, eip, into: &d)
      return true
    }
    return isThere ? d : nil
  }

  /// The instructions that the translator leaves to this are few; what else stands here has just been put there, and is
  /// translated anew.
  private func carryOut(_ d: Instruction) throws(Fault) {
    switch (d.map, d.opcode) {
    case (.oneByte, 0x27), (.oneByte, 0x2f), (.oneByte, 0x37), (.oneByte, 0x3f), (.oneByte, 0xd4...0xd6): try decimal(d)
    case (.oneByte, 0x62): try bound(d)
    case (.oneByte, 0x63): try adjustPrivilege(d)
    case (.oneByte, 0x9c): try pushFlags(d)
    case (.oneByte, 0x9d): try popFlags(d)
    case (.oneByte, 0xa4...0xa7), (.oneByte, 0xaa...0xaf):
      try string(d)
      return
    case (.oneByte, 0x8f):
      // pop to the code segment, which cannot be written: the stack is read first.
      _ = try load(stackTop, d.hasOperandSize ? 2 : 4)
      throw limitFault(isOnStack: false)
    case (.oneByte, 0xc4...0xc5), (.twoByte, 0xb2), (.twoByte, 0xb4...0xb5): try loadFarPointer(d)
    case (.oneByte, 0xc8): try enter(d)
    case (.oneByte, 0xd7):
      let index = (register(3) &+ register(0) & 0xff) & (d.hasAddressSize ? 0xffff : .max)
      let value = try load(Operand(address: index &+ segmentBase(d), base: segmentBase(d), isOnStack: d.override == 0x36), 1)
      setRegister(0, value, size: 1)
    case (.oneByte, 0xd9): try storeEnvironment(d)
    case (.oneByte, 0xdd): try storeFPU(d)
    case (.oneByte, 0xe0...0xe3):
      loop(d)
      return
    case (.oneByte, 0x9a), (.oneByte, 0xea), (.oneByte, 0xca), (.oneByte, 0xcb), (.oneByte, 0xcf), (.oneByte, 0xff):
      try changeCodeSegment(d)
      return
    case (.twoByte, 0x00), (.twoByte, 0x01): try systemRegister(d)
    case (.twoByte, 0x02), (.twoByte, 0x03): try describeSelector(d)
    case (.twoByte, 0xae): try extendedState(d)
    default: return
    }
    state.pointee.regs.eip = d.next
  }

  // MARK: Registers

  func register(_ number: UInt8) -> UInt32 {
    switch number & 7 {
    case 0: state.pointee.regs.eax
    case 1: state.pointee.regs.ecx
    case 2: state.pointee.regs.edx
    case 3: state.pointee.regs.ebx
    case 4: state.pointee.regs.esp
    case 5: state.pointee.regs.ebp
    case 6: state.pointee.regs.esi
    default: state.pointee.regs.edi
    }
  }

  /// Sets a register's low `size` bytes.
  func setRegister(_ number: UInt8, _ value: UInt32, size: Int) {
    let mask: UInt32 = size == 4 ? .max : 1 << UInt32(size * 8) - 1
    let merged = register(number) & ~mask | value & mask
    if number & 7 == 4 { state.pointee.regs.esp = merged } else { setRegister(number, merged) }
  }

  func setFlag(_ flag: UInt32, _ isSet: Bool) {
    if isSet { state.pointee.regs.eflags |= flag } else { state.pointee.regs.eflags &= ~flag }
  }

  // MARK: Memory

  /// A place in memory that an instruction names.
  struct Operand {
    var address: UInt32
    /// Where its segment begins, whose limit is looked at.
    var base: UInt32 = 0
    /// By way of ss, whose limit has a fault of its own.
    var isOnStack: Bool

    func advanced(by count: Int) -> Operand {
      Operand(address: address &+ UInt32(truncatingIfNeeded: count), base: base, isOnStack: isOnStack)
    }
  }

  func segmentBase(_ d: Instruction) -> UInt32 {
    switch d.segment {
    case 0x64: state.pointee.fs_base
    case 0x65: state.pointee.gs_base
    default: 0
    }
  }

  /// What a string instruction reads by esi.
  func stringSource(_ d: Instruction) -> Operand {
    let offset = register(6) & (d.hasAddressSize ? 0xffff : .max)
    return Operand(address: offset &+ segmentBase(d), base: segmentBase(d), isOnStack: d.override == 0x36)
  }

  /// A string instruction's operands, in the order in which the processor reaches for them.
  func stringOperands(_ d: Instruction) -> [Operand] {
    let target = Operand(address: register(7) & (d.hasAddressSize ? 0xffff : .max), isOnStack: false)
    switch d.opcode & 0xfe {
    case 0xa4: return [stringSource(d), target]
    case 0xa6: return [target, stringSource(d)]
    case 0xac: return [stringSource(d)]
    default: return [target]
    }
  }

  /// The memory operand of an instruction's ModRM byte.
  func operand(_ d: Instruction) -> Operand {
    var sum = UInt32(bitPattern: d.displacement)
    var base: UInt8?
    if d.rm == 4 {
      if d.base != 5 || d.mod != 0 { base = d.base }
      if d.index != 4 { sum &+= register(d.index) << UInt32(d.sib >> 6) }
    } else if d.rm != 5 || d.mod != 0 {
      base = d.rm
    }
    if let base { sum &+= register(base) }
    if d.hasAddressSize { sum &= 0xffff }
    let isOnStack = d.override == 0 ? base == 4 || base == 5 : d.override == 0x36
    return Operand(address: sum &+ segmentBase(d), base: segmentBase(d), isOnStack: isOnStack)
  }

  var stackTop: Operand { Operand(address: state.pointee.regs.esp, isOnStack: true) }

  /// A register or memory operand's value.
  func value(_ d: Instruction, size: Int) throws(Fault) -> UInt32 {
    if d.isRegisterForm { return size == 4 ? register(d.rm) : register(d.rm) & 0xffff }
    return try load(operand(d), size)
  }

  /// 1, 2 or 4 bytes, zero-extended.
  func load(_ operand: Operand, _ size: Int) throws(Fault) -> UInt32 {
    var value: UInt32 = 0
    try checkLimit(operand, size)
    try checkAlignment(operand, size)
    if heirloom_copy(&value, window.base + Int(operand.address), size) == 0 { return value }
    throw accessFault(operand, size, isWrite: false)
  }

  func store(_ value: UInt32, _ operand: Operand, _ size: Int) throws(Fault) {
    try checkAlignment(operand, size)
    let failure = withUnsafeBytes(of: value) { storeBytes(UnsafeRawBufferPointer(rebasing: $0[..<size]), operand) }
    if let failure { throw failure }
  }

  /// Whether a store would succeed.
  func probe(_ operand: Operand, _ size: Int) throws(Fault) {
    try checkLimit(operand, size)
    for address in [operand.address, operand.address &+ UInt32(size - 1)] where !window.mayWrite(page: address >> 12) {
      throw accessFault(operand, size, isWrite: true)
    }
  }

  /// - Returns: the fault; nil where all bytes are stored.
  func storeBytes(_ bytes: UnsafeRawBufferPointer, _ operand: Operand) -> Fault? {
    do throws(Fault) { try checkLimit(operand, bytes.count) } catch { return error }
    guard let start = bytes.baseAddress else { return nil }
    // All or nothing: a page that may not be written is looked for first.
    let last = operand.address &+ UInt32(bytes.count - 1)
    if last >> 12 != operand.address >> 12, !window.mayWrite(page: last >> 12), window.mayWrite(page: operand.address >> 12) {
      return accessFault(Operand(address: last & ~0xfff, isOnStack: false), 1, isWrite: true)
    }
    do {
      try window.write(operand.address, bytes.count) {
        heirloom_copy(window.base + Int(operand.address), start, bytes.count) == 0
      }
      return nil
    } catch { return accessFault(operand, bytes.count, isWrite: true) }
  }

  /// An access beyond 4 GiB breaks the segment's limit before it reaches a page.
  func checkLimit(_ operand: Operand, _ size: Int) throws(Fault) {
    if UInt64(operand.address &- operand.base) + UInt64(size) > 1 << 32 { throw limitFault(isOnStack: operand.isOnStack) }
  }

  /// #SS or #GP.
  func limitFault(isOnStack: Bool) -> Fault {
    isOnStack
      ? Fault(signal: 7, code: 0x80, address: 0, vector: 12, errorCode: 0)
      : Fault(signal: 11, code: 0x80, address: 0, vector: 13, errorCode: 0)
  }

  func checkAlignment(_ operand: Operand, _ size: Int) throws(Fault) {
    if state.pointee.regs.eflags & EFlags.alignmentCheck != 0, operand.address & UInt32(size - 1) != 0 {
      throw Fault(signal: 7, code: 1, address: 0, vector: 17, errorCode: 0)
    }
  }

  /// Why an access failed: the first of its bytes that cannot be reached.
  private func accessFault(_ operand: Operand, _ size: Int, isWrite: Bool) -> Fault {
    var address = operand.address
    let next = (address & ~0xfff) &+ 4096
    var byte: UInt8 = 0
    let needed: Protection = isWrite ? .write : .read
    func allows(_ at: UInt32) -> Bool { window.pages[Int(at >> 12)] & needed.rawValue != 0 }
    func hasBytes(_ at: UInt32) -> Bool { heirloom_copy(&byte, window.base + Int(at), 1) == 0 }
    if next &- address < UInt32(size), allows(address), hasBytes(address) { address = next }
    // Mapped from a file that is shorter: BUS_ADRERR.
    let isBeyondFile = allows(address) && !hasBytes(address)
    return pageFault(isBeyondFile ? 7 : 11, isBeyondFile ? 2 : 1, at: address, error: isWrite ? 6 : 4)
  }
}

/// Bits of EFLAGS.
enum EFlags {
  static let carry: UInt32 = 1
  static let parity: UInt32 = 4
  static let adjust: UInt32 = 0x10
  static let zero: UInt32 = 0x40
  static let sign: UInt32 = 0x80
  static let trap: UInt32 = 0x100
  static let direction: UInt32 = 0x400
  static let overflow: UInt32 = 0x800
  static let nestedTask: UInt32 = 0x4000
  static let resume: UInt32 = 0x1_0000
  static let alignmentCheck: UInt32 = 0x4_0000
  static let identification: UInt32 = 0x20_0000
  static let arithmetic = carry | parity | adjust | zero | sign | overflow
  /// What lahf and seto do not show, and sahf does not set.
  static let rare = direction | nestedTask | alignmentCheck | identification
  /// What popf and iret change in user mode.
  static let changeable = arithmetic | trap | rare
}
