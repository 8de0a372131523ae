internal import HeirloomABI

/// The sections of an ELF64 shared object (elf(5)). Nothing in the file is believed before it is checked.
struct ELFSections {
  private let bytes: [UInt8]
  private var ranges: [String: Range<Int>] = [:]

  var names: Dictionary<String, Range<Int>>.Keys { ranges.keys }

  subscript(name: String) -> ArraySlice<UInt8>? { ranges[name].map { bytes[$0] } }

  /// - Throws: with a message for `path`.
  init(_ bytes: [UInt8], path: String) throws(ModuleError) {
    self.bytes = bytes
    guard bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46]), let type = number(16, 2), let machine = number(18, 2) else {
      throw ModuleError(.ENOEXEC, "\(path): not an ELF file; a module is a shared object (gcc -shared -fPIC)")
    }
    let (class64, x86_64, sharedObject) = (2, 62, 3)
    guard number(4, 1) == class64, machine == x86_64 else {
      throw ModuleError(
        .ENOEXEC, "\(path): not an x86-64 shared object; modules are built for the host (without -m32), guests for i386")
    }
    guard type == sharedObject else {
      throw ModuleError(.ENOEXEC, "\(path): an ELF file, but not a shared object; link it with -shared")
    }
    guard readSections() else {
      throw ModuleError(.ENOEXEC, "\(path): damaged: its section headers do not fit into the file")
    }
  }

  private mutating func readSections() -> Bool {
    let headerSize = 64
    guard let table = number(40, 8), let size = number(58, 2), let count = number(60, 2), let names = number(62, 2),
      size >= headerSize, names < count, table <= bytes.count, size * count <= bytes.count - table,
      let nameTable = range(at: table + names * size)
    else { return false }
    for index in 0..<count {
      let header = table + index * size
      guard let name = number(header, 4), name < nameTable.count || name == 0, let range = range(at: header) else {
        return false
      }
      ranges[String(decoding: bytes[nameTable].dropFirst(name).prefix { $0 != 0 }, as: UTF8.self)] = range
    }
    return true
  }

  /// Where a section's bytes stand; nil where that is not in the file.
  private func range(at header: Int) -> Range<Int>? {
    guard let type = number(header + 4, 4), let offset = number(header + 24, 8), let length = number(header + 32, 8) else {
      return nil
    }
    let (null, noBits) = (0, 8)
    if type == null || type == noBits { return 0..<0 }
    guard offset <= bytes.count, length <= bytes.count - offset else { return nil }
    return offset..<offset + length
  }

  /// A little-endian number; nil where it is not in the file, or is larger than any file.
  private func number(_ offset: Int, _ size: Int) -> Int? {
    guard offset <= bytes.count - size else { return nil }
    let value = (0..<size).reduce(UInt64(0)) { $0 | UInt64(bytes[offset + $1]) << (8 * UInt64($1)) }
    return Int(exactly: value)
  }
}
