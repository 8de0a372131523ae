internal import CFFI
internal import CMachine
internal import HeirloomABI
internal import HeirloomKernel

/// A module's handler as dispatch calls it: through libffi, with its arguments taken from the SAVE_ALL frame on the task's
/// kernel stack (paper, section 4.2). It begins with the `SyscallEntry` that a table's slot points to.
struct ForeignCall {
  private var entry: SyscallEntry
  private var cif: UnsafeMutablePointer<ffi_cif>
  private var function: @convention(c) () -> Void
  private var count: Int
  /// For each argument: the frame's word that it begins at.
  private var words: InlineArray<6, UInt8>
  /// Bit i: argument i is a pointer.
  private var pointers: UInt8
  private let module: Unmanaged<Module>

  /// Prepares a call of `function` as the signature says.
  ///
  /// - Returns: memory of its own; `destroy` frees it.
  static func make(_ function: Int, _ signature: Signature, module: Module) -> UnsafeMutableRawPointer {
    precondition(MemoryLayout<Invocation>.offset(of: \.values) == Invocation.valuesOffset)
    precondition(MemoryLayout<Invocation>.offset(of: \.hostAddresses) == Invocation.hostAddressesOffset)
    let types = UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>.allocate(capacity: 6)
    var words = InlineArray<6, UInt8>(repeating: 0)
    var (word, pointers): (UInt8, UInt8) = (0, 0)
    for (index, kind) in signature.arguments.enumerated() {
      types[index] = type(of: kind)
      words[index] = word
      word += UInt8(kind.wordCount)
      if kind.isPointer { pointers |= 1 << UInt8(index) }
    }
    let cif = UnsafeMutablePointer<ffi_cif>.allocate(capacity: 1)
    let count = signature.arguments.count
    let status = ffi_prep_cif(cif, FFI_DEFAULT_ABI, UInt32(count), heirloom_ffi_sint32(), types)
    precondition(status == FFI_OK, "libffi refuses a call of plain words")
    let call = UnsafeMutablePointer<ForeignCall>.allocate(capacity: 1)
    call.initialize(
      to: ForeignCall(
        entry: SyscallEntry(invoke: invoke), cif: cif,
        function: unsafeBitCast(function, to: (@convention(c) () -> Void).self), count: count, words: words,
        pointers: pointers, module: Unmanaged.passRetained(module)))
    return UnsafeMutableRawPointer(call)
  }

  /// Frees what `make` has made. No task may be inside.
  static func destroy(_ entry: UnsafeMutableRawPointer) {
    let call = entry.assumingMemoryBound(to: ForeignCall.self)
    call.pointee.cif.pointee.arg_types.deallocate()
    call.pointee.cif.deallocate()
    call.pointee.module.release()
    call.deinitialize(count: 1)
    call.deallocate()
  }

  private static func type(of kind: ArgumentKind) -> UnsafeMutablePointer<ffi_type> {
    switch kind {
    case .int, .descriptor: heirloom_ffi_sint32()
    case .unsigned, .flags: heirloom_ffi_uint32()
    case .int64: heirloom_ffi_sint64()
    case .path, .string, .input, .output, .address: heirloom_ffi_pointer()
    }
  }

  /// One call of libffi, put together on the kernel stack.
  private struct Invocation {
    var cif: UnsafeMutablePointer<ffi_cif>
    var function: @convention(c) () -> Void
    var result = 0
    /// Where each argument's value stands: in the frame, or for a pointer in `hostAddresses`.
    var values = InlineArray<6, UnsafeMutableRawPointer?>(repeating: nil)
    var hostAddresses = InlineArray<6, UInt>(repeating: 0)

    // Where the arrays begin, for libffi takes their addresses. Checked by `make`.
    @inline(__always) static var valuesOffset: Int { 24 }
    @inline(__always) static var hostAddressesOffset: Int { 72 }
  }

  private static let invoke: @convention(c) (UnsafeMutableRawPointer, UnsafeMutablePointer<heirloom_cpu>) -> Int = {
    raw, cpu in
    let call = raw.assumingMemoryBound(to: ForeignCall.self)
    var invocation = Invocation(cif: call.pointee.cif, function: call.pointee.function)
    var record = heirloom_guard()
    let failed = withUnsafeMutablePointer(to: &invocation) { invocation in
      takeArguments(call, cpu, into: UnsafeMutableRawPointer(invocation))
      return heirloom_guarded_call(&record, callThroughFFI, UnsafeMutableRawPointer(invocation))
    }
    if failed != 0 { return Containment.end(record, in: call.pointee.module, cpu) }
    return Int(Int32(truncatingIfNeeded: invocation.result))
  }

  /// Points libffi at the frame's words. A guest address becomes the host address of the same byte; NULL stays NULL.
  @inline(__always)
  private static func takeArguments(
    _ call: UnsafeMutablePointer<ForeignCall>, _ cpu: UnsafeMutablePointer<heirloom_cpu>,
    into invocation: UnsafeMutableRawPointer
  ) {
    let frame = UnsafeMutableRawPointer(cpu).assumingMemoryBound(to: UInt32.self)
    let values = (invocation + Invocation.valuesOffset).assumingMemoryBound(to: UnsafeMutableRawPointer.self)
    let addresses = (invocation + Invocation.hostAddressesOffset).assumingMemoryBound(to: UInt.self)
    let pointers = call.pointee.pointers
    for index in 0..<call.pointee.count {
      let word = frame + Int(call.pointee.words[index])
      if pointers >> UInt8(truncatingIfNeeded: index) & 1 == 0 {
        values[index] = UnsafeMutableRawPointer(word)
      } else {
        addresses[index] = word.pointee == 0 ? 0 : UInt(cpu.pointee.window) + UInt(word.pointee)
        values[index] = UnsafeMutableRawPointer(addresses + index)
      }
    }
  }

  private static let callThroughFFI: @convention(c) (UnsafeMutableRawPointer?) -> Void = { raw in
    let invocation = raw.unsafelyUnwrapped.assumingMemoryBound(to: Invocation.self)
    let values = (raw.unsafelyUnwrapped + Invocation.valuesOffset)
      .assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
    ffi_call(invocation.pointee.cif, invocation.pointee.function, &invocation.pointee.result, values)
  }
}
