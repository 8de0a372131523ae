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
      raise(Fault(signal: Signal.segmentation, code: 0x80, address: 0, vector: 13, errorCode: 0))
    }
    registers.pointee.orig_eax = UInt32.max
    return RegistersReplaced()
  }

  private func restoreContext(at address: UInt32) throws(Errno) {
    let words = try memory.array(UserPointer(address), count: 22, of: UInt32.self)
    let fpuFrame = words[19]
    var image: [UInt8] = []
    if fpuFrame != 0 {
      image = try memory.array(
        UserPointer(fpuFrame &+ SignalFrame.legacyFPUSize), count: Int(SignalFrame.fpuSize), of: UInt8.self)
    }
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
    processor.loadSegments(gs: words[0] & 0xffff, fs: words[1] & 0xffff)
    if !image.isEmpty {
      let aligned = UnsafeMutableRawPointer.allocate(byteCount: Int(SignalFrame.fpuSize), alignment: 64)
      defer { aligned.deallocate() }
      aligned.copyMemory(from: image, byteCount: image.count)
      processor.loadFPU(from: aligned)
    }
  }
}
