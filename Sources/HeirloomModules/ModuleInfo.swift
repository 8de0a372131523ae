internal import CHeirloom
internal import Glibc
internal import HeirloomABI

/// What a module file says of itself in its `.modinfo` section, read before anything of it runs.
public struct ModuleInfo: Sendable, Equatable {
  public struct Parameter: Sendable, Equatable {
    public let name: String
    /// int, uint, long, ulong, bool or charp.
    public let type: String
    public let description: String
    /// The least and the greatest value of a number (module_param_range); nil: what the type holds.
    public let range: ClosedRange<Int128>?
  }

  public let path: String
  public let name: String
  /// The name is its own, not its file's.
  let isNamed: Bool
  public let abi: Int
  public let license, description, author, version: String?
  public let parameters: [Parameter]
  /// Functions that later modules may use.
  public let exports: [String]
  /// Names of modules that it needs.
  public let dependencies: [String]
  /// It carries the metadata of a full Swift runtime, which cannot be unloaded.
  public let isFullSwift: Bool
  /// The file's bytes, from which the private copy is made.
  let bytes: [UInt8]
  /// The file, from the root; nil where a guest has given the module from its memory.
  var filePath: String? { path == Self.memory ? nil : FileVersion.absolutePath(path) }
  /// Stands for the path of such a module.
  static let memory = "init_module"
  /// Of the file, in bytes.
  public var size: Int { bytes.count }

  /// - Throws: for what is no file, no ELF file of the host's kind, no module, or one of another ABI.
  public init(path: String) throws(ModuleError) {
    try self.init(bytes: try Self.read(path), path: path)
  }

  /// - Parameter path: what messages call it, and what names it where it has no name of its own.
  public init(bytes: [UInt8], path: String) throws(ModuleError) {
    self.path = path
    self.bytes = bytes
    let sections = try ELFSections(bytes, path: path)
    guard let text = sections[".modinfo"] else {
      throw ModuleError(.ENOEXEC, "\(path): not a Heirloom module (it has no .modinfo section); build it against heirloom/module.h")
    }
    var fields: [String: [String]] = [:]
    for entry in text.split(separator: 0) {
      let words = String(decoding: entry, as: UTF8.self).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if words.count == 2 { fields[String(words[0]), default: []].append(String(words[1])) }
    }
    guard let version = fields["abi"]?.first, let abi = Int(version) else {
      throw ModuleError(.ENOEXEC, "\(path): not a Heirloom module (its .modinfo names no abi); build it against heirloom/module.h")
    }
    guard abi == Int(HEIRLOOM_ABI_VERSION) else {
      throw ModuleError(
        .ENOEXEC, "\(path): built for module ABI \(abi), and this kernel has \(HEIRLOOM_ABI_VERSION); rebuild it against this "
          + "kernel's heirloom/module.h")
    }
    self.abi = abi
    name = fields["name"]?.first ?? Self.name(of: path)
    isNamed = fields["name"] != nil
    license = fields["license"]?.first
    description = fields["description"]?.first
    author = fields["author"]?.first
    self.version = fields["version"]?.first
    let descriptions = Self.pairs(fields["parm"] ?? [])
    let ranges = Self.pairs(fields["parmrange"] ?? [])
    var parameters: [Parameter] = []
    for (name, type) in Self.pairs(fields["parmtype"] ?? []) {
      let bounds = ranges.first { $0.0 == name }?.1
      let range = bounds.flatMap { Self.range($0, type) }
      if let bounds, range == nil {
        throw ModuleError(.ENOEXEC, 
          "\(path): the range \(bounds) of its parameter '\(name)' cannot be read; module_param_range takes two plain numbers")
      }
      let description = descriptions.first { $0.0 == name }?.1 ?? ""
      parameters.append(Parameter(name: name, type: type, description: description, range: range))
    }
    self.parameters = parameters
    exports = fields["export"] ?? []
    dependencies = (fields["depends"] ?? []).flatMap { $0.split { $0 == "," || $0 == " " }.map(String.init) }
    isFullSwift = sections.names.contains { $0.hasPrefix("swift5_") }
  }

  /// The file's name without its suffix, as Linux names modules; dashes become underscores.
  static func name(of path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? path
    let stem = file.hasSuffix(".so") ? String(file.dropLast(3)) : file
    return String(stem.map { $0 == "-" ? "_" : $0 })
  }

  /// `1:100`, of numbers as a parameter's value has them.
  private static func range(_ text: String, _ type: String) -> ClosedRange<Int128>? {
    let bounds = text.split(separator: ":").compactMap { ModuleParameters.Value(String($0), type: type)?.number }
    return bounds.count == 2 && bounds[0] <= bounds[1] ? bounds[0]...bounds[1] : nil
  }

  private static func pairs(_ values: [String]) -> [(String, String)] {
    values.compactMap { value in
      let words = value.split(separator: ":", maxSplits: 1)
      return words.count == 2 ? (String(words[0]), String(words[1])) : nil
    }
  }

  private static func read(_ path: String) throws(ModuleError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ModuleError(Errno(errno), "\(path): \(String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ModuleError(.EINVAL, "\(path): not a regular file")
    }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var filled = 0
    while filled < bytes.count {
      let got = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress! + filled, $0.count - filled, filled) }
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else { throw ModuleError(Errno(errno), "\(path): \(String(cString: strerror(errno)))") }
      // The file has become shorter meanwhile.
      if got == 0 { break }
      filled += got
    }
    bytes.removeLast(bytes.count - filled)
    return bytes
  }
}

extension ModuleInfo {
  /// Whether a file is an ELF file to its last byte: a linker or a copy that is not done leaves one that is not.
  static func isWhole(path: String) -> Bool {
    guard let bytes = try? read(path) else { return false }
    return (try? ELFSections(bytes, path: path)) != nil
  }
}
