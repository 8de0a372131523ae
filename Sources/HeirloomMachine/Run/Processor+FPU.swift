internal import CMachine

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
    try checkWritable(at, size)
    let failure = withUnsafeTemporaryAllocation(byteCount: 144, alignment: 16) { buffer -> Fault? in
      guard let image = buffer.baseAddress else { return nil }
      heirloom_store_environment(image)
      let pointer = guestProgramCounter(image.load(fromByteOffset: 12, as: UInt32.self))
      // fnstenv has masked the exceptions.
      heirloom_load_environment(image)
      if d.hasOperandSize {
        storeNarrow(image)
        image.storeBytes(of: UInt16(truncatingIfNeeded: pointer), toByteOffset: 6, as: UInt16.self)
      } else {
        store(image)
        image.storeBytes(of: pointer, toByteOffset: 12, as: UInt32.self)
      }
      return storeBytes(UnsafeRawBufferPointer(start: image, count: size), at)
    }
    if let failure { throw failure }
  }

  /// fxsave and fxrstor: the image of 32-bit code ends behind xmm7.
  func extendedState(_ d: Instruction) throws(Fault) {
    let at = operand(d)
    try checkLimit(at, Self.fpuSize)
    if at.address & 15 != 0 { throw limitFault(isOnStack: false) }
    let failure = withUnsafeTemporaryAllocation(byteCount: Self.fpuSize, alignment: 64) { buffer -> Fault? in
      guard let image = buffer.baseAddress else { return nil }
      if d.reg == 0 {
        saveFPU(to: image)
        return storeBytes(UnsafeRawBufferPointer(start: image, count: Self.usedSize), at)
      }
      guard heirloom_copy(image, window.base + Int(at.address), Self.fpuSize) == 0 else {
        do throws(Fault) { for offset in 0..<UInt32(Self.fpuSize) { _ = try load(at.advanced(by: Int(offset)), 1) } } catch { return error }
        return nil
      }
      if image.load(fromByteOffset: 24, as: UInt32.self) & ~Self.mxcsrMask != 0 { return limitFault(isOnStack: false) }
      loadFPU(from: image)
      return nil
    }
    if let failure { throw failure }
  }

  private func checkWritable(_ at: Operand, _ size: Int) throws(Fault) {
    try checkLimit(at, size)
    for address in [at.address, at.address &+ UInt32(size - 1)] where !window.mayWrite(page: address >> 12) {
      let first = address == at.address ? address : address & ~0xfff
      throw pageFault(11, 1, at: first, error: 6)
    }
  }

  /// Bytes of an FXSAVE image that 32-bit code's holds.
  static let usedSize = 288

  /// The MXCSR bits that the processor has.
  static let mxcsrMask: UInt32 = {
    withUnsafeTemporaryAllocation(byteCount: fpuSize, alignment: 64) { buffer in
      guard let image = buffer.baseAddress else { return 0xffbf }
      buffer.initializeMemory(as: UInt8.self, repeating: 0)
      heirloom_save_fpu(image)
      let mask = image.load(fromByteOffset: 28, as: UInt32.self)
      return mask == 0 ? 0xffbf : mask
    }
  }()

  /// The guest's address of the instruction at `address` in the code cache; any other is the guest's own already.
  func guestProgramCounter(_ address: UInt32) -> UInt32 {
    let place = CodeArena.shared.offset(of: UInt64(address))
    guard place < CodeArena.size else { return address }
    return row(at: place)?.pc ?? 0
  }
}
