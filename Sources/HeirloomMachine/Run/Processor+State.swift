public import CMachine

/// Segments, FPU state, and how a processor begins.
extension Processor {
  /// As execve leaves them: zero registers, cleared FPU, flat segments, no TLS.
  public func reset(eip: UInt32, esp: UInt32) {
    state.pointee.regs = pt_regs()
    state.pointee.regs.eip = eip
    state.pointee.regs.esp = esp
    state.pointee.regs.eflags = 0x202
    state.pointee.tls = (heirloom_tls_slot(), heirloom_tls_slot(), heirloom_tls_slot())
    setFlatSegments()
    resetFPU()
  }

  func setFlatSegments() {
    state.pointee.regs.cs = Selector.code
    state.pointee.regs.ds = Selector.data
    state.pointee.regs.es = Selector.data
    state.pointee.regs.ss = Selector.data
    state.pointee.regs.gs = 0
    state.pointee.regs.fs = 0
    state.pointee.gs_base = 0
    state.pointee.fs_base = 0
    if state.pointee.regs.eflags == 0 { state.pointee.regs.eflags = 0x202 }
  }

  // MARK: The FPU

  /// FNINIT's and MXCSR's defaults.
  static func resetFPU(_ image: UnsafeMutableRawPointer) {
    image.initializeMemory(as: UInt8.self, repeating: 0, count: fpuSize)
    image.storeBytes(of: 0x37f, as: UInt16.self)
    image.storeBytes(of: 0x1f80, toByteOffset: 24, as: UInt32.self)
  }

  /// As FNINIT and a new process leave them: what a signal handler starts with (arch/x86/kernel/signal.c,
  /// fpu__clear_user_states).
  public func resetFPU() {
    withUnsafeTemporaryAllocation(byteCount: Self.fpuSize, alignment: 64) { image in
      guard let image = image.baseAddress else { return }
      Self.resetFPU(image)
      loadFPU(from: image)
    }
  }

  private static let xmmOffset = 160

  private func withXMM<R>(_ body: (UnsafeMutableRawPointer) -> R) -> R {
    withUnsafeMutablePointer(to: &state.pointee.xmm) { body(UnsafeMutableRawPointer($0)) }
  }

  /// The FPU and SSE state as FXSAVE writes it for 32-bit code, 512 bytes aligned to 16.
  public func saveFPU(to image: UnsafeMutableRawPointer) {
    image.initializeMemory(as: UInt8.self, repeating: 0, count: Self.fpuSize)
    heirloom_save_fpu(image)
    let mxcsr = state.pointee.mxcsr
    if mxcsr >> 31 != 0 { image.storeBytes(of: mxcsr & 0x7fff_ffff, toByteOffset: 24, as: UInt32.self) }
    correctNotes(extended: image)
    withXMM { (image + Self.xmmOffset).copyMemory(from: $0, byteCount: 128) }
    // xmm8-15 are the host's.
    (image + Self.xmmOffset + 128).initializeMemory(as: UInt8.self, repeating: 0, count: 128)
  }

  /// Loads such an image; bits of MXCSR that would fault are dropped.
  public func loadFPU(from image: UnsafeRawPointer) {
    let copy = UnsafeMutableRawPointer.allocate(byteCount: Self.fpuSize, alignment: 64)
    defer { copy.deallocate() }
    copy.copyMemory(from: image, byteCount: Self.fpuSize)
    let mxcsr = copy.load(fromByteOffset: 24, as: UInt32.self) & Self.mxcsrMask
    // The host's code keeps its own until guest code is entered anew, also where this is behind the gate.
    copy.storeBytes(of: 0x1f80, toByteOffset: 24, as: UInt32.self)
    heirloom_load_fpu(copy)
    // The image has notes of its own.
    state.pointee.fpu_address = 0
    state.pointee.mxcsr = mxcsr | 1 << 31
    _ = heirloom_atomic_or(&state.pointee.interrupt, Self.machineWork)
    withXMM { $0.copyMemory(from: copy + Self.xmmOffset, byteCount: 128) }
  }

