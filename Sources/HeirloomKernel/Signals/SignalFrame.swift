internal import CHeirloom
internal import CMachine
internal import HeirloomABI
internal import HeirloomMachine

/// The stack frames that signal handlers start on, byte for byte as Linux lays them out for i386
/// (arch/x86/include/asm/sigframe.h, sigcontext.h).
enum SignalFrame {
  /// struct sigframe_ia32: pretcode, sig, sigcontext, an unused _fpstate, extramask, retcode.
  enum Classic {
    static let context: UInt32 = 8
    static let extraMask: UInt32 = context + SignalFrame.contextSize + 624
    static let returnCode: UInt32 = extraMask + 4
    static let size: UInt32 = returnCode + 8
  }

  /// struct rt_sigframe_ia32: pretcode, sig, pinfo, puc, siginfo, ucontext, retcode.
  enum RealTime {
    static let info: UInt32 = 16
    static let ucontext: UInt32 = info + 128
    static let stack: UInt32 = ucontext + 8
    static let context: UInt32 = stack + 12
    static let mask: UInt32 = context + SignalFrame.contextSize
    static let returnCode: UInt32 = mask + 8
    static let size: UInt32 = returnCode + 8
  }

  /// sizeof(struct sigcontext_32).
  static let contextSize: UInt32 = 88

  /// The FSAVE image that stands before the FXSAVE one.
  static let legacyFPUSize: UInt32 = 112
  static let fpuSize: UInt32 = 512

  /// EFLAGS bits that sigreturn takes from the frame (the kernel's FIX_EFLAGS).
  static let restoredFlags: UInt32 = 0x0005_0dd5 | 0x0001_0000
}

extension Task {
  /// Sets up `action`'s handler to run next. - Throws: EFAULT where the stack has no room.
  func pushFrame(_ signal: PendingSignals.Entry, _ action: SignalAction) throws(Errno) {
    let registers = registers
    let isRealTime = action.flags & SignalAction.wantsInfo != 0
    var top = registers.pointee.esp
    if action.flags & SignalAction.onStack != 0, signals.alternateStack.size != 0,
      !signals.alternateStack.contains(top)
    {
      top = signals.alternateStack.base &+ signals.alternateStack.size
    }
    let fpu = ((top &- SignalFrame.fpuSize) & ~63)
    let fpuFrame = fpu &- SignalFrame.legacyFPUSize
    let size = isRealTime ? SignalFrame.RealTime.size : SignalFrame.Classic.size
    // The handler's argument stands 16-byte aligned above the return address, as after a call.
    let frame = ((fpuFrame &- size &+ 4) & ~15) &- 4
    // A handler that has run over its alternate stack must not go on below it.
    if signals.alternateStack.contains(registers.pointee.esp), !signals.alternateStack.contains(frame) { throw .EFAULT }

    try pushFPU(at: fpuFrame)
    let mask = process.signals.lock.withLock { signals.savedMask ?? signals.mask }
    let trampoline = isRealTime ? Trampoline.realTimeSigreturn : Trampoline.sigreturn
    let returnAddress = action.flags & SignalAction.hasRestorer != 0 ? action.restorer : trampoline
    var words = FrameWriter(base: frame, size: size)
    words[0] = returnAddress
    words[4] = UInt32(bitPattern: signal.number)
    let context: UInt32
    if isRealTime {
      typealias At = SignalFrame.RealTime
      context = At.context
      words[8] = frame &+ At.info
      words[12] = frame &+ At.ucontext
      words.put(signal.info.bytes(number: signal.number), at: At.info)
      words[At.ucontext] = 0
      words[At.ucontext + 4] = 0
      let stack = signals.alternateStack
      words.put([stack.base, stack.flags, stack.size].withUnsafeBytes { [UInt8]($0) }, at: At.stack)
      words[At.mask] = UInt32(truncatingIfNeeded: mask)
      words[At.mask + 4] = UInt32(truncatingIfNeeded: mask >> 32)
      words.put(Self.returnCode(173, pops: false), at: At.returnCode)
    } else {
      typealias At = SignalFrame.Classic
      context = At.context
      words[At.extraMask] = UInt32(truncatingIfNeeded: mask >> 32)
      words.put(Self.returnCode(119, pops: true), at: At.returnCode)
    }
    putContext(&words, at: context, fpuFrame: fpuFrame, mask: mask)
    try memory.write(words.bytes, at: frame)
    // rt_sigreturn sets it again.
    if signals.alternateStack.flags & AlternateStack.disarms != 0 { signals.alternateStack = AlternateStack() }

    registers.pointee.esp = frame
    registers.pointee.eip = action.handler
    registers.pointee.eax = UInt32(bitPattern: signal.number)
    registers.pointee.edx = isRealTime ? frame &+ SignalFrame.RealTime.info : 0
    registers.pointee.ecx = isRealTime ? frame &+ SignalFrame.RealTime.ucontext : 0
    processor.setFlatDataSegments()
    // DF, RF and TF are clear in a handler.
    registers.pointee.eflags &= ~0x0001_0500
    registers.pointee.orig_eax = UInt32.max
    process.signals.lock.withLock {
      signals.savedMask = nil
      signals.mask |= action.mask & ~Signal.unblockable
      if action.flags & SignalAction.noDefer == 0 { signals.mask |= Signal.bit(signal.number) }
    }
  }

