/// A case: what it begins with, and its instructions.
public struct Case {
  public let seed: UInt64
  public var input: Input
  public var instructions: [[UInt8]]

  /// All the bytes. The server's system call filter stops calls; but what they would do is no matter of the machine's.
  public var code: [UInt8] {
    var bytes = instructions.flatMap { $0 }
    for index in bytes.indices.dropLast() {
      let pair = (bytes[index], bytes[index + 1])
      if pair == (0x0f, 0x05) || pair == (0x0f, 0x34) || pair == (0xcd, 0x80) { bytes[index + 1] = 0x90 }
    }
    return bytes
  }
}

/// Makes a case out of its number: random registers, and a few random instructions that mostly do not fault.
struct Generator {
  private var random: Random
  /// Registers that hold addresses of data, and those with small numbers, to begin with.
  private var pointers: [UInt8] = []
  private var numbers: [UInt8] = []
  private var jumps: [Int] = []

  static func makeCase(_ seed: UInt64) -> Case {
    var generator = Generator(random: Random(seed: seed))
    return generator.make(seed)
  }

  private init(random: Random) { self.random = random }

  private mutating func make(_ seed: UInt64) -> Case {
    let input = makeInput()
    var instructions: [[UInt8]] = []
    let wanted = 1 + random.below(9)
    var size = 0
    while instructions.count < wanted {
      let instruction = makeInstruction()
      if size + instruction.count > Layout.slot - 18 { break }
      if isJump(instruction) { jumps.append(instructions.count) }
      instructions.append(instruction)
      size += instruction.count
    }
    aimJumps(&instructions)
    return Case(seed: seed, input: input, instructions: instructions)
  }

  // MARK: Registers

  private mutating func makeInput() -> Input {
    var registers = [UInt32](repeating: 0, count: 8)
    for index in 0..<8 where index != 4 {
      switch random.below(20) {
      case 0..<11:
        registers[index] = Layout.data + 0x800 + random.word() & 0xffc
        pointers.append(UInt8(index))
      case 11..<16:
        registers[index] = random.word() & 63
        numbers.append(UInt8(index))
      case 16: registers[index] = random.pick([Layout.readOnly + 64, Layout.nothing, Layout.data + 8192 - 8, Layout.data, 0xffff_fffc, 0xffff_fff3, 0, 0x8000_0000])
      case 17: registers[index] = Layout.data + 0x800 + random.word() & 0xfff
      default: registers[index] = random.word()
      }
    }
    registers[4] = Layout.stack + 0x400 + (random.word() & 0x7fc)
    if random.percent(2) { registers[4] = random.pick([0, 2, 8, 0xffff_fffe, Layout.stack, Layout.stack + 2, Layout.stack + 4090, Layout.nothing, random.word()]) }
    var flags = random.word() & 0x8d5 | 0x202
    if random.percent(8) { flags |= 0x400 }
    if random.percent(3) { flags |= random.pick([0x4_0000, 0x20_0000, 0x4000]) }
    return Input(
      registers: registers, eflags: flags, fpu: UInt32(random.percent(60) ? random.below(6) : random.below(Layout.fpuCount)),
      gs: random.percent(50) ? Layout.area : Layout.flatData, fs: Layout.area)
  }

  // MARK: Instructions

  private mutating func makeInstruction() -> [UInt8] {
    while true {
      if random.percent(7) { return snippet() }
      var prefixes: [UInt8] = []
      if random.percent(12) { prefixes.append(0x66) }
      if random.percent(14) { prefixes.append(random.percent(50) ? 0xf2 : 0xf3) }
      if random.percent(1) { prefixes.append(0xf0) }
      if random.percent(8) { prefixes.append(random.pick([0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x65, 0x65])) }
      if random.percent(4) { prefixes.append(0x67) }
      if random.percent(1) { prefixes.append(random.pick([0x66, 0xf2, 0xf3, 0x2e])) }
      prefixes.sort { _, _ in random.percent(50) }
      if let instruction = makeInstruction(prefixes) { return instruction }
    }
  }

