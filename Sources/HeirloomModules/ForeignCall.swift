internal import CFFI
internal import CMachine
internal import HeirloomABI
internal import HeirloomKernel

/// A module's handler as dispatch calls it: through libffi, with its arguments taken from the SAVE_ALL frame on the task's
/// kernel stack (paper, section 4.2). It begins with the `SyscallEntry` that a table's slot points to.
struct ForeignCall {
  private let entry: SyscallEntry
  fileprivate let cif: UnsafeMutablePointer<ffi_cif>
  private let types: UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>
  /// What libffi calls: the handler, or the adapter that takes the handler first.
  fileprivate let target: UnsafeRawPointer
  /// A byte an argument of the handler, the first one lowest: the frame's word that it begins at, and `pointerBit`.
  fileprivate let places: UInt64
  fileprivate let count: Int
  fileprivate let handler: UnsafeRawPointer
  /// Retained: the module stays while it has entries.
  fileprivate let module: Unmanaged<Module>

  fileprivate static let pointerBit: UInt64 = 0x80
  /// A guest passes six registers.
  static let maximumWords = 6

  /// Prepares a call of `handler` as the signature says.
  ///
  /// - Parameter signature: six words at most.
  /// - Returns: memory of its own; `destroy` frees it.
  static func make(_ handler: UnsafeRawPointer, _ signature: Signature, module: Module) -> UnsafeMutableRawPointer {
    precondition(signature.wordCount <= maximumWords, "more words than a guest can pass")
    var places: UInt64 = 0
    var word = 0
    for (index, kind) in signature.arguments.enumerated() {
      places |= (UInt64(word) | (kind.isPointer ? pointerBit : 0)) << (8 * UInt64(index))
      word += kind.wordCount
    }
    let count = signature.arguments.count
    let types = UnsafeMutablePointer<UnsafeMutablePointer<ffi_type>?>.allocate(capacity: maximumWords + 1)
    types.initialize(repeating: heirloom_ffi_pointer(), count: maximumWords + 1)
    for (index, kind) in signature.arguments.enumerated() { types[index + 1] = type(of: kind) }
    let cif = UnsafeMutablePointer<ffi_cif>.allocate(capacity: 1)
    // A handler says int or long; eax takes the low word of either.
    let result = heirloom_ffi_sint64()
    var target = unsafeBitCast(heirloom_to_system_v as @convention(c) () -> Void, to: UnsafeRawPointer.self)
    // Without arguments there is nothing to sort, and a libffi may lack Microsoft's convention: then it calls the handler.
    if count == 0 || ffi_prep_cif(cif, FFI_EFI64, UInt32(count + 1), result, types) != FFI_OK {
      target = handler
      let status = ffi_prep_cif(cif, FFI_UNIX64, UInt32(count), result, types + 1)
      precondition(status == FFI_OK, "libffi refuses a call of plain words")
    }
    let call = UnsafeMutablePointer<ForeignCall>.allocate(capacity: 1)
    call.initialize(
      to: ForeignCall(
        entry: SyscallEntry(invoke: count == 0 ? invokePlain : invoke), cif: cif, types: types, target: target,
        places: places, count: count, handler: handler, module: Unmanaged.passRetained(module)))
    return UnsafeMutableRawPointer(call)
  }

  /// Frees what `make` has made. No task may be inside.
  static func destroy(_ entry: UnsafeMutableRawPointer) {
    let call = entry.assumingMemoryBound(to: ForeignCall.self)
    call.pointee.types.deallocate()
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

  /// Whether the guest passes NULL for one of the addresses.
  fileprivate func passesNull(_ cpu: UnsafeMutablePointer<heirloom_cpu>) -> Bool {
    let words = UnsafeRawPointer(cpu).assumingMemoryBound(to: UInt32.self)
    return (0..<count).contains { index in
      let place = places >> (8 * UInt64(index))
      return place & Self.pointerBit != 0 && words[Int(place & 7)] == 0
    }
  }
}

/// Serves one call. libffi reads each argument where a pointer says: words, and pairs of words, in the frame itself; a guest
/// address becomes the host address of the same byte beside the frame, where NULL stays NULL.
@c(heirloom_foreign_call)
@inline(__always)  // into its C face
private func invoke(_ entry: UnsafeMutableRawPointer, _ cpu: UnsafeMutablePointer<heirloom_cpu>) -> Int {
  let call = entry.assumingMemoryBound(to: ForeignCall.self)
  // Where libffi finds the handler and its arguments; behind that, what stands nowhere else: the handler, host addresses.
  let room = 1 + ForeignCall.maximumWords
  return withUnsafeTemporaryAllocation(of: UnsafeRawPointer?.self, capacity: 2 * room) { slots in
    let values = slots.baseAddress.unsafelyUnwrapped
    let others = values + room
    others[0] = call.pointee.handler
    values[0] = UnsafeRawPointer(others)
    var places = call.pointee.places
    for index in 1..<call.pointee.count + 1 {
      let word = UnsafeRawPointer(cpu) + Int(places & 7) * MemoryLayout<UInt32>.stride
      if places & ForeignCall.pointerBit == 0 {
        values[index] = word
      } else {
        let address = UInt(word.load(as: UInt32.self))
        others[index] = UnsafeRawPointer(bitPattern: address == 0 ? 0 : UInt(cpu.pointee.window) &+ address)
        values[index] = UnsafeRawPointer(others + index)
      }
      places >>= 8
    }
    let isHandler = call.pointee.target == call.pointee.handler
    return enter(call, isHandler ? values + 1 : values, cpu)
  }
}

/// The same for a call without arguments.
@c(heirloom_foreign_call_plain)
@inline(__always)
private func invokePlain(_ entry: UnsafeMutableRawPointer, _ cpu: UnsafeMutablePointer<heirloom_cpu>) -> Int {
  enter(entry.assumingMemoryBound(to: ForeignCall.self), nil, cpu)
}

/// Goes into the module's code and comes back, whatever happens there.
@inline(__always)
private func enter(
  _ call: UnsafeMutablePointer<ForeignCall>, _ values: UnsafeMutablePointer<UnsafeRawPointer?>?,
  _ cpu: UnsafeMutablePointer<heirloom_cpu>
) -> Int {
  var stay = heirloom_guard()
  stay.owner = UnsafeRawPointer(call.pointee.module.toOpaque())
  var result = 0
  _ = heirloom_guarded_call(&stay, heirloom_ffi_call(), call.pointee.cif, call.pointee.target, &result, values)
  if stay.signal != 0 { return faulted(&stay, call, cpu) }
  return Int(Int32(truncatingIfNeeded: result))
}

@inline(never)
private func faulted(
  _ stay: UnsafePointer<heirloom_guard>, _ call: UnsafeMutablePointer<ForeignCall>, _ cpu: UnsafeMutablePointer<heirloom_cpu>
) -> Int {
  Containment.end(stay.pointee, in: call.pointee.module, cpu, call.pointee.passesNull(cpu))
}
