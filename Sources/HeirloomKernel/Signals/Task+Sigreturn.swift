internal import CHeirloom
internal import HeirloomABI
internal import HeirloomMachine

extension Task {
  /// sigreturn(2) for a classic frame: the restorer has popped the return address and the signal's number.
  func sigreturn() throws(Errno) -> RegistersReplaced {
    typealias At = SignalFrame.Classic
    let frame = registers.pointee.esp &- 8
    return leaveHandler { () throws(Errno) in
      let low = try self.memory.load(UserPointer(frame &+ At.context &+ 80), as: UInt32.self)
      let high = try self.memory.load(UserPointer(frame &+ At.extraMask), as: UInt32.self)
      try self.restoreContext(at: frame &+ At.context)
      self.setMask(UInt64(high) << 32 | UInt64(low))
    }
  }

  /// rt_sigreturn: only the return address has been popped.
  func rt_sigreturn() throws(Errno) -> RegistersReplaced {
    typealias At = SignalFrame.RealTime
    let frame = registers.pointee.esp &- 4
    return leaveHandler { () throws(Errno) in
      let mask = try self.memory.load(UserPointer(frame &+ At.mask), as: UInt64.self)
      let stack = try self.memory.array(UserPointer(frame &+ At.stack), count: 3, of: UInt32.self)
      try self.restoreContext(at: frame &+ At.context)
      self.setMask(mask)
      // As Linux: a stack that may not be set now is left as it is.
      try? self.setAlternateStack(AlternateStack(base: stack[0], size: stack[2], flags: stack[1]))
    }
  }

  /// A frame that cannot be read is a SIGSEGV.
  private func leaveHandler(_ restore: () throws(Errno) -> Void) -> RegistersReplaced {
    do throws(Errno) { try restore() } catch {
      // No exception of the processor's: what the last one left stays.
      let last = signals.lastException
      raise(Fault(signal: Signal.segmentation, code: 0x80, address: 0, vector: last.vector, errorCode: last.errorCode))
      signals.lastException = last
    }
    registers.pointee.orig_eax = UInt32.max
    return RegistersReplaced()
  }

  private func restoreContext(at address: UInt32) throws(Errno) {
    let words = try memory.array(UserPointer(address), count: 22, of: UInt32.self)
    let image = try fpuImage(at: words[19])
    let r = registers
    r.pointee.edi = words[4]
    r.pointee.esi = words[5]
    r.pointee.ebp = words[6]
    r.pointee.esp = words[7]
    r.pointee.ebx = words[8]
    r.pointee.edx = words[9]
    r.pointee.ecx = words[10]
    r.pointee.eax = words[11]
    r.pointee.eip = words[14]
    let kept = r.pointee.eflags & ~SignalFrame.restoredFlags
    r.pointee.eflags = kept | words[16] & SignalFrame.restoredFlags
    processor.loadSegments(gs: words[0] & 0xffff, fs: words[1] & 0xffff, es: words[2] & 0xffff, ds: words[3] & 0xffff)
    if let image {
      image.withUnsafeBytes { if let start = $0.baseAddress { processor.loadFPU(from: start) } }
    } else {
      processor.resetFPU()
    }
    refuseSegments(code: words[15] & 0xffff | 3, stack: words[18] & 0xffff | 3)
  }

  /// The way back to user mode faults where cs or ss cannot be loaded. 64-bit code's segment, to which native code gets this
  /// way, is none of a guest's.
  private func refuseSegments(code: UInt32, stack: UInt32) {
    let (validCode, validStack) = (registers.pointee.cs, registers.pointee.ss)
    guard code != validCode || stack != validStack else { return }
    (registers.pointee.cs, registers.pointee.ss) = (code, stack)
    // Linux loads an ss of a local table by a way that does not tell it.
    let error = code != validCode ? code & 0xfffc : stack & 4 != 0 ? 0 : stack & 0xfffc
    raise(Fault(signal: Signal.segmentation, code: 0x80, address: 0, vector: 13, errorCode: error))
  }

  /// The FXSAVE image that a frame's struct _fpstate_32 amounts to: of the x87 state its older image counts, of SSE's the newer
  /// one (arch/x86/kernel/fpu/regset.c, convert_to_fxsr). nil where the frame has none.
  private func fpuImage(at address: UInt32) throws(Errno) -> [UInt8]? {
    if address == 0 { return nil }
    let size = Int(SignalFrame.legacyFPUSize + SignalFrame.fpuSize)
    let state = try memory.array(UserPointer(address), count: size, of: UInt8.self)
    let legacy = Array(state[..<Int(SignalFrame.legacyFPUSize)])
    var image = Array(state[Int(SignalFrame.legacyFPUSize)...])
    guard image.word(at: 24) & ~Processor.mxcsrMask == 0 else { throw .EFAULT }
    image.replaceSubrange(0..<2, with: legacy[0..<2])
    image.replaceSubrange(2..<4, with: legacy[4..<6])
    let tags = legacy.word(at: 8)
    image[4] = (0..<8).reduce(0) { $0 | (tags >> UInt32($1 * 2) & 3 == 3 ? 0 : 1 << UInt8($1)) }
    image[5] = 0
    image.replaceSubrange(6..<8, with: legacy[18..<20])
    image.replaceSubrange(8..<12, with: legacy[12..<16])
    image.replaceSubrange(12..<14, with: legacy[16..<18])
    image.replaceSubrange(16..<20, with: legacy[20..<24])
    image.replaceSubrange(20..<22, with: legacy[24..<26])
    for register in 0..<8 {
      image.replaceSubrange(32 + register * 16..<42 + register * 16, with: legacy[28 + register * 10..<38 + register * 10])
    }
    return image
  }
}
