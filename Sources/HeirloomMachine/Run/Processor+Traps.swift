internal import CMachine

/// Instructions that leave guest code to be carried out here.
extension Processor {
  /// - Returns: the guest's fault; nil where the guest goes on at `regs.eip`.
  func serveTrap() -> Fault? {
    let number = state.pointee.trap_number
    guard let trap = MachineTrap(rawValue: number & 0xff) else { return illegal }
    switch trap {
    case .illegal: return illegal
    case .privileged: return generalProtection(0)
    case .interruptGate: return generalProtection(state.pointee.trap_argument)
    case .fetchFault: return fetchFault()
    case .breakpoint: return Fault(signal: 5, code: 0x80, address: 0, vector: 3, errorCode: 0)
    case .debug: return Fault(signal: 5, code: 1, address: state.pointee.regs.eip, vector: 1, errorCode: 0)
    case .overflow: return Fault(signal: 11, code: 0x80, address: 0, vector: 4, errorCode: 0)
    case .cpuid:
      serveCPUID()
      return nil
    case .loadSegment:
      if let fault = loadSegment(number >> 8 & 0xff, state.pointee.trap_argument & 0xffff) { return fault }
      state.pointee.regs.eip &+= number >> 16 & 0xff
      state.pointee.regs.esp &+= number >> 24
      return nil
    case .emulate: return emulate()
    }
  }

  /// #UD: SIGILL, ILL_ILLOPN, at the instruction.
  private var illegal: Fault {
    Fault(signal: 4, code: 2, address: state.pointee.regs.eip, vector: 6, errorCode: 0)
  }

  /// #GP: SIGSEGV, SI_KERNEL, without an address.
  private func generalProtection(_ errorCode: UInt32) -> Fault {
    Fault(signal: 11, code: 0x80, address: 0, vector: 13, errorCode: errorCode)
  }

  /// eip's page may not be executed, or the page that its instruction runs into.
  ///
  /// - Returns: nil where another thread has mapped it meanwhile.
  private func fetchFault() -> Fault? {
    let eip = state.pointee.regs.eip
    let isOwnPage = !window.mayExecute(page: eip >> 12) || eip & 0xfff <= 0xff0
    let address = isOwnPage ? eip : (eip & ~0xfff) &+ 4096
    // Another thread may be changing the mapping: what is there is looked at in one step.
    let (isExecutable, hasBytes) = window.lock.withLock { () -> (Bool, Bool) in
      var word: UInt32 = 0
      let isExecutable = window.mayExecute(page: address >> 12)
      return (isExecutable, isExecutable && heirloom_load32(window.base + Int(address & ~0xfff), &word) == 0)
    }
    if hasBytes { return nil }
    // Mapped from a file that is shorter: BUS_ADRERR.
    if isExecutable { return Fault(signal: 7, code: 2, address: address, vector: 14, errorCode: 0x14) }
    return pageFault(11, 1, at: address, error: 0x14)
  }

  // MARK: cpuid

  /// The host's answers, without what guest code cannot use: everything that is VEX-encoded, needs XSAVE, or is 64-bit mode's.
  private func serveCPUID() {
    let leaf = state.pointee.regs.eax
    if [0xd, 0x14, 0x19, 0x1d, 0x1e].contains(leaf) { return answerCPUID([0, 0, 0, 0]) }
    let answer = HostCPUID.answer(leaf, state.pointee.regs.ecx)
    var r = [answer.eax, answer.ebx, answer.ecx, answer.edx]
    func clear(_ register: Int, _ bits: [UInt32]) { for bit in bits { r[register] &= ~(1 << bit) } }
    switch leaf {
    case 1:
      // monitor fma pcid x2apic xsave osxsave avx f16c; sysenter
      clear(2, [3, 12, 17, 21, 26, 27, 28, 29])
      clear(3, [11])
    case 7:
      // What stands alone: erms, rdseed, adx, clflushopt, clwb, sha; rdpid; fsrm.
      let isFirst = state.pointee.regs.ecx == 0
      let kept: [UInt32] = [0, 1 << 9 | 1 << 18 | 1 << 19 | 1 << 23 | 1 << 24 | 1 << 29, 1 << 22, 1 << 4]
      for index in 0..<4 { r[index] = isFirst ? r[index] & kept[index] : 0 }
    case 0x8000_0001:
      // xop, lwp, fma4, tbm, monitorx; syscall, 1 GiB pages, long mode
      clear(2, [11, 15, 16, 21, 29])
      clear(3, [11, 26, 29])
    case 0x8000_0008:
      // the saving of error pointers by xsave, rdpru
      clear(1, [2, 4])
    default: break
    }
    answerCPUID(r)
  }

  private func answerCPUID(_ r: [UInt32]) {
    state.pointee.regs.eax = r[0]
    state.pointee.regs.ebx = r[1]
    state.pointee.regs.ecx = r[2]
    state.pointee.regs.edx = r[3]
  }
}
