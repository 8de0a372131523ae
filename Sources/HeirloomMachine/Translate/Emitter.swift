internal import CMachine

/// Writes host instructions, one after the other.
struct Emitter {
  /// Where the next byte goes, in the writable view of the code cache.
  var output: UnsafeMutableRawPointer

  @inline(__always) mutating func byte(_ value: UInt8) {
    output.storeBytes(of: value, as: UInt8.self)
    output += 1
  }
  @inline(__always) mutating func half(_ value: UInt16) {
    output.storeBytes(of: value, as: UInt16.self)
    output += 2
  }
  @inline(__always) mutating func word(_ value: UInt32) {
    output.storeBytes(of: value, as: UInt32.self)
    output += 4
  }
  /// The low `count` bytes of `value`, the lowest first.
  @inline(__always) mutating func bytes(_ value: UInt64, _ count: Int) {
    output.storeBytes(of: value, as: UInt64.self)
    output += count
  }
}

/// Host registers by number, as far as they have a meaning of their own while guest code runs.
enum HostRegister {
  static let scratch: UInt8 = 8
  static let otherScratch: UInt8 = 9
  static let lookup: UInt8 = 10
  static let index: UInt8 = 11
  /// The guest's esp. It is the base of most operands, and rbp makes the shortest.
  static let stackPointer: UInt8 = 5
  static let framePointer: UInt8 = 12
  static let gsBase: UInt8 = 13
  static let processor: UInt8 = 14
  static let window: UInt8 = 15

  /// Where a guest's general register lives.
  @inline(__always) static func of(_ guest: UInt8) -> UInt8 { guest == 4 ? stackPointer : guest == 5 ? framePointer : guest }
}

// Sequences that do not depend on the instruction at hand. None touches the flags.
extension Emitter {
  /// mov gs:[rbp+offset], register
  @inline(__always) mutating func storeOnStack(_ register: UInt8, _ offset: Int32) { onStack(0x89, register, offset) }

  /// mov register, gs:[rbp+offset]
  @inline(__always) mutating func loadFromStack(_ register: UInt8, _ offset: Int32) { onStack(0x8b, register, offset) }

  @inline(__always) private mutating func onStack(_ opcode: UInt8, _ register: UInt8, _ offset: Int32) {
    byte(0x65)
    if register >= 8 { byte(0x44) }
    byte(opcode)
    half(UInt16(0x45 | (register & 7) << 3) | UInt16(UInt8(truncatingIfNeeded: offset)) << 8)
  }

  /// mov r8d, gs:[rbp+offset]; mov gs:[rbp+offset], r8d
  mutating func probeStack(_ offset: Int32) {
    for opcode: UInt64 in [0x8b, 0x89] {
      bytes(0x8500_4465 | opcode << 16, 4)
      word(UInt32(bitPattern: offset))
    }
  }

  /// movzx register, word gs:[rbp+offset]
  @inline(__always) mutating func loadHalfFromStack(_ register: UInt8, _ offset: Int32) {
    byte(0x65)
    if register >= 8 { byte(0x44) }
    half(0xb70f)
    half(UInt16(0x45 | (register & 7) << 3) | UInt16(UInt8(truncatingIfNeeded: offset)) << 8)
  }

  /// mov dword gs:[rbp+offset], value
  @inline(__always) mutating func storeOnStack(immediate value: UInt32, _ offset: Int32) {
    bytes(0x45_c765 | UInt64(UInt8(truncatingIfNeeded: offset)) << 24, 4)
    word(value)
  }

  /// lea ebp, [rbp+offset]
  @inline(__always) mutating func addToStackPointer(_ offset: Int32) {
    if offset >= -128 && offset <= 127 {
      bytes(0x6d8d | UInt64(UInt8(truncatingIfNeeded: offset)) << 16, 3)
    } else {
      half(0xad8d)
      word(UInt32(bitPattern: offset))
    }
  }

