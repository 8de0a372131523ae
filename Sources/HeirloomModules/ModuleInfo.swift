internal import CHeirloom
internal import Glibc

/// What a module file says of itself in its `.modinfo` section, read before anything of it runs.
public struct ModuleInfo: Sendable, Equatable {
  public struct Parameter: Sendable, Equatable {
    public let name: String
    /// int, uint, long, ulong, bool or charp.
    public let type: String
    public let description: String
  }

  public let path: String
  public let name: String
  public let abi: Int
  public let license, description, author, version: String?
  public let parameters: [Parameter]
  /// It carries the metadata of a full Swift runtime, which cannot be unloaded.
  public let isFullSwift: Bool
  /// The file's bytes, from which the private copy is made.
  let bytes: [UInt8]

  /// - Throws: for what is no file, no ELF file of the host's kind, no module, or one of another ABI.
  public init(path: String) throws(ModuleError) {
    self.path = path
    bytes = try Self.read(path)
    let sections = try ELFSections(bytes, path: path)
    guard let text = sections[".modinfo"] else {
      throw ModuleError("\(path): not a Heirloom module (it has no .modinfo section); build it against heirloom/module.h")
    }
    var fields: [String: [String]] = [:]
    for entry in text.split(separator: 0) {
      let words = String(decoding: entry, as: UTF8.self).split(separator: "=", maxSplits: 1)
      if words.count == 2 { fields[String(words[0]), default: []].append(String(words[1])) }
    }
    guard let version = fields["abi"]?.first, let abi = Int(version) else {
      throw ModuleError("\(path): not a Heirloom module (its .modinfo names no abi); build it against heirloom/module.h")
    }
    guard abi == Int(HEIRLOOM_ABI_VERSION) else {
      throw ModuleError(
        "\(path): built for module ABI \(abi), and this kernel has \(HEIRLOOM_ABI_VERSION); rebuild it against this "
          + "kernel's heirloom/module.h")
    }
    self.abi = abi
    name = fields["name"]?.first ?? Self.name(of: path)
    license = fields["license"]?.first
    description = fields["description"]?.first
    author = fields["author"]?.first
    self.version = fields["version"]?.first
    let descriptions = Self.pairs(fields["parm"] ?? [])
    parameters = Self.pairs(fields["parmtype"] ?? []).map { name, type in
      Parameter(name: name, type: type, description: descriptions.first { $0.0 == name }?.1 ?? "")
    }
    isFullSwift = sections.names.contains { $0.hasPrefix("swift5_") }
  }

  /// The file's name without its suffix, as Linux names modules; dashes become underscores.
  static func name(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let stem = file.hasSuffix(".so") ? String(file.dropLast(3)) : file
    return String(stem.map { $0 == "-" ? "_" : $0 })
  }

  private static func pairs(_ values: [String]) -> [(String, String)] {
    values.compactMap { value in
      let words = value.split(separator: ":", maxSplits: 1)
      return words.count == 2 ? (String(words[0]), String(words[1])) : nil
    }
  }

  private static func read(_ path: String) throws(ModuleError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ModuleError("\(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ModuleError("\(path): not a regular file")
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      let room = bytes.count - filled
      let got = bytes.withUnsafeMutableBytes { pread($0.baseAddress.unsafelyUnwrapped + filled, $0.count - filled, descriptor: descriptor, at: filled) }
      guard got > 0 else { break }
      filled += min(got, room)
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }

  private static func pread(_ target: UnsafeMutableRawPointer, _ count: Int, descriptor: Int32, at offset: Int) -> Int {
    Glibc.pread(descriptor, target, count, offset)
  }
}

/// The sections of an ELF64 shared object (elf(5)), with every offset checked.
struct ELFSections {
  private let bytes: [UInt8]
  private var ranges: [String: Range<Int>] = [:]

  var names: Dictionary<String, Range<Int>>.Keys { ranges.keys }

  subscript(name: String) -> ArraySlice<UInt8>? { ranges[name].map { bytes[$0] } }

  init(_ bytes: [UInt8], path: String) throws(ModuleError) {
    self.bytes = bytes
    guard bytes.count >= 64, bytes[0...3] == [0x7f, 0x45, 0x4c, 0x46] else {
      throw ModuleError("\(path): not an ELF file; a module is a shared object (gcc -shared -fPIC)")
    }
    guard bytes[4] == 2, half(18) == 62 else {
      throw ModuleError(
        "\(path): not an x86-64 shared object; modules are built for the host (without -m32), guests for i386")
    }
    guard half(16) == 3 else {
      throw ModuleError("\(path): an ELF file, but not a shared object; link it with -shared")
    }
    let damaged = ModuleError("\(path): damaged: its section headers do not fit into the file")
    let (table, size, count) = (word(40), Int(half(58)), Int(half(60)))
    guard size >= 64, table >= 0, table + size * count <= bytes.count, Int(half(62)) < count else { throw damaged }
    let namesAt = table + Int(half(62)) * size
    let (nameOffset, nameSize) = (word(namesAt + 24), word(namesAt + 32))
    guard nameOffset >= 0, nameSize >= 0, nameOffset + nameSize <= bytes.count else { throw damaged }
    for index in 0..<count {
      let header = table + index * size
      let start = nameOffset + Int(half(header)) + Int(half(header + 2)) << 16
      guard start < nameOffset + nameSize else { throw damaged }
      let name = String(decoding: bytes[start..<nameOffset + nameSize].prefix { $0 != 0 }, as: UTF8.self)
      let (offset, length) = (word(header + 24), word(header + 32))
      let hasNoBytes = half(header + 4) == 8
      if hasNoBytes { continue }
      guard offset >= 0, length >= 0, offset + length <= bytes.count else { throw damaged }
      ranges[name] = offset..<offset + length
    }
  }

  private func half(_ offset: Int) -> UInt16 { UInt16(bytes[offset]) | UInt16(bytes[offset + 1]) << 8 }

  /// A 64-bit field; negative where it is larger than any file.
  private func word(_ offset: Int) -> Int {
    (0..<8).reduce(0) { $0 | Int(bytes[offset + $1]) << ($1 * 8) }
  }
}
