/// What the translator has to know of an opcode. An opcode without `.valid` raises the guest's SIGILL.
struct OpcodeAttributes: OptionSet {
  let rawValue: UInt16
  @inline(__always) init(rawValue: UInt16) { self.rawValue = rawValue }
  static let valid = OpcodeAttributes(rawValue: 0x01)
  static let modrm = OpcodeAttributes(rawValue: 0x02)
  static let byteImmediate = OpcodeAttributes(rawValue: 0x04)
  /// Two or four bytes, by operand size.
  static let immediate = OpcodeAttributes(rawValue: 0x08)
  /// Not emitted as it is: a case of the translator's own.
  static let special = OpcodeAttributes(rawValue: 0x10)
  /// The reg field names a general register of 16 or 32 bits, or of 8 bits.
  static let regGeneral = OpcodeAttributes(rawValue: 0x20)
  static let regByte = OpcodeAttributes(rawValue: 0x40)
  /// The same of the rm field in its register form.
  static let rmGeneral = OpcodeAttributes(rawValue: 0x80)
  static let rmByte = OpcodeAttributes(rawValue: 0x100)
  static let prefix = OpcodeAttributes(rawValue: 0x200)
  /// Only with a memory operand, only with a register.
  static let memoryOnly = OpcodeAttributes(rawValue: 0x400)
  static let registerOnly = OpcodeAttributes(rawValue: 0x800)
  /// Only with 0 in the reg field: others are TSX's.
  static let firstOfGroup = OpcodeAttributes(rawValue: 0x1000)
}

/// The opcode tables: 256 entries for each of the four maps.
///
/// They are a list of what is known to be safe: an opcode that nobody has put in is the guest's SIGILL. What user mode must
/// not run natively is never put in, and the instructions that mean something else in 64-bit mode are `.special`.
enum OpcodeTable {
  nonisolated(unsafe) static let entries: UnsafeMutablePointer<OpcodeAttributes> = {
    let table = UnsafeMutablePointer<OpcodeAttributes>.allocate(capacity: 1024)
    table.initialize(repeating: [], count: 1024)
    fillOneByte(table)
    fillTwoByte(table + 256)
    fillThree38(table + 512)
    fillThree3A(table + 768)
    return table
  }()

  private typealias Table = UnsafeMutablePointer<OpcodeAttributes>

  private static func set(_ table: Table, _ opcodes: [ClosedRange<Int>], _ attributes: OpcodeAttributes) {
    for range in opcodes { for opcode in range { table[opcode] = attributes.union(.valid) } }
  }

