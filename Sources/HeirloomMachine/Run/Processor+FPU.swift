internal import CMachine

extension Processor.Operand {
  /// For an image that the processor stores in parts, none of which reaches over the segment's end.
  fileprivate var inParts: Self { Self(address: address, base: address, isOnStack: isOnStack) }
}

/// Instructions that store the FPU's state with the address of its last instruction: to the host that is one in the code
/// cache. The address of its last operand needs nothing: the window's start is a multiple of 4 GiB.
extension Processor {
  /// fnstenv.
  func storeEnvironment(_ d: Instruction) throws(Fault) {
    try storeState(d, wide: 28, narrow: 14) { image in
      heirloom_store_environment(image)
    } storeNarrow: { image in
      heirloom_store_environment16(image)
    }
  }

  /// fnsave.
  func storeFPU(_ d: Instruction) throws(Fault) {
    try storeState(d, wide: 108, narrow: 94) { image in
      heirloom_store_fpu(image)
    } storeNarrow: { image in
      heirloom_store_fpu16(image)
    }
  }

  private func storeState(
    _ d: Instruction, wide: Int, narrow: Int, store: (UnsafeMutableRawPointer) -> Void,
    storeNarrow: (UnsafeMutableRawPointer) -> Void
  ) throws(Fault) {
    let at = operand(d)
    let size = d.hasOperandSize ? narrow : wide
    // The state is not touched where it cannot be stored.
    try checkLimit(at, d.hasOperandSize ? 2 : 4)
    try checkAlignment(at, d.hasOperandSize ? 2 : 4)
    try checkWritable(at, size)
    try checkParts(at, size, word: d.hasOperandSize ? 2 : 4)
    let failure = withUnsafeTemporaryAllocation(byteCount: 144, alignment: 16) { buffer -> Fault? in
      guard let image = buffer.baseAddress else { return nil }
      heirloom_store_environment(image)
      let last = lastFPUInstruction(image)
      // fnstenv has masked the exceptions.
      heirloom_load_environment(image)
      if d.hasOperandSize {
        storeNarrow(image)
        last?.write(narrow: image)
      } else {
        store(image)
        last?.write(image)
      }
      return storeBytes(UnsafeRawBufferPointer(start: image, count: size), at.inParts)
    }
    if let failure { throw failure }
  }

  /// The processor stores the seven words of the environment, and each register as 8 bytes and 2: only one of these must
  /// not reach over the segment's end.
  private func checkParts(_ at: Operand, _ size: Int, word: Int) throws(Fault) {
    var offset = 0
    while offset < size {
      let isWord = offset < 7 * word
      let part = isWord ? word : (offset - 7 * word) % 10 == 0 ? 8 : 2
      try checkLimit(at.advanced(by: offset), part)
      offset += part
    }
  }

  /// fxsave and fxrstor: the image of 32-bit code ends behind xmm7.
  func extendedState(_ d: Instruction) throws(Fault) {
    let at = operand(d)
    // The image's first word lies in the segment before anything else is looked at.
    try checkLimit(at, 4)
    try checkAlignment(at, 4)
    // Aligned, none of its parts reaches over the segment's end.
    if at.address & 15 != 0 { throw limitFault(isOnStack: false) }
    // The processor looks at the end first, wherever that is: in 16-bit addressing it may be before the beginning.
    var end = at.advanced(by: Self.fpuSize - 1)
    if d.hasAddressSize { end.address = at.base &+ ((end.address &- at.base) & 0xffff) }
    if UInt64(at.address &- at.base) + UInt64(Self.fpuSize) > 1 << 32 {
      for place in [end, at] {
        if d.reg == 0 { try probe(place, 1) } else { _ = try load(place, 1) }
      }
    }
    let failure = withUnsafeTemporaryAllocation(byteCount: Self.fpuSize, alignment: 64) { buffer -> Fault? in
      guard let image = buffer.baseAddress else { return nil }
      if d.reg == 0 {
        for place in [end, at] where !window.mayWrite(page: place.address >> 12) {
          return pageFault(11, 1, at: place.address, error: 6)
        }
        saveFPU(to: image)
        return storeBytes(UnsafeRawBufferPointer(start: image, count: Self.usedSize), at.inParts)
      }
      guard heirloom_copy(image, window.base + Int(at.address), Self.fpuSize) == 0 else {
        do throws(Fault) {
          for place in [end, at, at.advanced(by: Self.fpuSize - 1)] { _ = try load(place, 1) }
        } catch { return error }
        return nil
      }
      if image.load(fromByteOffset: 24, as: UInt32.self) & ~Self.mxcsrMask != 0 { return limitFault(isOnStack: false) }
      loadFPU(from: image)
      return nil
    }
    if let failure { throw failure }
  }

