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
  /// A byte an argument of the handler, the first one lowest: the frame's word that it begins at, `pointerBit`, `wideBit`.
  fileprivate let places: UInt64
  fileprivate let count: Int
  fileprivate let handler: UnsafeRawPointer
  /// What a handler gets that takes its arguments in an array.
  fileprivate let context: UnsafeMutableRawPointer?
  /// Retained: the module stays while it has entries.
  fileprivate let module: Unmanaged<Module>

  fileprivate static let pointerBit: UInt64 = 0x80
  /// It takes two words.
  fileprivate static let wideBit: UInt64 = 0x40
  /// A guest passes six registers.
  static let maximumWords = 6

  /// Prepares a call of `handler` as the signature says.
  ///
  /// - Parameters:
  ///   - signature: six words at most.
  ///   - context: not nil: the handler is a `long (*)(void *context, const long *arguments)`.
  /// - Returns: memory of its own; `destroy` frees it.
  static func make(
    _ handler: UnsafeRawPointer, _ signature: Signature, context: UnsafeMutableRawPointer? = nil, module: Module
  ) -> UnsafeMutableRawPointer {
    precondition(signature.wordCount <= maximumWords, "more words than a guest can pass")
    var places: UInt64 = 0
    var word = 0
    for (index, kind) in signature.arguments.enumerated() {
      let bits = (kind.isPointer ? pointerBit : 0) | (kind.wordCount == 2 ? wideBit : 0)
      places |= (UInt64(word) | bits) << (8 * UInt64(index))
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
        entry: SyscallEntry(invoke: context != nil ? invokeWithArray : count == 0 ? invokePlain : invoke), cif: cif,
        types: types, target: target, places: places, count: count, handler: handler, context: context,
        module: Unmanaged.passRetained(module)))
    module.note(call, handler)
    return UnsafeMutableRawPointer(call)
  }

  /// Frees what `make` has made. No task may be inside.
  static func destroy(_ entry: UnsafeMutableRawPointer) {
    let call = entry.assumingMemoryBound(to: ForeignCall.self)
    call.pointee.module._withUnsafeGuaranteedRef { $0.forget(entry) }
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

  /// Whether NULL is passed for one of the addresses.
  fileprivate func passesNull(_ words: UnsafePointer<UInt32>) -> Bool {
    (0..<count).contains { index in
      let place = places >> (8 * UInt64(index))
      return place & Self.pointerBit != 0 && words[Int(place & 7)] == 0
    }
  }
}

/// Serves one call. libffi reads each argument where a pointer says: words, and pairs of words, in the frame itself; a guest
/// address becomes the host address of the same byte beside the frame, where NULL stays NULL.
@c(heirloom_foreign_call)
@inline(__always)  // into its C face
private func invoke(
  _ entry: UnsafeMutableRawPointer, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ words: UnsafePointer<UInt32>
) -> Int {
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
      let word = UnsafeRawPointer(words + Int(places & 7))
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
    return enter(call, isHandler ? values + 1 : values, cpu, words)
  }
}

/// The same for a call without arguments.
@c(heirloom_foreign_call_plain)
@inline(__always)
private func invokePlain(
  _ entry: UnsafeMutableRawPointer, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ words: UnsafePointer<UInt32>
) -> Int {
  enter(entry.assumingMemoryBound(to: ForeignCall.self), nil, cpu, words)
}

/// The same for a handler of any call, which takes its arguments in an array: a Swift closure's, for one.
@c(heirloom_foreign_call_array)
@inline(__always)
private func invokeWithArray(
  _ entry: UnsafeMutableRawPointer, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ words: UnsafePointer<UInt32>
) -> Int {
  let call = entry.assumingMemoryBound(to: ForeignCall.self)
  return withUnsafeTemporaryAllocation(of: Int.self, capacity: ForeignCall.maximumWords) { arguments in
    let arguments = arguments.baseAddress.unsafelyUnwrapped
    var places = call.pointee.places
    for index in 0..<call.pointee.count {
      let word = Int(places & 7)
      if places & ForeignCall.pointerBit != 0 {
        arguments[index] = words[word] == 0 ? 0 : Int(cpu.pointee.window) &+ Int(words[word])
      } else if places & ForeignCall.wideBit != 0 {
        arguments[index] = Int(words[word]) | Int(words[word + 1]) << 32
      } else {
        arguments[index] = Int(Int32(bitPattern: words[word]))
      }
      places >>= 8
    }
    return withStay(call, cpu, words) { stay in
      heirloom_guarded_call(stay, call.pointee.handler, call.pointee.context, arguments, nil, nil)
    }
  }
}

