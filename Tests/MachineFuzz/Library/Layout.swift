import Foundation
import Glibc

/// Where a case finds things, and where both sides' memory holds what: Native/server.c has the same numbers.
enum Layout {
  /// A page of code that is always the same, for jumps to random places; then the cases', each behind as much int3 as a short
  /// jump may cross.
  static let code: UInt32 = 0x1000_0000
  static let codeSize = 4096 + cases * slotDistance
  /// Bytes of one case's code; what it does not use is int3.
  static let slot = 128
  static let slotDistance = 256
  static let data: UInt32 = 0x2000_0000
  static let dataSize = 8192
  static let readOnly: UInt32 = 0x2000_4000
  static let nothing: UInt32 = 0x2000_8000
  static let stack: UInt32 = 0x3000_0000
  static let stackSize = 4096
  /// The selector of a thread area whose segment begins at `data`.
  static let area: UInt32 = 0x6b
  static let flatData: UInt32 = 0x2b
  /// Bits of EFLAGS that are compared.
  static let flags: UInt32 = 0x27_7fd7
  /// Cases in one batch.
  static let cases = 4096

  // The shared memory.
  static let fpuAt = 4096
  static let fpuCount = 16
  static let dataAt = fpuAt + fpuCount * 512
  static let stackAt = dataAt + dataSize
  static let inputAt = stackAt + stackSize
  static let inputSize = 64
  static let outputAt = inputAt + cases * inputSize
  static let outputSize = 320
  static let commonCodeAt = outputAt + cases * outputSize
  static let codeAt = commonCodeAt + 4096
  /// What some cases leave in `data` and on the stack, of which all others leave a hash.
  static let memoryAt = codeAt + cases * slot
  static let memorySize = dataSize + stackSize
  static let size = memoryAt + cases * memorySize

  /// Where the code of a case stands: its number alone says it, so that a batch and a case alone make the same addresses.
  static func place(ofCase number: UInt64) -> Int { Int(number % UInt64(cases)) }
  static func address(ofPlace place: Int) -> UInt32 { code + 4096 + UInt32(place * slotDistance) }
}

/// What a case begins with, in the order of the server's struct input.
public struct Input {
  /// eax ecx edx ebx esp ebp esi edi
  public var registers: [UInt32]
  public var eflags: UInt32
  /// Number of the FPU's image.
  public var fpu: UInt32
  public var gs: UInt32
  public var fs: UInt32

  var words: [UInt32] { registers + [eflags, fpu, gs, fs] }

  /// As the server reads it.
  func write(to at: UnsafeMutableRawPointer, place: Int, memorySlot: Int?) {
    let words = at.assumingMemoryBound(to: UInt32.self)
    for index in 0..<8 { words[index] = registers[index] }
    (words[8], words[9], words[10], words[11], words[12]) = (eflags, fpu, gs, fs, UInt32(place))
    words[13] = memorySlot.map { UInt32($0) + 1 } ?? 0
  }
}

/// How a case ended: the server's struct output.
public struct Output: Equatable, CustomStringConvertible {
  static let wordNames = [
    "signal", "code", "address", "vector", "error", "eip", "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "eflags",
    "segments", "control", "tags", "mxcsr", "data", "stack",
  ]
  static let usedSize = 84 + 80 + 128
  var bytes: [UInt8]
  /// All of `data` and the stack, of a case that stores the FPU's notes; else empty.
  var memory: [UInt8] = []

  /// Ends without a state to compare: SIGSYS, and SIGVTALRM for a case that loops.
  static let systemCall: UInt32 = 31
  static let timeout: UInt32 = 26

  /// What stands at `at`, without the state where none is compared.
  init(at: UnsafeRawPointer, memory: UnsafeRawPointer? = nil) {
    let signal = at.load(as: UInt32.self)
    bytes = [UInt8](UnsafeRawBufferPointer(start: at, count: Self.usedSize))
    if signal == Self.systemCall || signal == Self.timeout {
      bytes.replaceSubrange(4..., with: repeatElement(0, count: Self.usedSize - 4))
    } else if let memory {
      self.memory = [UInt8](UnsafeRawBufferPointer(start: memory, count: Layout.memorySize))
    }
  }

