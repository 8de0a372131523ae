internal import CHeirloom

/// Names for addresses in a module's code, its static functions' too.
enum ModuleSymbols {
  /// `symbol+0x12`; without a symbol `image+0x12`; outside of every image the address.
  static func name(_ address: UInt64, _ module: Module) -> String {
    if module.image.contains(address) {
      let offset = address - UInt64(module.image.base)
      if let symbol = ELFSections.symbol(at: offset, in: module.info.bytes) {
        return "\(symbol.name)+0x\(String(offset - symbol.start, radix: 16))"
      }
      return "\(module.name)+0x\(String(offset, radix: 16))"
    }
    var distance: UInt = 0
    let name = heirloom_symbol(UInt(address), &distance)
    return (name.map { String(cString: $0) } ?? "") + "+0x" + String(distance, radix: 16)
  }

  /// A function's, without an offset.
  static func name(of function: UnsafeRawPointer, _ module: Module) -> String {
    let text = name(UInt64(UInt(bitPattern: function)), module)
    return text.hasSuffix("+0x0") ? String(text.dropLast(4)) : text
  }
}

extension ModuleSymbols {
  /// The function's name, as far as the module's file has it; "" otherwise.
  static func function(_ address: UnsafeRawPointer, _ module: Module) -> String {
    let address = UInt64(UInt(bitPattern: address))
    guard module.image.contains(address) else { return "" }
    return ELFSections.symbol(at: address - UInt64(module.image.base), in: module.info.bytes)?.name ?? ""
  }
}

extension ELFSections {
  /// The function that holds `address`, an offset in the image, by the file's own table of symbols.
  static func symbol(at address: UInt64, in bytes: [UInt8]) -> (name: String, start: UInt64)? {
    guard let sections = try? ELFSections(bytes, path: "") else { return nil }
    for (symbols, names) in [(".symtab", ".strtab"), (".dynsym", ".dynstr")] {
      guard let table = sections[symbols], let text = sections[names] else { continue }
      var best: (name: Int, start: UInt64)?
      let entrySize = 24
      for start in stride(from: table.startIndex, to: table.endIndex - entrySize + 1, by: entrySize) {
        func number(_ offset: Int, _ size: Int) -> UInt64 {
          (0..<size).reduce(0) { $0 | UInt64(table[start + offset + $1]) << (8 * UInt64($1)) }
        }
        let (function, value, size) = (2, number(8, 8), number(16, 8))
        guard Int(table[start + 4] & 15) == function, value <= address, address < value + max(size, 1) else { continue }
        best = (Int(number(0, 4)), value)
      }
      if let best, best.name < text.count {
        return (String(decoding: text.dropFirst(best.name).prefix { $0 != 0 }, as: UTF8.self), best.start)
      }
    }
    return nil
  }
}