  private mutating func makeInstruction(_ prefixes: [UInt8]) -> [UInt8]? {
    let has16 = prefixes.contains(0x66)
    let chance = random.below(100)
    let map: [UInt8] = chance < 50 ? [] : chance < 82 ? [0x0f] : chance < 91 ? [0x0f, 0x38] : [0x0f, 0x3a]
    let opcode = random.byte()
    if Self.isExcluded(map, opcode) || Self.isUnused(map, opcode) && !random.percent(3) { return nil }
    // Most of the newer opcodes need the prefix.
    let needed: [UInt8] = map.count == 2 && !has16 && random.percent(70) ? [0x66] : []
    var bytes = prefixes + needed + map + [opcode]
    var reg: UInt8 = 0
    if Self.hasModRM(map, opcode) {
      var modrm = random.byte()
      if random.percent(45) { modrm |= 0xc0 }
      if Self.isExcluded(map, opcode, modrm) { return nil }
      reg = modrm >> 3 & 7
      bytes += modrm >= 0xc0 ? [modrm] : memory(reg, is16: prefixes.contains(0x67), hasSegment: prefixes.contains(0x65) || prefixes.contains(0x64))
    }
    bytes += immediate(map, opcode, reg, has16, prefixes)
    return bytes.count <= 17 ? bytes : nil
  }

  /// ModRM, SIB and displacement of a memory operand that is mostly there.
  private mutating func memory(_ reg: UInt8, is16: Bool, hasSegment: Bool) -> [UInt8] {
    let field = reg << 3
    if is16 {
      let modrm = random.byte() & 0xc7 & (random.percent(80) ? 0x7f : 0xff)
      return [modrm >= 0xc0 ? modrm & 0x7f | field : modrm | field, random.byte(), random.byte()].prefix(modrm & 0xc0 == 0x80 || modrm & 0xc7 == 6 ? 3 : modrm & 0xc0 == 0x40 ? 2 : 1).map { $0 }
    }
    let offset = random.percent(93) ? random.word() & 0xff0 | (random.percent(30) ? random.word() & 15 : 0) : random.word() & 0x3fff
    if hasSegment && random.percent(60) || random.percent(20) {
      let base = hasSegment ? (random.percent(70) ? 0 : Layout.data) : Layout.data
      return [5 | field] + word(base + offset)
    }
    if random.percent(12) {
      // By esp.
      return random.percent(50) ? [0x44 | field, 0x24, random.byte() & 0xfc] : [0x04 | field, 0x24]
    }
    let base = pointers.isEmpty || random.percent(5) ? random.byte() & 7 : random.pick(pointers)
    if !numbers.isEmpty && random.percent(25) {
      let sib = random.byte() & 0xc0 | random.pick(numbers) << 3 | base
      if base == 5 { return [0x44 | field, sib, random.byte()] }
      return random.percent(60) ? [4 | field, sib] : [0x44 | field, sib, random.byte()]
    }
    if random.percent(5) { return [random.byte() & 0x87 | 4 | field & 0x38, random.byte()] + word(random.word()) }
    if base == 4 { return [0x44 | field, 0x24, random.byte()] }
    switch random.below(10) {
    case 0..<4: return base == 5 ? [0x45 | field, 0] : [base | field]
    case 4..<8: return [0x40 | field | base, random.byte()]
    default: return [0x80 | field | base] + word(random.word() & 0x3ff &- 0x200)
    }
  }