  /// A new thread's or forked child's registers, flags, TLS and FPU state are its creator's. Runs on the creator's thread;
  /// the FPU state is loaded by `bind()`.
  public func copyState(of parent: Processor) {
    state.pointee.regs = parent.state.pointee.regs
    state.pointee.tls = parent.state.pointee.tls
    state.pointee.gs_base = parent.state.pointee.gs_base
    state.pointee.fs_base = parent.state.pointee.fs_base
    parent.saveFPU(to: initialFPU)
  }

  // MARK: Segments

  /// Sets a TLS descriptor (slots 0...2 are selectors 0x63, 0x6b, 0x73) and reloads gs and fs if they name it.
  public func setThreadArea(_ slot: Int, _ descriptor: heirloom_tls_slot) {
    withUnsafeMutablePointer(to: &state.pointee.tls) {
      UnsafeMutableRawPointer($0).assumingMemoryBound(to: heirloom_tls_slot.self)[slot] = descriptor
    }
    let selector = Selector.firstThreadArea + UInt32(slot) * 8
    if state.pointee.regs.gs == selector { loadSegments(gs: selector, fs: state.pointee.regs.fs) }
    if state.pointee.regs.fs == selector { loadSegments(gs: state.pointee.regs.gs, fs: selector) }
  }

  /// Loads gs and fs from selectors in a signal frame; unknown ones become null.
  public func loadSegments(gs: UInt32, fs: UInt32) {
    state.pointee.regs.gs = base(of: gs) == nil ? 0 : gs
    state.pointee.gs_base = base(of: gs) ?? 0
    state.pointee.regs.fs = base(of: fs) == nil ? 0 : fs
    state.pointee.fs_base = base(of: fs) ?? 0
  }

  /// The same of all four, as Linux does it for a frame.
  public func loadSegments(gs: UInt32, fs: UInt32, es: UInt32, ds: UInt32) {
    func ofUser(_ selector: UInt32) -> UInt32 { selector <= 3 ? 0 : selector | 3 }
    loadSegments(gs: ofUser(gs), fs: ofUser(fs))
    state.pointee.regs.es = base(of: ofUser(es)) == 0 ? ofUser(es) : 0
    state.pointee.regs.ds = base(of: ofUser(ds)) == 0 ? ofUser(ds) : 0
  }

  /// The segments that a signal handler starts with.
  public func setFlatDataSegments() {
    state.pointee.regs.cs = Selector.code
    state.pointee.regs.ss = Selector.data
    state.pointee.regs.ds = Selector.data
    state.pointee.regs.es = Selector.data
  }

  /// nil for a selector that cannot be loaded.
  private func base(of selector: UInt32) -> UInt32? {
    switch selector & ~3 {
    case 0, Selector.data & ~3, Selector.code & ~3, Selector.code64 & ~3, Selector.processorNumber & ~3: return 0
    case 0x60, 0x68, 0x70:
      let slots = state.pointee.tls
      let slot = [slots.0, slots.1, slots.2][Int(selector >> 3) - 12]
      return slot.present != 0 ? slot.base : nil
    default: return nil
    }
  }

  /// mov or pop to a segment register, in the encoding's order. - Returns: the guest's fault.
  ///
  /// es, ss and ds are flat whatever they hold: a segment that begins elsewhere is refused, and a null selector's faults
  /// do not come.
  func loadSegment(_ register: UInt32, _ selector: UInt32) -> Fault? {
    let isData = register == 0 || register == 3 || register == 2
    guard let base = base(of: selector), !(register == 2 && selector != Selector.data), !(isData && base != 0) else {
      return Fault(signal: 11, code: 0x80, address: 0, vector: 13, errorCode: selector & ~3)
    }
    switch register {
    case 0: state.pointee.regs.es = selector
    case 3: state.pointee.regs.ds = selector
    case 4: (state.pointee.regs.fs, state.pointee.fs_base) = (selector, base)
    case 5: (state.pointee.regs.gs, state.pointee.gs_base) = (selector, base)
    default: break
    }
    return nil
  }

  /// AT_HWCAP: CPUID leaf 1's edx.
  public static var hardwareCapabilities: UInt32 { HostCPUID.capabilities }
}
