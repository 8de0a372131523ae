internal import HeirloomABI

/// A program file's bytes, for `heirloom brand` to read and to change.
///
/// The note goes behind what is there, and a new table of section headers behind it. Segments, and the offsets in them, stay
/// as they are, so that the program runs anywhere as before.
public struct BrandedImage {
  public private(set) var bytes: [UInt8]

  public struct Problem: Error, CustomStringConvertible {
    public let description: String
    public init(description: String) { self.description = description }
  }

  private static let sectionName = Array(".note.heirloom\0".utf8)
  private static let stringTable: UInt32 = 3

  /// - Throws: `Problem` for what is no i386 program.
  public init(_ bytes: [UInt8]) throws(Problem) {
    self.bytes = bytes
    do throws(ELFImage.Problem) { try ELFImage.check(bytes) } catch {
      let what =
        switch error {
        case .notELF: "not an ELF file"
        case .is64Bit, .otherMachine: "not an i386 program"
        case .notExecutable: "an ELF file, but not a program"
        }
      throw Problem(description: what)
    }
    guard bytes.count < 1 << 31 else { throw Problem(description: "larger than 2 GiB") }
    guard sectionCount == 0 || bytes.half(at: 46) == ELFSection.headerSize && headersEnd <= bytes.count
    else { throw Problem(description: "damaged: its section headers do not fit into the file") }
  }

  /// The table that it names; see `Brand`.
  public var table: String? {
    (looseNotes + segmentNotes).lazy.compactMap { Brand.table(inNotes: $0.bytes) }.first
  }

  /// It was compiled with a table's name, which cannot be taken out.
  public var isBrandedByItself: Bool { segmentNotes.contains { Brand.table(inNotes: $0.bytes) != nil } }

  /// - Returns: whether there was a note to take out.
  public mutating func remove() -> Bool {
    guard let note = looseNotes.first(where: { Brand.table(inNotes: $0.bytes) != nil }) else { return false }
    if let origin = Brand.description(.origin, inNotes: note.bytes), origin.count == 16,
      Int(note.offset) == (Int(origin.word(at: 0)) + 3) & ~3, headersEnd == bytes.count
    {
      // Nobody has written the file anew since: it becomes what it was.
      bytes.removeLast(bytes.count - Int(origin.word(at: 0)))
      setSections(
        offset: origin.word(at: 4), size: origin.half(at: 10), count: origin.half(at: 8), names: UInt16(origin.word(at: 12)))
    } else {
      // Its header becomes one that is not in use (SHT_NULL).
      store(0, at: note.header + 4)
      for index in 0..<note.bytes.count { bytes[Int(note.offset) + index] = 0 }
    }
    return true
  }

  /// Makes it name `table`, in place of what it named before.
  ///
  /// - Throws: `Problem` for a name that cannot be, and where there is no room for another section.
  public mutating func setTable(_ table: String) throws(Problem) {
    do throws(Errno) { try TableRegistry.check(table) } catch {
      throw Problem(
        description: error == .ENAMETOOLONG
          ? "the name is too long for a table" : "'\(table)' cannot be a table's name")
    }
    while remove() {}
    guard sectionCount < 0xff00 - 2 else { throw Problem(description: "it has no room for another section") }
    let origin =
      [UInt32(bytes.count), bytes.word(at: 32)].flatMap(\.bytes) + bytes[48..<50] + bytes[46..<48] + UInt32(nameSection).bytes
    var headers = Array(bytes[Int(sectionOffset)..<(sectionCount == 0 ? Int(sectionOffset) : headersEnd)])
    var names = nameSection
    if sectionCount == 0 {
      // The first one is never in use; the names' follows.
      headers = [UInt8](repeating: 0, count: 2 * ELFSection.headerSize)
      names = 1
      headers.replaceSubrange(ELFSection.headerSize + 4..<ELFSection.headerSize + 8, with: Self.stringTable.bytes)
    }
    var text = sectionCount == 0 ? [0] : try contents(ELFSection(headers, at: names * ELFSection.headerSize))
    let name = UInt32(text.count)
    text += Self.sectionName

    bytes = bytes.padded()
    let noteOffset = UInt32(bytes.count)
    let note = Brand.note(.table, Array(table.utf8) + [0]) + Brand.note(.origin, origin)
    bytes += note
    let textOffset = UInt32(bytes.count)
    bytes += text
    bytes = bytes.padded()
    let at = names * ELFSection.headerSize
    headers.replaceSubrange(at + 16..<at + 24, with: textOffset.bytes + UInt32(text.count).bytes)
    headers += [name, 7, 0, 0, noteOffset, UInt32(note.count), 0, 0, 4, 0].flatMap(\.bytes)
    setSections(
      offset: UInt32(bytes.count), size: UInt16(ELFSection.headerSize), count: UInt16(headers.count / ELFSection.headerSize), names: UInt16(names))
    bytes += headers
  }

  // MARK: The ELF header's fields

  private var sectionOffset: UInt32 { sectionCount == 0 ? 0 : bytes.word(at: 32) }
  private var sectionCount: Int { Int(bytes.half(at: 48)) }
  private var nameSection: Int { Int(bytes.half(at: 50)) }
  private var headersEnd: Int { Int(sectionOffset) + sectionCount * ELFSection.headerSize }

  private mutating func setSections(offset: UInt32, size: UInt16, count: UInt16, names: UInt16) {
    store(offset, at: 32)
    bytes.replaceSubrange(46..<52, with: size.bytes + count.bytes + names.bytes)
  }

  private mutating func store(_ word: UInt32, at: Int) { bytes.replaceSubrange(at..<(at + 4), with: word.bytes) }

  private func contents(_ section: ELFSection) throws(Problem) -> [UInt8] {
    guard let bytes = slice(section.offset, section.size) else {
      throw Problem(description: "damaged: its section names do not fit into the file")
    }
    return bytes
  }

  private func slice(_ offset: UInt32, _ size: UInt32) -> [UInt8]? {
    guard Int(offset) + Int(size) <= bytes.count else { return nil }
    return Array(bytes[Int(offset)..<(Int(offset) + Int(size))])
  }

  private struct Notes {
    /// Where its header stands in the file; 0: a segment's.
    let header: Int
    let offset: UInt32
    let bytes: [UInt8]
  }

  private var looseNotes: [Notes] {
    (0..<sectionCount).compactMap { index in
      let header = Int(sectionOffset) + index * ELFSection.headerSize
      let section = ELFSection(bytes, at: header)
      guard section.isLooseNote, let notes = slice(section.offset, section.size) else { return nil }
      return Notes(header: header, offset: section.offset, bytes: notes)
    }
  }

  private var segmentNotes: [Notes] {
    let (table, count) = (Int(bytes.word(at: 28)), Int(bytes.half(at: 44)))
    guard table + count * 32 <= bytes.count else { return [] }
    return (0..<count).compactMap { index in
      let at = table + index * 32
      guard bytes.word(at: at) == 4, let notes = slice(bytes.word(at: at + 4), bytes.word(at: at + 16)) else { return nil }
      return Notes(header: 0, offset: bytes.word(at: at + 4), bytes: notes)
    }
  }
}
