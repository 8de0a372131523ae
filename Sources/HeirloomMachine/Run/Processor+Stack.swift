internal import CMachine

/// Stack instructions, loops and strings in the forms that are carried out in Swift.
extension Processor {
  /// bound: #BR where the register is not between the two words of memory.
  func bound(_ d: Instruction) throws(Fault) {
    let size = d.hasOperandSize ? 2 : 4
    func signed(_ value: UInt32) -> Int32 { size == 4 ? Int32(bitPattern: value) : Int32(Int16(truncatingIfNeeded: value)) }
    let at = operand(d)
    let lower = signed(try load(at, size))
    let upper = signed(try load(at.advanced(by: size), size))
    let index = signed(register(d.reg))
    if index < lower || index > upper { throw Fault(signal: 11, code: 0x80, address: 0, vector: 5, errorCode: 0) }
  }

  func pushFlags(_ d: Instruction) throws(Fault) {
    let size = d.hasOperandSize ? 2 : 4
    // RF is never seen; IF and bit 1 always are.
    let flags = state.pointee.regs.eflags & EFlags.changeable | 0x202
    try store(flags, stackTop.advanced(by: -size), size)
    state.pointee.regs.esp &-= UInt32(size)
  }

  func popFlags(_ d: Instruction) throws(Fault) {
    let size = d.hasOperandSize ? 2 : 4
    setFlags(try load(stackTop, size), size: size, also: 0)
    state.pointee.regs.esp &+= UInt32(size)
  }

  /// What user mode may change of the flags; of 16 bits, only the lower half.
  func setFlags(_ value: UInt32, size: Int, also: UInt32) {
    let mask = (EFlags.changeable | also) & (size == 4 ? .max : 0xffff)
    state.pointee.regs.eflags = state.pointee.regs.eflags & ~mask | value & mask | 0x202
  }

  /// enter, with copies of the frame pointers of the procedures around.
  func enter(_ d: Instruction) throws(Fault) {
    let size = d.hasOperandSize ? 2 : 4
    let (locals, level) = (d.immediate & 0xffff, Int(d.immediate >> 16 & 31))
    var top = stackTop
    func push(_ value: UInt32) throws(Fault) {
      top = top.advanced(by: -size)
      try store(value, top, size)
    }
    try push(register(5))
    let frame = top.address
    if level > 0 {
      var outer = Operand(address: register(5), isOnStack: true)
      for _ in 1..<level {
        outer = outer.advanced(by: -size)
        try push(try load(outer, size))
      }
      try push(frame)
    }
    // The processor looks whether the new top can be written.
    try checkAlignment(top.advanced(by: -Int(locals)), size)
    try probe(top.advanced(by: -Int(locals)), size)
    setRegister(5, frame, size: size)
    state.pointee.regs.esp = top.address &- locals
  }

  /// loop, loope, loopne and jcxz that count in cx.
  func loop(_ d: Instruction) {
    let size = d.hasAddressSize ? 2 : 4
    let mask: UInt32 = size == 2 ? 0xffff : .max
    var isTaken: Bool
    if d.opcode == 0xe3 {
      isTaken = register(1) & mask == 0
    } else {
      setRegister(1, register(1) &- 1, size: size)
      isTaken = register(1) & mask != 0
      let isZero = state.pointee.regs.eflags & EFlags.zero != 0
      // AMD's processors take the condition from a prefix where there is one.
      if d.opcode != 0xe2 { isTaken = isTaken && isZero == (d.repeatPrefix == 0 ? d.opcode == 0xe1 : d.repeatPrefix == 0xf3) }
    }
    state.pointee.regs.eip = isTaken ? d.shortTarget : d.next
  }

  // MARK: Strings

  /// A string instruction: once, or until its count is used up, something wants the thread, or each step is to be seen.
  func string(_ d: Instruction) throws(Fault) {
    let countMask: UInt32 = d.hasAddressSize ? 0xffff : .max
    let comparesToo = d.opcode & 0xfe == 0xa6 || d.opcode & 0xfe == 0xae
    if d.repeatPrefix == 0 {
      try stringStep(d)
      state.pointee.regs.eip = d.next
      return
    }
    repeat {
      if register(1) & countMask == 0 {
        state.pointee.regs.eip = d.next
        return
      }
      try stringStep(d)
      setRegister(1, register(1) &- 1, size: d.hasAddressSize ? 2 : 4)
      let isZero = state.pointee.regs.eflags & EFlags.zero != 0
      if register(1) & countMask == 0 || comparesToo && isZero != (d.repeatPrefix == 0xf3) {
        state.pointee.regs.eip = d.next
        return
      }
    } while state.pointee.interrupt == 0 && state.pointee.regs.eflags & EFlags.trap == 0
  }

  private func stringStep(_ d: Instruction) throws(Fault) {
    let size = d.opcode & 1 == 0 ? 1 : d.hasOperandSize ? 2 : 4
    let addressMask: UInt32 = d.hasAddressSize ? 0xffff : .max
    let source = stringSource(d)
    let target = Operand(address: register(7) & addressMask, isOnStack: false)
    switch d.opcode & 0xfe {
    case 0xa4: try store(try load(source, size), target, size)
    case 0xa6:
      let right = try load(target, size)
      compare(try load(source, size), right, size)
    case 0xaa: try store(register(0), target, size)
    case 0xac: setRegister(0, try load(source, size), size: size)
    default: compare(register(0), try load(target, size), size)
    }
    let step = state.pointee.regs.eflags & EFlags.direction != 0 ? 0 &- UInt32(size) : UInt32(size)
    let width = d.hasAddressSize ? 2 : 4
    if d.opcode < 0xa8 || d.opcode & 0xfe == 0xac { setRegister(6, register(6) &+ step, size: width) }
    if d.opcode & 0xfe != 0xac { setRegister(7, register(7) &+ step, size: width) }
  }

  /// cmp's flags.
  private func compare(_ left: UInt32, _ right: UInt32, _ size: Int) {
    let shift = UInt32(32 - size * 8)
    let (a, b) = (left << shift, right << shift)
    let (difference, borrow) = a.subtractingReportingOverflow(b)
    let low = UInt8(truncatingIfNeeded: difference >> shift)
    setFlag(EFlags.carry, borrow)
    setFlag(EFlags.parity, low.nonzeroBitCount % 2 == 0)
    setFlag(EFlags.adjust, (left ^ right ^ UInt32(low)) & 0x10 != 0)
    setFlag(EFlags.zero, difference == 0)
    setFlag(EFlags.sign, difference >> 31 != 0)
    setFlag(EFlags.overflow, ((a ^ b) & (a ^ difference)) >> 31 != 0)
  }
}