  /// The same comparison where the bytes stand.
  static func areEqual(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer) -> Bool {
    let signal = a.load(as: UInt32.self)
    if signal == systemCall || signal == timeout { return signal == b.load(as: UInt32.self) }
    return memcmp(a, b, usedSize) == 0
  }

  func word(_ index: Int) -> UInt32 { bytes.withUnsafeBytes { $0.load(fromByteOffset: index * 4, as: UInt32.self) } }
  subscript(_ name: String) -> UInt32 { word(Self.wordNames.firstIndex(of: name)!) }
  mutating func clear(_ name: String, _ mask: UInt32 = .max) {
    let index = Self.wordNames.firstIndex(of: name)!
    withUnsafeBytes(of: word(index) & ~mask) { bytes.replaceSubrange(index * 4..<index * 4 + 4, with: $0) }
  }

  /// Whether only memory differs.
  func differsInMemoryOnly(from other: Output) -> Bool {
    var (mine, theirs) = (self, other)
    for name in ["data", "stack"] {
      mine.clear(name)
      theirs.clear(name)
    }
    (mine.memory, theirs.memory) = ([], [])
    return mine == theirs
  }

  /// A SIGTRAP with TRAP_BRKPT and the debug exception's vector is nothing else's.
  var isInt1: Bool { self["signal"] == 5 && self["code"] == 1 && self["vector"] == 1 }

  /// Whether only the place differs, and lies an instruction further on.
  func isBehind(_ native: Output) -> Bool {
    let length = self["eip"] &- native["eip"]
    guard (1...15).contains(length), self["address"] &- native["address"] == length else { return false }
    var (mine, theirs) = (self, native)
    for name in ["eip", "address"] {
      mine.clear(name)
      theirs.clear(name)
    }
    return mine == theirs
  }

  public var description: String {
    Self.wordNames.prefix(15).map { "\($0) \(String(self[$0], radix: 16))" }.joined(separator: " ")
  }

  /// Only what differs.
  func differences(from native: Output) -> String {
    var texts: [String] = []
    func note(_ name: String, _ mine: String, _ theirs: String) { if mine != theirs { texts.append("\(name) \(mine), natively \(theirs)") } }
    for name in Self.wordNames { note(name, String(self[name], radix: 16), String(native[name], radix: 16)) }
    func hex(_ output: Output, _ at: Int, _ count: Int) -> String {
      output.bytes[at..<at + count].reversed().map { String(Int($0) + 256, radix: 16).dropFirst() }.joined()
    }
    for index in 0..<8 { note("st\(index)", hex(self, 84 + index * 10, 10), hex(native, 84 + index * 10, 10)) }
    // A few are enough to tell what they belong to.
    for place in zip(memory, native.memory).enumerated().filter({ $1.0 != $1.1 }).map(\.offset).prefix(32) {
      let address = place < Layout.dataSize ? Layout.data + UInt32(place) : Layout.stack + UInt32(place - Layout.dataSize)
      note("[\(String(address, radix: 16))]", String(memory[place], radix: 16), String(native.memory[place], radix: 16))
    }
    for index in 0..<8 { note("xmm\(index)", hex(self, 164 + index * 16, 16), hex(native, 164 + index * 16, 16)) }
    return texts.joined(separator: "; ")
  }
}

/// xorshift64*, seeded by splitmix64: a case's number is its seed.
struct Random {
  private var state: UInt64

  init(seed: UInt64) {
    var z = seed &+ 0x9e37_79b9_7f4a_7c15
    z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
    state = (z ^ z >> 31) | 1
  }