  private func word(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value) { [UInt8]($0) } }

  private mutating func immediate(_ map: [UInt8], _ opcode: UInt8, _ reg: UInt8, _ has16: Bool, _ prefixes: [UInt8]) -> [UInt8] {
    let wide = has16 ? 2 : 4
    var count = 0
    if map.isEmpty {
      switch opcode {
      case 0x00...0x3f where opcode & 7 == 4: count = 1
      case 0x00...0x3f where opcode & 7 == 5: count = wide
      case 0x68, 0x69, 0x81, 0xa9, 0xc7, 0xb8...0xbf, 0xe8, 0xe9: count = wide
      case 0x6a, 0x6b, 0x70...0x80, 0x82, 0x83, 0xa8, 0xb0...0xb7, 0xc0, 0xc1, 0xc6, 0xcd, 0xd4, 0xd5, 0xe0...0xe7, 0xeb: count = 1
      case 0xa0...0xa3:
        if prefixes.contains(0x67) { return [random.byte(), random.byte() & 0x1f] }
        return word((prefixes.contains(0x65) || prefixes.contains(0x64) ? 0 : Layout.data) + random.word() & 0x1ff0)
      case 0xc2, 0xca: return [random.byte() & 0x3c, 0]
      case 0xc8: return [random.byte() & 0x7c, 0, random.percent(70) ? 0 : random.byte() & 0xe7]
      case 0xf6: count = reg < 2 ? 1 : 0
      case 0xf7: count = reg < 2 ? wide : 0
      default: break
      }
    } else if map == [0x0f] {
      switch opcode {
      case 0x70...0x73, 0xa4, 0xac, 0xba, 0xc2, 0xc4...0xc6: count = 1
      case 0x78: count = has16 || prefixes.contains(0xf2) ? 2 : 0
      case 0x80...0x8f: count = wide
      default: break
      }
    } else if map == [0x0f, 0x3a] {
      count = 1
    }
    let value = random.percent(60) ? random.word() & 63 : random.word()
    return Array(word(value).prefix(count))
  }

  /// Sequences that random bytes hardly make.
  private mutating func snippet() -> [UInt8] {
    let a = random.byte() & 7
    switch random.below(16) {
    case 0: return [0x9c, 0x81, 0x0c, 0x24, 0, 1, 0, 0, 0x9d]  // pushf; or dword [esp], TF; popf
    case 1: return [0x68] + word(random.word() & 0x24_4cd5 | 0x202) + [0x9d]  // push flags; popf
    case 2: return [0x68] + word(random.pick([0x1f80, 0x1f00, 0x9fc0, 0x3f80, 0x7f80, random.word() & 0xffff])) + [0x0f, 0xae, 0x14, 0x24]  // ldmxcsr
    case 3: return [0x68] + word(random.word() & 0xf3f | 0x40) + [0xd9, 0x2c, 0x24]  // fldcw
    case 4: return [0x6a, random.byte() & 31, 0x59]  // push n; pop ecx
    case 5: return [0xb9] + word(random.word() & 31) + [random.pick([0xf2, 0xf3]), random.pick([0xa4, 0xa5, 0xa6, 0xa7, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf])]
    case 6: return [0xbe] + word(Layout.data + random.word() & 0x1fff) + [0xbf] + word(Layout.data + random.word() & 0x1fff)
    case 7: return [0xb8 | a] + word(random.word())
    case 8: return [0x66, 0xb8] + word(random.pick([0x2b, 0x6b, 0x10, 0x28, 0x1234, 0x73])).prefix(2) + [0x8e, random.pick([0xe0, 0xe8])]
    case 9: return [0x6a, random.pick([0x23, 0x20, 0x2b, 0x10]), 0xe8, 0, 0, 0, 0, 0x83, 0x04, 0x24, 5, 0xcb]  // push cs; call +0; add [esp], 5; retf
    case 10: return [0x9c, 0x6a, 0x23, 0xe8, 0, 0, 0, 0, 0x83, 0x04, 0x24, 5, 0xcf]  // pushf; push cs; call +0; add [esp], 5; iret
    case 11: return [0x0f, 0x77]
    case 12: return [0xdb, 0xe3]
    case 13: return [0xd9, random.pick([0xe8, 0xee, 0xeb])]
    case 14: return [0xe8, 0, 0, 0, 0, 0x58 | (a == 4 ? 0 : a)]
    default: return [0x50 | a, 0x58 | random.byte() & 7]
    }
  }

  // MARK: Jumps

  private func isJump(_ bytes: [UInt8]) -> Bool {
    var at = 0
    while at < bytes.count - 1, [0x66, 0x67, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0xf0, 0xf2, 0xf3].contains(bytes[at]) { at += 1 }
    if bytes[at] == 0x0f { return bytes[at + 1] & 0xf0 == 0x80 }
    switch bytes[at] {
    case 0x70...0x7f, 0xe0...0xe3, 0xeb, 0xe8, 0xe9: return bytes != [0xe8, 0, 0, 0, 0] && !(bytes.count > 5 && bytes[at] == 0xe8)
    default: return false
    }
  }

  /// Relative jumps go to an instruction of the case, mostly a later one; some into the middle of one.
  private mutating func aimJumps(_ instructions: inout [[UInt8]]) {
    var starts = [0]
    for instruction in instructions { starts.append(starts[starts.count - 1] + instruction.count) }
    for index in jumps where !random.percent(1) {
      let backward = random.percent(1)
      var target = backward ? starts[random.below(index + 1)] : starts[index + 1 + random.below(starts.count - index - 1)]
      if random.percent(8) { target = random.below(starts[starts.count - 1] + 1) }
      let distance = target - starts[index + 1]
      let wide = instructions[index].contains(0x66) ? 2 : 4
      var bytes = instructions[index]
      let isShort = !(bytes.contains(0xe8) || bytes.contains(0xe9) || bytes.dropLast().contains(0x0f))
      let field = isShort ? 1 : wide
      let value = withUnsafeBytes(of: Int32(distance)) { Array($0.prefix(field)) }
      if bytes.count > field { bytes.replaceSubrange(bytes.count - field..<bytes.count, with: value) }
      instructions[index] = bytes
    }
  }

  // MARK: What is left out

  static func hasModRM(_ map: [UInt8], _ opcode: UInt8) -> Bool {
    if map.count == 2 { return true }
    if map.isEmpty {
      switch opcode {
      case 0x00...0x3f: return opcode & 7 < 4
      case 0x62, 0x63, 0x69, 0x6b, 0x80...0x8f, 0xc0, 0xc1, 0xc4...0xc7, 0xd0...0xd3, 0xd8...0xdf, 0xf6, 0xf7, 0xfe, 0xff: return true
      default: return false
      }
    }
    switch opcode {
    case 0x04...0x0c, 0x0e, 0x30...0x37, 0x77, 0x80...0x8f, 0xa0...0xa2, 0xa8...0xaa, 0xc8...0xcf: return false
    default: return true
    }
  }

  /// Prefixes; system calls; time, random numbers and the processor's number; cpuid, whose answers are masked; far jumps of
  /// random selectors.
  private static func isExcluded(_ map: [UInt8], _ opcode: UInt8) -> Bool {
    switch map {
    case []: [0x0f, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x9a, 0xea, 0xca, 0xcb, 0xcf, 0x07, 0x17, 0x1f].contains(opcode)
    case [0x0f]: [0x05, 0x34, 0x31, 0xa2, 0x38, 0x3a, 0xa1, 0xa9, 0x33].contains(opcode)
    default: false
    }
  }

  /// What is #UD or #GP whatever follows; some of it is let through.
  private static func isUnused(_ map: [UInt8], _ opcode: UInt8) -> Bool {
    switch map {
    case []: return [0x6c, 0x6d, 0x6e, 0x6f, 0xcd, 0xce, 0xe4, 0xe5, 0xe6, 0xe7, 0xec, 0xed, 0xee, 0xef, 0xf1, 0xf4, 0xfa, 0xfb, 0xcc].contains(opcode)
    case [0x0f]:
      switch opcode {
      case 0x04...0x0c, 0x0e...0x0f, 0x20...0x27, 0x30...0x3f, 0x7a...0x7b, 0xa6...0xa7, 0xaa, 0xb9, 0xff: return true
      default: return false
      }
    case [0x0f, 0x38]:
      switch opcode {
      case 0x00...0x0b, 0x10, 0x14...0x15, 0x17, 0x1c...0x1e, 0x20...0x25, 0x28...0x2b, 0x30...0x35, 0x37...0x41, 0xc8...0xcd,
        0xdb...0xdf, 0xf0...0xf1, 0xf6: return false
      default: return true
      }
    default:
      switch opcode {
      case 0x08...0x0f, 0x14...0x17, 0x20...0x22, 0x40...0x42, 0x44, 0x60...0x63, 0xcc, 0xdf: return false
      default: return true
      }
    }
  }

  private static func isExcluded(_ map: [UInt8], _ opcode: UInt8, _ modrm: UInt8) -> Bool {
    let reg = modrm >> 3 & 7
    let isRegisterForm = modrm >= 0xc0
    if map.isEmpty {
      switch opcode {
      // VEX, EVEX, XOP; lds and les, after which ds and es may be null
      case 0x62: return isRegisterForm
      case 0xc4, 0xc5: return true
      case 0x8f: return reg != 0
      // loads of segment registers come with known selectors
      case 0x8e: return true
      case 0xff: return reg == 3 || reg == 5
      // xbegin
      case 0xc6, 0xc7: return modrm >= 0xf8
      default: return false
      }
    }
    if map == [0x0f] {
      switch opcode {
      // rdtscp; xgetbv, vmmcall and others that are not announced
      case 0x01: return isRegisterForm && (modrm < 0xe0 || modrm >= 0xf8 || reg == 5)
      // rdrand, rdseed, rdpid; xsave and its kin
      case 0xc7: return isRegisterForm && reg >= 6 || !isRegisterForm && reg != 1
      case 0xae: return !isRegisterForm && reg >= 4 && reg < 7 || isRegisterForm && reg < 5
      case 0xb2, 0xb4, 0xb5: return true
      default: return false
      }
    }
    return false
  }
}