  private static func fillOneByte(_ t: Table) {
    for row in 0..<8 {
      let first = row * 8
      set(t, [first...first], [.modrm, .regByte, .rmByte])
      set(t, [first + 1...first + 1], [.modrm, .regGeneral, .rmGeneral])
      set(t, [first + 2...first + 2], [.modrm, .regByte, .rmByte])
      set(t, [first + 3...first + 3], [.modrm, .regGeneral, .rmGeneral])
      set(t, [first + 4...first + 4], .byteImmediate)
      set(t, [first + 5...first + 5], .immediate)
    }
    // push and pop of es, ss, ds; push of cs
    set(t, [0x06...0x07, 0x0e...0x0e, 0x16...0x17, 0x1e...0x1f], .special)
    set(t, [0x26...0x26, 0x2e...0x2e, 0x36...0x36, 0x3e...0x3e, 0x64...0x67, 0xf0...0xf0, 0xf2...0xf3], .prefix)
    // daa das aaa aas
    set(t, [0x27...0x27, 0x2f...0x2f, 0x37...0x37, 0x3f...0x3f], .special)
    // inc dec push pop pusha popa
    set(t, [0x40...0x61], .special)
    // bound and arpl; with a register bound is EVEX's escape
    set(t, [0x62...0x62], [.modrm, .special, .memoryOnly])
    set(t, [0x63...0x63], [.modrm, .special])
    set(t, [0x68...0x68], [.special, .immediate])
    set(t, [0x69...0x69], [.modrm, .immediate, .regGeneral, .rmGeneral])
    set(t, [0x6a...0x6a], [.special, .byteImmediate])
    set(t, [0x6b...0x6b], [.modrm, .byteImmediate, .regGeneral, .rmGeneral])
    // ins, outs: never natively
    set(t, [0x6c...0x6f], .special)
    set(t, [0x70...0x7f], [.special, .byteImmediate])
    set(t, [0x80...0x80, 0x82...0x82], [.modrm, .byteImmediate, .rmByte])
    set(t, [0x81...0x81], [.modrm, .immediate, .rmGeneral])
    set(t, [0x83...0x83], [.modrm, .byteImmediate, .rmGeneral])
    set(t, [0x84...0x84, 0x86...0x86, 0x88...0x88, 0x8a...0x8a], [.modrm, .regByte, .rmByte])
    set(t, [0x85...0x85, 0x87...0x87, 0x89...0x89, 0x8b...0x8b], [.modrm, .regGeneral, .rmGeneral])
    // mov to and from segment registers, lea, pop to memory
    set(t, [0x8c...0x8f], [.modrm, .special])
    set(t, [0x90...0x90, 0x98...0x99, 0x9b...0x9b, 0x9e...0x9f], [])
    set(t, [0x91...0x97, 0x9c...0x9d], .special)
    set(t, [0x9a...0x9a], .special)
    set(t, [0xa0...0xa7, 0xaa...0xaf], .special)
    set(t, [0xa8...0xa8], .byteImmediate)
    set(t, [0xa9...0xa9], .immediate)
    set(t, [0xb0...0xb7], .byteImmediate)
    set(t, [0xb8...0xbf], [.special, .immediate])
    set(t, [0xc0...0xc0], [.modrm, .byteImmediate, .rmByte])
    set(t, [0xc1...0xc1], [.modrm, .byteImmediate, .rmGeneral])
    set(t, [0xc2...0xc3, 0xc8...0xcc, 0xce...0xcf], .special)
    // les, lds; with a register they are VEX's escapes
    set(t, [0xc4...0xc5], [.modrm, .special, .memoryOnly])
    set(t, [0xcd...0xcd], [.special, .byteImmediate])
    set(t, [0xc6...0xc6], [.modrm, .byteImmediate, .rmByte, .firstOfGroup])
    set(t, [0xc7...0xc7], [.modrm, .immediate, .rmGeneral, .firstOfGroup])
    set(t, [0xd0...0xd0, 0xd2...0xd2], [.modrm, .rmByte])
    set(t, [0xd1...0xd1, 0xd3...0xd3], [.modrm, .rmGeneral])
    // aam, aad
    set(t, [0xd4...0xd5], [.special, .byteImmediate])
    set(t, [0xd6...0xd7], .special)
    set(t, [0xd8...0xdf], .modrm)
    // fnstenv and fnsave are among them
    set(t, [0xd9...0xd9, 0xdd...0xdd], [.modrm, .special])
    set(t, [0xe0...0xe3, 0xeb...0xeb], [.special, .byteImmediate])
    // in, out, far jumps, hlt, cli, sti: never natively
    set(t, [0xe4...0xe7], [.special, .byteImmediate])
    set(t, [0xea...0xea, 0xec...0xef, 0xf1...0xf1, 0xf4...0xf4, 0xfa...0xfb], .special)
    set(t, [0xe8...0xe9], [.special, .immediate])
    set(t, [0xf5...0xf5, 0xf8...0xf9, 0xfc...0xfc], [])
    set(t, [0xfd...0xfd], .special)
    set(t, [0xf6...0xf6], [.modrm, .rmByte])
    set(t, [0xf7...0xf7], [.modrm, .rmGeneral])
    set(t, [0xfe...0xfe], [.modrm, .special])
    set(t, [0xff...0xff], [.modrm, .special])
  }