/// Goes into the module's code and comes back, whatever happens there.
@inline(__always)
private func enter(
  _ call: UnsafeMutablePointer<ForeignCall>, _ values: UnsafeMutablePointer<UnsafeRawPointer?>?,
  _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ words: UnsafePointer<UInt32>
) -> Int {
  withStay(call, cpu, words) { stay in
    var result = 0
    _ = heirloom_guarded_call(stay, heirloom_ffi_call(), call.pointee.cif, call.pointee.target, &result, values)
    return result
  }
}

/// A stay in the module's code, with the fields set that are the caller's to set. Those that guard.S and the fault handler write
/// before anybody reads them are left as they are: to clear the whole record takes as long as to write a tenth of a call.
@inline(__always)
private func withStay(
  _ call: UnsafeMutablePointer<ForeignCall>, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ words: UnsafePointer<UInt32>,
  _ body: (UnsafeMutablePointer<heirloom_guard>) -> Int
) -> Int {
  withUnsafeTemporaryAllocation(of: heirloom_guard.self, capacity: 1) { place in
    let stay = place.baseAddress.unsafelyUnwrapped
    stay.pointee.owner = UnsafeRawPointer(call.pointee.module.toOpaque())
    stay.pointee.entry = UnsafeMutableRawPointer(call)
    stay.pointee.words = words
    stay.pointee.observes = 0
    stay.pointee.scratch = 0
    stay.pointee.kernel = 0
    stay.pointee.signal = 0
    let result = body(stay)
    if stay.pointee.signal != 0 { return faulted(stay, call, cpu, words) }
    return Int(Int32(truncatingIfNeeded: result))
  }
}

@inline(never)
private func faulted(
  _ stay: UnsafePointer<heirloom_guard>, _ call: UnsafeMutablePointer<ForeignCall>,
  _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ words: UnsafePointer<UInt32>
) -> Int {
  Containment.end(stay.pointee, in: call.pointee.module, cpu, call.pointee.passesNull(words))
}

extension ForeignCall {
  /// `syscall_next`: serves the handler's call by what is below its entry.
  ///
  /// - Parameter arguments: as the handler has them; those that are left out are the ones it was called with.
  /// - Returns: the result or -errno: EPERM outside a handler, EFAULT for an address that is not the guest's, ELOOP.
  static func next(_ arguments: UnsafeBufferPointer<Int>) -> Int {
    guard let stay = heirloom_innermost_guard(), let entry = stay.pointee.entry, let cpu = heirloom_current_cpu() else {
      return -Int(Errno.EPERM.code)
    }
    let call = entry.assumingMemoryBound(to: ForeignCall.self)
    return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: maximumWords) { words in
      let words = words.baseAddress.unsafelyUnwrapped
      words.initialize(from: stay.pointee.words.unsafelyUnwrapped, count: maximumWords)
      var places = call.pointee.places
      for index in 0..<min(arguments.count, call.pointee.count) {
        let value = arguments[index]
        let word = Int(places & 7)
        if places & pointerBit != 0 {
          let offset = UInt(bitPattern: value) &- UInt(cpu.pointee.window)
          if value != 0 && offset > UInt(UInt32.max) { return -Int(Errno.EFAULT.code) }
          words[word] = value == 0 ? 0 : UInt32(truncatingIfNeeded: offset)
        } else {
          words[word] = UInt32(truncatingIfNeeded: value)
          if places & wideBit != 0 { words[word + 1] = UInt32(truncatingIfNeeded: value >> 32) }
        }
        places >>= 8
      }
      stay.pointee.kernel += 1
      defer { stay.pointee.kernel -= 1 }
      let answer = LayerCall.next(below: entry, cpu, words)
      return answer == SystemCall.registersReplaced ? 0 : answer
    }
  }
}
