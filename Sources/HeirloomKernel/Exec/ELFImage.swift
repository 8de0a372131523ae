internal import HeirloomABI
internal import HeirloomMachine

/// What execve needs to know of an i386 ELF file (elf(5)).
struct ELFImage {
  struct Segment {
    let address, offset, fileSize, memorySize: UInt32
    let protection: Protection

    /// - Parameter at: where its program header stands in the table of them.
    fileprivate init(_ table: [UInt8], at: Int) {
      (offset, address) = (table.word(at: at + 4), table.word(at: at + 8))
      (fileSize, memorySize) = (table.word(at: at + 16), table.word(at: at + 20))
      let flags = table.word(at: at + 24)
      var protection: Protection = []
      if flags & 4 != 0 { protection.insert(.read) }
      if flags & 2 != 0 { protection.insert(.write) }
      if flags & 1 != 0 { protection.insert(.execute) }
      self.protection = protection
    }
  }

  let entry: UInt32
  /// ET_DYN: its addresses are relative to where it is put.
  let isRelocatable: Bool
  let programHeaderOffset: UInt32
  let programHeaderCount: UInt32
  let segments: [Segment]
  /// PT_INTERP.
  let interpreter: String?
  /// PT_GNU_STACK asks for an executable stack, or is missing, which means the same.
  let hasExecutableStack: Bool
  /// PT_NOTE.
  let notes: [Segment]
  /// The table of section headers; none: 0.
  let sectionOffset: UInt32
  let sectionCount: Int

  enum Problem: Error {
    case notELF, is64Bit, otherMachine, notExecutable
  }

  /// - Parameter header: the file's first bytes, at least 52 of them.
  static func check(_ header: [UInt8]) throws(Problem) {
    guard header.count >= 52, header[0...3] == [0x7f, 0x45, 0x4c, 0x46] else { throw .notELF }
    guard header[4] == 1 else { throw .is64Bit }
    guard header[5] == 1, header.half(at: 18) == 3 else { throw .otherMachine }
    guard header.half(at: 16) == 2 || header.half(at: 16) == 3 else { throw .notExecutable }
  }

  /// Reads the image's headers from an open file.
  /// - Throws: ENOEXEC for what is no i386 program; what reading the file answers.
  init(descriptor: Int32, header: [UInt8]) throws(Errno) {
    do throws(Problem) { try Self.check(header) } catch { throw .ENOEXEC }
    isRelocatable = header.half(at: 16) == 3
    entry = header.word(at: 24)
    programHeaderOffset = header.word(at: 28)
    programHeaderCount = UInt32(header.half(at: 44))
    guard header.half(at: 42) == 32, (1...64).contains(programHeaderCount) else { throw .ENOEXEC }
    let table = try HostFile.read(
      descriptor, count: Int(programHeaderCount) * 32, at: UInt64(programHeaderOffset))
    guard table.count == Int(programHeaderCount) * 32 else { throw .ENOEXEC }
    var segments: [Segment] = []
    var interpreter: String?
    var executableStack = true
    var notes: [Segment] = []
    for index in 0..<Int(programHeaderCount) {
      let at = index * 32
      switch table.word(at: at) {
      case 1:
        let segment = Segment(table, at: at)
        guard segment.fileSize <= segment.memorySize, segment.address % 4096 == segment.offset % 4096,
          UInt64(segment.address) + UInt64(segment.memorySize) <= Layout.taskSize
        else { throw .ENOEXEC }
        if segment.memorySize > 0 { segments.append(segment) }
      case 3:
        let size = Int(table.word(at: at + 16))
        guard (2...4096).contains(size) else { throw .ENOEXEC }
        let name = try HostFile.read(descriptor, count: size, at: UInt64(table.word(at: at + 4)))
        guard name.count == size, name.last == 0 else { throw .ENOEXEC }
        interpreter = String(decoding: name.dropLast(), as: UTF8.self)
      case 4: notes.append(Segment(table, at: at))
      case 0x6474_e551:
        executableStack = table.word(at: at + 24) & 1 != 0
      default: break
      }
    }
    guard !segments.isEmpty else { throw .ENOEXEC }
    self.segments = segments
    self.interpreter = interpreter
    hasExecutableStack = executableStack
    self.notes = notes
    sectionOffset = header.word(at: 32)
    let count = Int(header.half(at: 48))
    sectionCount = header.half(at: 46) == ELFSection.headerSize && count <= 4096 ? count : 0
  }

  /// First and last address that the segments take, in whole pages.
  var extent: PageRange {
    let start = segments.map(\.address).min() ?? 0
    let end = segments.map { UInt64($0.address) + UInt64($0.memorySize) }.max() ?? 0
    return PageRange(Layout.pageDown(UInt64(start)), Layout.pageUp(end))
  }

  /// Where the program headers stand in memory, before relocation: AT_PHDR.
  var programHeaderAddress: UInt32 {
    for segment in segments
    where programHeaderOffset >= segment.offset && programHeaderOffset < segment.offset &+ segment.fileSize {
      return segment.address &+ (programHeaderOffset &- segment.offset)
    }
    return 0
  }
}

extension [UInt8] {
  func half(at offset: Int) -> UInt16 { UInt16(self[offset]) | UInt16(self[offset + 1]) << 8 }
  func word(at offset: Int) -> UInt32 { UInt32(half(at: offset)) | UInt32(half(at: offset + 2)) << 16 }
}
