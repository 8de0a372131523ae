internal import HeirloomABI
internal import Synchronization

/// Functions that modules lend each other (EXPORT_SYMBOL).
///
/// Images see nothing of each other: a later module's reference to an exported function is made a plain address in the
/// private copy of its file, before that is mapped. So who uses whom is known, and an image that goes is really unmapped.
extension ModuleLoader {
  /// The loaded module of each exported function, and where that stands.
  private var exports: [String: (module: Module, address: UInt)] {
    var found: [String: (module: Module, address: UInt)] = [:]
    for module in loaded {
      for name in module.info.exports { if let place = module.image.symbol(name) { found[name] = (module, UInt(bitPattern: place)) } }
    }
    return found
  }

  /// Binds what `bytes` needs of loaded modules.
  ///
  /// - Parameter replaced: goes when the new one comes: nothing is bound to it.
  /// - Returns: the modules that it needs.
  /// - Throws: ENOENT where a module that it names is not loaded.
  func bind(_ bytes: inout [UInt8], _ info: ModuleInfo, inPlaceOf replaced: Module?) throws(ModuleError) -> [Module] {
    var needed: [Module] = []
    for name in info.dependencies {
      guard let module = module(named: name), module !== replaced else {
        throw ModuleError(.ENOENT, "\(info.path): it needs module '\(name)', which is not loaded; load that first")
      }
      needed.append(module)
    }
    let exports = exports
    if exports.isEmpty { return needed }
    guard let sections = try? ELFSections(bytes, path: info.path), let symbols = sections[".dynsym"],
      let names = sections[".dynstr"]
    else { return needed }
    let entrySize = 24
    for entry in stride(from: symbols.startIndex, to: symbols.endIndex - entrySize + 1, by: entrySize) {
      let name = bytes[entry..<entry + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
      let isUndefined = bytes[entry + 6] == 0 && bytes[entry + 7] == 0
      guard isUndefined, name > 0, name < names.count else { continue }
      let text = String(decoding: names.dropFirst(name).prefix { $0 != 0 }, as: UTF8.self)
      guard let export = exports[text], export.module !== replaced else { continue }
      // STB_LOCAL, STT_FUNC, SHN_ABS: the dynamic linker takes the value as it stands, and looks for no other.
      bytes[entry + 4] = 2
      (bytes[entry + 6], bytes[entry + 7]) = (0xf1, 0xff)
      for index in 0..<8 { bytes[entry + 8 + index] = UInt8(truncatingIfNeeded: export.address >> (8 * index)) }
      if !needed.contains(where: { $0 === export.module }) { needed.append(export.module) }
    }
    return needed
  }

  /// - Throws: EEXIST where another module, or the kernel, has a function of a name that `info` exports.
  func checkExports(of info: ModuleInfo, inPlaceOf replaced: Module?) throws(ModuleError) {
    if info.exports.isEmpty { return }
    let exports = exports
    for name in info.exports {
      if let other = exports[name]?.module, other !== replaced {
        throw ModuleError(.EEXIST, "\(info.path): it exports '\(name)', which module \(other.name) exports already")
      }
      if ModuleImage.isKnown(name) {
        throw ModuleError(.EEXIST, "\(info.path): it exports '\(name)', which the kernel or its libraries have; name it otherwise")
      }
    }
  }

  /// The modules that use functions of `module`, or have named it as one that they need.
  public func users(of module: Module) -> [Module] {
    all.filter { $0.dependencies.contains { $0 === module } && $0 !== module }
  }

  /// - Throws: EBUSY where others use the module, with their names.
  func checkUsers(of module: Module) throws(ModuleError) {
    let names = users(of: module).map(\.name)
    if names.isEmpty { return }
    let list = (names.count == 1 ? "module " : "modules ") + names.joined(separator: ", ")
    throw ModuleError(.EBUSY, "module \(module.name) is in use by \(list)")
  }
}