  private func putContext(
    _ words: inout FrameWriter, at base: UInt32, fpuFrame: UInt32, mask: UInt64
  ) {
    let r = registers.pointee
    let values: [UInt32] = [
      r.gs, r.fs, r.es, r.ds, r.edi, r.esi, r.ebp, r.esp, r.ebx, r.edx, r.ecx, r.eax,
      signals.lastException.vector, signals.lastException.errorCode, r.eip, r.cs, r.eflags, r.esp, r.ss, fpuFrame,
      UInt32(truncatingIfNeeded: mask), signals.lastException.address,
    ]
    for (index, value) in values.enumerated() { words[base + UInt32(index * 4)] = value }
  }

  /// popl %eax where `pops`; movl $number,%eax; int $0x80. Debuggers know a signal frame by these bytes.
  private static func returnCode(_ number: UInt8, pops: Bool) -> [UInt8] {
    pops ? [0x58, 0xb8, number, 0, 0, 0, 0xcd, 0x80] : [0xb8, number, 0, 0, 0, 0xcd, 0x80, 0]
  }

  /// Writes struct _fpstate_32: the FSAVE image that old programs read, then the FXSAVE one that sigreturn restores.
  private func pushFPU(at address: UInt32) throws(Errno) {
    let image = UnsafeMutableRawPointer.allocate(byteCount: Int(SignalFrame.fpuSize), alignment: 64)
    defer { image.deallocate() }
    processor.saveFPU(to: image)
    // The kernel saves it in the 64-bit form: where the selectors would stand are upper halves of addresses.
    for offset in [12, 20] { image.storeBytes(of: 0, toByteOffset: offset, as: UInt32.self) }
    // A handler starts with a clean FPU.
    processor.resetFPU()
    let bytes = UnsafeRawBufferPointer(start: image, count: Int(SignalFrame.fpuSize))
    try memory.write(legacyFPU(bytes) + [UInt8](bytes), at: address)
  }

  /// The FSAVE image of an FXSAVE image, with the status and the magic that say an FXSAVE image follows.
  private func legacyFPU(_ image: UnsafeRawBufferPointer) -> [UInt8] {
    func half(_ offset: Int) -> UInt32 { UInt32(image.loadUnaligned(fromByteOffset: offset, as: UInt16.self)) }
    func word(_ offset: Int) -> UInt32 { image.loadUnaligned(fromByteOffset: offset, as: UInt32.self) }
    let (control, status) = (half(0), half(2))
    let abridgedTags = image[4]
    let top = Int(status >> 11) & 7
    var tags: UInt32 = 0
    for register in 0..<8 {
      let stackIndex = (register - top) & 7
      tags |= Self.tag(image, stackIndex, isUsed: abridgedTags & (1 << UInt8(register)) != 0) << UInt32(register * 2)
    }
    var words: [UInt32] = [
      control | 0xffff_0000, status | 0xffff_0000, tags | 0xffff_0000, word(8), registers.pointee.cs, word(16),
      registers.pointee.ds | 0xffff_0000,
    ]
    var bytes = words.withUnsafeBytes { [UInt8]($0) }
    for index in 0..<8 { bytes += image[(32 + index * 16)..<(42 + index * 16)] }
    words = [status]
    bytes += words.withUnsafeBytes { [UInt8]($0) }
    return bytes
  }

  /// Valid, zero, special or empty, as the full tag word says it (Intel SDM volume 1, 8.1.7).
  private static func tag(_ image: UnsafeRawBufferPointer, _ index: Int, isUsed: Bool) -> UInt32 {
    guard isUsed else { return 3 }
    let at = 32 + index * 16
    let mantissa = image.loadUnaligned(fromByteOffset: at, as: UInt64.self)
    let exponent = image.loadUnaligned(fromByteOffset: at + 8, as: UInt16.self) & 0x7fff
    if exponent == 0x7fff { return 2 }
    if exponent == 0 { return mantissa == 0 ? 1 : 2 }
    return mantissa >> 63 == 1 ? 0 : 2
  }

  /// stack_t as sigaltstack(2) reports it.
  var alternateStackWords: [UInt8] {
    let stack = signals.alternateStack
    let mode =
      stack.size == 0 ? AlternateStack.disabled : stack.contains(registers.pointee.esp) ? AlternateStack.inUse : 0
    return [stack.base, mode | stack.flags & AlternateStack.disarms, stack.size].withUnsafeBytes { [UInt8]($0) }
  }
}

/// A frame that is put together before it goes to guest memory in one copy.
private struct FrameWriter {
  private(set) var bytes: [UInt8]

  init(base: UInt32, size: UInt32) { bytes = [UInt8](repeating: 0, count: Int(size)) }

  subscript(_ offset: UInt32) -> UInt32 {
    get { bytes.word(at: Int(offset)) }
    set { put(withUnsafeBytes(of: newValue) { [UInt8]($0) }, at: offset) }
  }

  mutating func put(_ new: [UInt8], at offset: UInt32) {
    bytes.replaceSubrange(Int(offset)..<Int(offset) + new.count, with: new)
  }
}