  mutating func word() -> UInt32 {
    state ^= state >> 12
    state ^= state << 25
    state ^= state >> 27
    return UInt32(truncatingIfNeeded: (state &* 0x2545_f491_4f6c_dd1d) >> 32)
  }
  mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: word()) }
  mutating func below(_ count: Int) -> Int { Int(word() % UInt32(count)) }
  mutating func percent(_ chance: Int) -> Bool { below(100) < chance }
  mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }
}

/// What all cases begin with: a case's number alone brings it back.
enum Template {
  static func memory(_ size: Int, seed: UInt64) -> [UInt8] {
    var random = Random(seed: seed)
    var words: [UInt32] = []
    while words.count < size / 4 {
      switch random.below(20) {
      case 0..<8: words.append(random.word())
      case 8..<11: words.append(random.word() & 63)
      case 11..<14: words.append(Layout.data + random.word() & 0x1fff)
      case 14: words.append(Layout.code + random.word() & 0xfff)
      case 15: words.append(Float(Int32(truncatingIfNeeded: Int(random.word() & 0xffff) - 0x8000)).bitPattern)
      case 16: words.append(random.pick([0, 0x8000_0000, 0x7f80_0000, 0xff80_0000, 0x7fc0_0000, 0x7f80_0001, 1, 0x3f80_0000]))
      case 17: words.append(random.pick([0x23, 0x2b, 0x6b, 0x10, 0x202, 0x302, 0x240cd7, .max]))
      default:
        let bits = (Double(Int32(bitPattern: random.word())) / 1024).bitPattern
        words += [UInt32(truncatingIfNeeded: bits), UInt32(truncatingIfNeeded: bits >> 32)]
      }
    }
    return words.prefix(size / 4).withUnsafeBytes { [UInt8]($0) }
  }

  /// What stands on the first page of code: cases of their own.
  static var commonCode: [UInt8] {
    var bytes = [UInt8](repeating: 0xcc, count: 4096)
    for start in stride(from: 0, to: bytes.count, by: Layout.slotDistance) {
      let code = Generator.makeCase(1 << 62 + UInt64(start)).code.prefix(Layout.slot)
      bytes.replaceSubrange(start..<start + code.count, with: code)
    }
    return bytes
  }

  /// FXSAVE images: registers full and empty, all rounding modes, exceptions masked and not.
  static func fpu(_ index: Int) -> [UInt8] {
    var random = Random(seed: 0xf00 + UInt64(index))
    var image = [UInt8](repeating: 0, count: 512)
    func put(_ value: UInt32, _ count: Int, at offset: Int) {
      for byte in 0..<count { image[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt32(byte * 8)) }
    }
    let control: UInt32 = index < 6 ? 0x37f : 0x340 | random.word() & 0xc00 | random.word() & 0x300 | (index < 13 ? 0x3f : random.word() & 0x3f)
    put(control, 2, at: 0)
    put(random.word() & 0x7f00, 2, at: 2)
    image[4] = index == 0 ? 0 : index < 4 ? 0xff : random.byte()
    let mxcsr: UInt32 = index < 6 ? 0x1f80 : (random.word() & 0xe040) | (index < 13 ? 0x1f80 : random.word() & 0x1f80)
    put(mxcsr, 4, at: 24)
    for register in 0..<8 {
      let exponent: UInt32 =
        switch random.below(8) {
        case 0: 0
        case 1: 0x7fff
        case 2: random.word() & 0xffff
        default: 0x3fff - 8 + UInt32(random.below(24)) | random.word() & 0x8000
        }
      put(random.word(), 4, at: 32 + register * 16)
      // Not the encodings that no operation makes, mostly.
      let top = random.word() | (exponent & 0x7fff != 0 && !random.percent(5) ? 0x8000_0000 : 0)
      put(random.percent(20) ? 0x8000_0000 : top, 4, at: 36 + register * 16)
      put(exponent, 2, at: 40 + register * 16)
    }
    image.replaceSubrange(160..<288, with: memory(128, seed: 0xe00 + UInt64(index)))
    return image
  }
}
