internal import CMachine

/// daa, das, aaa, aas, aam, aad, salc (Intel SDM volume 2): 64-bit mode has dropped them.
///
/// The flags that the manual leaves undefined are those of the addition or subtraction inside, of ax in aaa and aas: so an AMD
/// Zen 4 has it.
extension Processor {
  func decimal(_ d: Instruction) throws(Fault) {
    let eax = state.pointee.regs.eax
    let flags = state.pointee.regs.eflags
    let al = UInt8(truncatingIfNeeded: eax)
    let ah = UInt8(truncatingIfNeeded: eax >> 8)
    let immediate = UInt8(truncatingIfNeeded: d.immediate)
    let (oldCarry, oldAdjust) = (flags & EFlags.carry != 0, flags & EFlags.adjust != 0)
    let lowOverflows = al & 15 > 9 || oldAdjust
    var result: (ax: UInt16, flags: UInt32)
    switch d.opcode {
    case 0x27, 0x2f:
      let subtracts = d.opcode == 0x2f
      let highOverflows = al > 0x99 || oldCarry
      let sum = arithmetic(al, (lowOverflows ? 6 : 0) + (highOverflows ? 0x60 : 0), subtracts)
      let carry = highOverflows || subtracts && lowOverflows && al < 6
      result = (UInt16(ah) << 8 | UInt16(sum.value), sum.withCarry(carry, adjust: lowOverflows))
    case 0x37, 0x3f:
      let subtracts = d.opcode == 0x3f
      let sum = arithmetic(UInt16(truncatingIfNeeded: eax), lowOverflows ? 0x106 : 0, subtracts)
      result = (sum.value & 0xff0f, sum.withCarry(lowOverflows, adjust: lowOverflows))
    case 0xd4:
      if immediate == 0 {
        throw Fault(signal: 8, code: 1, address: state.pointee.regs.eip, vector: 0, errorCode: 0)
      }
      let (high, low) = al.quotientAndRemainder(dividingBy: immediate)
      result = (UInt16(high) << 8 | UInt16(low), arithmetic(low, 0, false).flags)
    case 0xd5:
      let sum = arithmetic(al, ah &* immediate, false)
      result = (UInt16(sum.value), sum.flags)
    default:
      result = (UInt16(ah) << 8 | (oldCarry ? 0xff : 0), flags & EFlags.arithmetic)
    }
    state.pointee.regs.eax = eax & 0xffff_0000 | UInt32(result.ax)
    state.pointee.regs.eflags = flags & ~EFlags.arithmetic | result.flags
  }

  private struct Sum<Value: FixedWidthInteger> {
    var value: Value
    var flags: UInt32

    func withCarry(_ carry: Bool, adjust: Bool) -> UInt32 {
      flags & ~(EFlags.carry | EFlags.adjust) | (carry ? EFlags.carry : 0) | (adjust ? EFlags.adjust : 0)
    }
  }

  /// An addition or subtraction and all its flags.
  private func arithmetic<Value: FixedWidthInteger & UnsignedInteger>(
    _ a: Value, _ b: Value, _ subtracts: Bool
  ) -> Sum<Value> {
    let top: Value = 1 << (Value.bitWidth - 1)
    let (value, carry) = subtracts ? a.subtractingReportingOverflow(b) : a.addingReportingOverflow(b)
    let overflow = subtracts ? (a ^ b) & (a ^ value) : ~(a ^ b) & (a ^ value)
    var flags: UInt32 = 0
    if carry { flags |= EFlags.carry }
    if (value & 0xff).nonzeroBitCount % 2 == 0 { flags |= EFlags.parity }
    if (a ^ b ^ value) & 0x10 != 0 { flags |= EFlags.adjust }
    if value == 0 { flags |= EFlags.zero }
    if value & top != 0 { flags |= EFlags.sign }
    if overflow & top != 0 { flags |= EFlags.overflow }
    return Sum(value: value, flags: flags)
  }
}