  /// mov to, from: 32 bits, which clears the upper half.
  @inline(__always) mutating func move(_ to: UInt8, _ from: UInt8) {
    let rex = 0x40 | (from >> 3) << 2 | to >> 3
    if rex != 0x40 { byte(rex) }
    byte(0x89)
    byte(0xc0 | (from & 7) << 3 | to & 7)
  }

  /// mov to, from: all 64 bits.
  @inline(__always) mutating func move64(_ to: UInt8, _ from: UInt8) {
    byte(0x48 | (from >> 3) << 2 | to >> 3)
    byte(0x89)
    byte(0xc0 | (from & 7) << 3 | to & 7)
  }

  /// movzx to, from: of 16 bits.
  @inline(__always) mutating func extendHalf(_ to: UInt8, _ from: UInt8) {
    let rex = 0x40 | (to >> 3) << 2 | from >> 3
    if rex != 0x40 { byte(rex) }
    half(0xb70f)
    byte(0xc0 | (to & 7) << 3 | from & 7)
  }

  /// mov register, value
  @inline(__always) mutating func load(_ register: UInt8, immediate value: UInt32) {
    if register >= 8 { byte(0x41) }
    byte(0xb8 | register & 7)
    word(value)
  }

  /// mov register, an address that no page has: access to it is #GP.
  mutating func loadNonCanonicalAddress(_ register: UInt8) {
    half(UInt16(register >= 8 ? 0x49 : 0x48) | UInt16(0xb8 | register & 7) << 8)
    bytes(1 << 62, 8)
  }

  /// mov dword [r14+field], value
  @inline(__always) mutating func store(_ value: UInt32, toProcessor field: Int32) {
    bytes(0x46_c741 | UInt64(UInt8(truncatingIfNeeded: field)) << 24, 4)
    word(value)
  }

  /// mov [r14+field], register
  mutating func store(_ register: UInt8, toProcessor field: Int32) {
    bytes(0x86_8941 | UInt64(register >= 8 ? 4 : 0) | UInt64(register & 7) << 19, 3)
    word(UInt32(bitPattern: field))
  }

  /// mov register, [r14+field]
  mutating func load(_ register: UInt8, fromProcessor field: Int32) {
    bytes(0x86_8b41 | UInt64(register >= 8 ? 4 : 0) | UInt64(register & 7) << 19, 3)
    word(UInt32(bitPattern: field))
  }

  /// The flags in r8d, which is lost, and a note of those that the way out of guest code has to look for.
  @inline(__always) mutating func loadFlags() {
    bytes(0x5041, 2)  // push r8
    bytes(0xe08141, 3)  // and r8d, rare
    word(EFlags.rare)
    store(HostRegister.scratch, toProcessor: ProcessorField.rareFlags)
    byte(0x9d)  // popfq
  }

  /// jmp [r14+field]
  @inline(__always) mutating func jump(throughProcessor field: Int32) {
    bytes(0x66_ff41 | UInt64(UInt8(truncatingIfNeeded: field)) << 24, 4)
  }

  /// lea r9, [rip+4]; jmp [r14+field]: where it comes back to is in r9. Not a call, for it comes back by a jump, and the
  /// processor would predict the guest's next return by it.
  @inline(__always) mutating func call(throughProcessor field: Int32) {
    bytes(0x040d_8d4c, 7)
    jump(throughProcessor: field)
  }
}

/// Fields of `heirloom_cpu` that emitted code uses: the frequent ones are at 8-bit displacements.
enum ProcessorField {
  static let eip = CPU_EIP
  static let trapNumber = CPU_TRAP_NUMBER
  static let rareFlags = CPU_RARE_FLAGS
  static let gateStub = CPU_GATE_STUB
  static let missStub = CPU_MISS_STUB
  static let trapStub = CPU_TRAP_STUB
  static let fsBase = CPU_FS_BASE
  static let es = CPU_ES
  static let fs = CPU_FS
  static let gs = CPU_GS
  static let fpuOffset = CPU_FPU_OFFSET
  static let fpuAddress = CPU_FPU_ADDRESS
  static let fpuSelector = CPU_FPU_SELECTOR
  static let trapArgument = CPU_TRAP_ARGUMENT
}
