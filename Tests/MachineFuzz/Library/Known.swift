/// Differences that are meant, each with its reason.
enum Known {
  static func reason(_ piece: Case, _ mine: Output, _ native: Output, _ segments: (es: UInt32, ds: UInt32)) -> String? {
    if mine["signal"] == Output.timeout || native["signal"] == Output.timeout { return "one has run out of time, of milliseconds" }
    for segment in [segments.es, segments.ds] where native["signal"] != Output.systemCall && segment & ~3 != Layout.flatData & ~3 {
      // The code segment may be read.
      if segment & ~3 == 0x20, native["vector"] != 13 { continue }
      return "ds and es are flat whatever they hold"
    }
    let ending = instruction(piece, at: native["eip"])
    if ending.starts(with: [0x0f, 0xf7]), mine["eip"] == native["eip"], piece.input.registers[7] > 0xffff_ffe0 {
      return "maskmov at the end of the address space: the processor looks at the bytes that it writes"
    }
    if piece.loadsNotes, piece.storesNotes, mine.differsInMemoryOnly(from: native) {
      return "the address of an FPU instruction that the guest has made up lies in the code cache, and is not told"
    }
    if let reason = reason(inBatch: [mine], alone: native) ?? reason(inBatch: [native], alone: mine) { return reason }
    let refusing = instruction(piece, at: mine["eip"])
    // pop ss, or a mov, of a thread area's selector
    if mine["vector"] == 13, [0x60, 0x68].contains(mine["error"]), refusing.first == 0x17 || refusing.starts(with: [0x8e]) {
      return "a segment that begins elsewhere cannot be loaded into ss, ds or es"
    }
    if mine["vector"] == 13, mine["error"] == 0x30 { return "64-bit code's segment is refused" }
    if native.isInt1, mine.isBehind(native) { return "a hypervisor reports int1 as a fault; the processor, as a trap" }
    if mine["signal"] == 4, let reason = refused(refusing) { return reason }
    let system = instruction(piece, at: native["eip"])
    if native["vector"] == 13, system.first == 0x0f, system.count > 2, system[1] < 2, mine["eip"] != native["eip"] || mine["vector"] != 13 {
      return "Linux does not carry out sldt, sgdt and their kin with a segment prefix"
    }
    return nil
  }

  /// A case has ended otherwise among others than alone, on one side or on both.
  ///
  /// - Parameter alone: what it came to on both sides.
  static func reason(inBatch: [Output], alone: Output) -> String? {
    if inBatch.allSatisfy({ $0 == alone || StoredNotes.areLost($0, kept: alone) }) {
      return "one was preempted, which loses the notes of the FPU's last instruction: they are stored as 0"
    }
    return nil
  }

  /// The bytes at an address in the case's code, without prefixes.
  private static func instruction(_ piece: Case, at eip: UInt32) -> [UInt8] {
    let offset = Int(eip) - Int(Layout.address(ofPlace: Layout.place(ofCase: piece.seed)))
    guard offset >= 0, offset < Layout.slot else { return [] }
    let bytes = piece.code.dropFirst(offset)
    return Array(bytes.drop { [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3].contains($0) }) + [0xcc, 0xcc, 0xcc]
  }

  /// What cpuid does not announce to guests, so that they get SIGILL.
  private static func refused(_ bytes: [UInt8]) -> String? {
    guard bytes.count > 3 else { return nil }
    switch (bytes[0], bytes[1]) {
    case (0x62, 0xc0...0xff), (0xc4, 0xc0...0xff), (0xc5, 0xc0...0xff): return "AVX and what else is VEX-encoded is not announced"
    case (0x8f, _): return "XOP is not announced"
    case (0x0f, 0xae), (0x0f, 0xc7): return "xsave and its kin are not announced"
    case (0x0f, 0x01): return "xgetbv, the hypervisor's calls, rdpru and protection keys are not announced"
    case (0x0f, 0x05), (0x0f, 0x34): return "system calls are made by int 0x80"
    default: return nil
    }
  }
}

extension Case {
  private func contains(_ opcodes: [(UInt8, reg: UInt8)]) -> Bool {
    zip(code, code.dropFirst()).contains { byte, modrm in
      modrm < 0xc0 && opcodes.contains { $0.0 == byte && $0.reg == modrm >> 3 & 7 }
    }
  }
  /// frstor, fldenv, fxrstor; fnsave, fnstenv, fxsave.
  fileprivate var loadsNotes: Bool { contains([(0xdd, 4), (0xd9, 4), (0xae, 1)]) }
  fileprivate var storesNotes: Bool { contains([(0xdd, 6), (0xd9, 6), (0xae, 0)]) }

  /// A place for the memory of each case that stores notes.
  static func memorySlots(_ cases: [Case]) -> [Int?] {
    var count = 0
    return cases.map { piece in
      guard piece.storesNotes else { return nil }
      count += 1
      return count - 1
    }
  }
}