  /// What the processor probes before it writes: the first byte and the last one.
  private func checkWritable(_ at: Operand, _ size: Int) throws(Fault) {
    for address in [at.address, at.address &+ UInt32(size - 1)] where !window.mayWrite(page: address >> 12) {
      throw pageFault(11, 1, at: address, error: 6)
    }
  }

  /// Bytes of an FXSAVE image that 32-bit code's holds.
  static let usedSize = 288

  /// The MXCSR bits that the processor has.
  public static let mxcsrMask: UInt32 = {
    withUnsafeTemporaryAllocation(byteCount: fpuSize, alignment: 64) { buffer in
      guard let image = buffer.baseAddress else { return 0xffbf }
      buffer.initializeMemory(as: UInt8.self, repeating: 0)
      heirloom_save_fpu(image)
      let mask = image.load(fromByteOffset: 28, as: UInt32.self)
      return mask == 0 ? 0xffbf : mask
    }
  }()

  // MARK: The last instruction

  /// The FPU's notes of its last instruction, as native code leaves them.
  private struct LastFPUInstruction {
    var pc: UInt32
    /// The opcode's low three bits, and the ModRM byte.
    var opcode: UInt16
    var codeSelector: UInt16
    var operand: UInt32
    var dataSelector: UInt16

    func write(_ image: UnsafeMutableRawPointer) {
      image.storeBytes(of: pc, toByteOffset: 12, as: UInt32.self)
      image.storeBytes(of: codeSelector, toByteOffset: 16, as: UInt16.self)
      image.storeBytes(of: opcode, toByteOffset: 18, as: UInt16.self)
      image.storeBytes(of: operand, toByteOffset: 20, as: UInt32.self)
      image.storeBytes(of: dataSelector, toByteOffset: 24, as: UInt16.self)
    }

    func write(extended image: UnsafeMutableRawPointer) {
      image.storeBytes(of: opcode, toByteOffset: 6, as: UInt16.self)
      image.storeBytes(of: pc, toByteOffset: 8, as: UInt32.self)
      image.storeBytes(of: codeSelector, toByteOffset: 12, as: UInt16.self)
      image.storeBytes(of: operand, toByteOffset: 16, as: UInt32.self)
      image.storeBytes(of: dataSelector, toByteOffset: 20, as: UInt16.self)
    }

    func write(narrow image: UnsafeMutableRawPointer) {
      let halves = [UInt16(truncatingIfNeeded: pc), codeSelector, UInt16(truncatingIfNeeded: operand), dataSelector]
      for (index, half) in halves.enumerated() { image.storeBytes(of: half, toByteOffset: 6 + index * 2, as: UInt16.self) }
    }
  }

  /// What native code would have noted, from an FNSTENV image of the host's.
  private func lastFPUInstruction(_ image: UnsafeRawPointer) -> LastFPUInstruction? {
    lastFPUInstruction(
      at: image.load(fromByteOffset: 12, as: UInt32.self), opcode: image.load(fromByteOffset: 18, as: UInt16.self),
      operand: image.load(fromByteOffset: 20, as: UInt32.self))
  }

  /// Puts what native code would have noted into an FXSAVE image of the host's.
  func correctNotes(extended image: UnsafeMutableRawPointer) {
    let last = lastFPUInstruction(
      at: image.load(fromByteOffset: 8, as: UInt32.self), opcode: image.load(fromByteOffset: 6, as: UInt16.self),
      operand: image.load(fromByteOffset: 16, as: UInt32.self))
    last?.write(extended: image)
  }

  /// What native code would have noted, where the host has noted this; nil where the guest has loaded the notes itself, or
  /// there are none.
  private func lastFPUInstruction(at address: UInt32, opcode: UInt16, operand: UInt32) -> LastFPUInstruction? {
    let place = CodeArena.shared.offset(of: UInt64(address))
    guard place < CodeArena.size else { return nil }
    // What was forgotten since is no place of the guest's.
    guard let pc = row(at: place)?.pc else {
      return LastFPUInstruction(pc: 0, opcode: opcode, codeSelector: UInt16(Selector.code), operand: operand, dataSelector: 0)
    }
    var last = LastFPUInstruction(
      pc: pc, opcode: opcode, codeSelector: UInt16(Selector.code), operand: operand, dataSelector: 0)
    if last.operand != 0 { last.dataSelector = UInt16(truncatingIfNeeded: state.pointee.regs.ds) }
    guard let d = instruction(at: pc), d.map == .oneByte, d.opcode >= 0xd8, d.opcode <= 0xdf else { return last }
    last.opcode = UInt16(d.opcode & 7) << 8 | UInt16(d.rawModRM)
    // Instructions without an operand in memory leave the notes of an earlier one's.
    if d.isRegisterForm || d.hasOtherFPUOperand, operand != 0, operand == state.pointee.fpu_address {
      last.operand = state.pointee.fpu_offset
      last.dataSelector = UInt16(truncatingIfNeeded: state.pointee.fpu_selector)
    }
    return last
  }
}