  private static func fillTwoByte(_ t: Table) {
    // sldt, sgdt, smsw, lar, lsl and their kin
    set(t, [0x00...0x03], [.modrm, .special])
    // Never natively.
    set(t, [0x20...0x23], [.modrm, .special])
    set(t, [0x06...0x09, 0x30...0x30, 0x32...0x33, 0x35...0x35], .special)
    set(t, [0x0d...0x0d], [.modrm, .memoryOnly])
    set(t, [0x10...0x12, 0x14...0x16, 0x28...0x29, 0x2e...0x2f], .modrm)
    set(t, [0x13...0x13, 0x17...0x17, 0x2b...0x2b], [.modrm, .memoryOnly])
    // prefetch and hinted no-operations
    set(t, [0x18...0x1f], [.modrm, .special])
    set(t, [0x2a...0x2a, 0x2c...0x2d], [.modrm, .special])
    set(t, [0x31...0x31], [])
    set(t, [0x40...0x4f], [.modrm, .regGeneral, .rmGeneral])
    set(t, [0x50...0x50, 0xd7...0xd7], [.modrm, .regGeneral, .registerOnly])
    set(t, [0x51...0x6d, 0x6f...0x6f, 0x74...0x76, 0x7c...0x7d, 0x7f...0x7f], .modrm)
    set(t, [0x6e...0x6e], [.modrm, .rmGeneral])
    set(t, [0x70...0x70], [.modrm, .byteImmediate])
    set(t, [0x71...0x73], [.modrm, .byteImmediate, .registerOnly])
    set(t, [0x77...0x77], [])
    set(t, [0x7e...0x7e], [.modrm, .special])
    set(t, [0x80...0x8f], [.special, .immediate])
    set(t, [0x90...0x9f], [.modrm, .rmByte])
    set(t, [0xa0...0xa2, 0xa8...0xa9], .special)
    set(t, [0xa3...0xa3, 0xab...0xab, 0xaf...0xaf, 0xb1...0xb1, 0xb3...0xb3, 0xbb...0xbd, 0xc1...0xc1],
      [.modrm, .regGeneral, .rmGeneral])
    set(t, [0xa4...0xa4, 0xac...0xac], [.modrm, .byteImmediate, .regGeneral, .rmGeneral])
    set(t, [0xa5...0xa5, 0xad...0xad], [.modrm, .regGeneral, .rmGeneral])
    set(t, [0xae...0xae, 0xc7...0xc7], [.modrm, .special])
    // extrq, insertq
    set(t, [0x78...0x79], [.modrm, .special])
    set(t, [0xb0...0xb0, 0xc0...0xc0], [.modrm, .regByte, .rmByte])
    // lss, lfs, lgs
    set(t, [0xb2...0xb2, 0xb4...0xb5], [.modrm, .special, .memoryOnly])
    set(t, [0xb6...0xb6, 0xbe...0xbe], [.modrm, .regGeneral, .rmByte])
    set(t, [0xb7...0xb7, 0xbf...0xbf], [.modrm, .regGeneral, .rmGeneral])
    // popcnt, with F3 only
    set(t, [0xb8...0xb8], [.modrm, .special])
    set(t, [0xba...0xba], [.modrm, .byteImmediate, .rmGeneral])
    set(t, [0xc2...0xc2, 0xc6...0xc6], [.modrm, .byteImmediate])
    set(t, [0xc3...0xc3], [.modrm, .regGeneral, .memoryOnly])
    set(t, [0xc4...0xc4], [.modrm, .byteImmediate, .rmGeneral])
    set(t, [0xc5...0xc5], [.modrm, .byteImmediate, .regGeneral, .registerOnly])
    set(t, [0xc8...0xcf], .special)
    set(t, [0xd0...0xd6, 0xd8...0xe6, 0xe8...0xef, 0xf1...0xf6, 0xf8...0xfe], .modrm)
    set(t, [0xe7...0xe7, 0xf0...0xf0], [.modrm, .memoryOnly])
    set(t, [0xf7...0xf7], [.modrm, .special])
  }

  private static func fillThree38(_ t: Table) {
    set(t, [0x00...0x0b, 0x10...0x10, 0x14...0x15, 0x17...0x17, 0x1c...0x1e, 0x20...0x25, 0x28...0x29, 0x2b...0x2b,
      0x30...0x35, 0x37...0x41, 0xc8...0xcd, 0xdb...0xdf], .modrm)
    set(t, [0x2a...0x2a], [.modrm, .memoryOnly])
    // invpcid: never natively
    set(t, [0x82...0x82], [.modrm, .special])
    // movbe, crc32; adcx, adox
    set(t, [0xf0...0xf1, 0xf6...0xf6], [.modrm, .special])
  }

  private static func fillThree3A(_ t: Table) {
    set(t, [0x08...0x0f, 0x21...0x21, 0x40...0x42, 0x44...0x44, 0x60...0x63, 0xcc...0xcc, 0xdf...0xdf],
      [.modrm, .byteImmediate])
    set(t, [0x14...0x17, 0x20...0x20, 0x22...0x22], [.modrm, .byteImmediate, .rmGeneral])
  }
}
