internal import HeirloomABI

/// The system call table that a program names: an ELF note (elf(5), "Notes") whose owner is "Heirloom".
///
/// It stands in a segment, where the program was compiled with it (`HEIRLOOM_TABLE` of guest.h), or in a section that
/// `heirloom brand` has appended, which counts more. It is a wish: the table's mode decides.
public enum Brand {
  /// A note's type.
  enum Note: UInt32 {
    /// The description is the table's name, NUL-terminated.
    case table = 1
    /// What `heirloom brand` needs to take its note out again: the file's size, and of its header e_shoff, e_shnum,
    /// e_shentsize, and in a whole word e_shstrndx.
    case origin = 2
  }

  static let owner = Array("Heirloom\0".utf8)
  /// No note of ours is longer.
  private static let noteLimit = 4096

  /// What an open program wishes, if anything. What is damaged wishes nothing.
  static func table(_ image: ELFImage, _ descriptor: Int32) -> String? {
    let appended = sectionNotes(image, descriptor).lazy.compactMap { table(inNotes: $0) }.first
    return appended ?? image.notes.lazy.compactMap { note in
      read(descriptor, note.offset, note.fileSize).flatMap { table(inNotes: $0) }
    }.first
  }

  /// The contents of the sections of notes that are in no segment.
  private static func sectionNotes(_ image: ELFImage, _ descriptor: Int32) -> [[UInt8]] {
    guard image.sectionCount > 0,
      let headers = try? HostFile.read(
        descriptor, count: image.sectionCount * ELFSection.headerSize, at: UInt64(image.sectionOffset))
    else { return [] }
    return ELFSection.all(in: headers).filter(\.isLooseNote).compactMap { read(descriptor, $0.offset, $0.size) }
  }

  private static func read(_ descriptor: Int32, _ offset: UInt32, _ size: UInt32) -> [UInt8]? {
    guard size <= noteLimit else { return nil }
    return try? HostFile.read(descriptor, count: Int(size), at: UInt64(offset))
  }

  static func table(inNotes bytes: [UInt8]) -> String? {
    description(.table, inNotes: bytes).map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  /// The description of the first note of ours of that type.
  static func description(_ type: Note, inNotes bytes: [UInt8]) -> [UInt8]? {
    var at = 0
    while at + 12 <= bytes.count {
      let (nameSize, size) = (Int(bytes.word(at: at)), Int(bytes.word(at: at + 4)))
      let start = at + 12 + (nameSize + 3) & ~3
      guard nameSize <= bytes.count, size <= bytes.count, start + size <= bytes.count else { return nil }
      if bytes.word(at: at + 8) == type.rawValue, bytes[(at + 12)..<(at + 12 + nameSize)].elementsEqual(owner) {
        return Array(bytes[start..<(start + size)])
      }
      at = start + (size + 3) & ~3
    }
    return nil
  }

  static func note(_ type: Note, _ description: [UInt8]) -> [UInt8] {
    let head = [UInt32(owner.count), UInt32(description.count), type.rawValue].flatMap(\.bytes)
    return head + owner.padded() + description.padded()
  }
}

/// A section's header in an ELF32 file.
struct ELFSection {
  static let headerSize = 40
  private static let note: UInt32 = 7, allocated: UInt32 = 2

  let name, type, flags, offset, size: UInt32

  init(_ bytes: [UInt8], at: Int) {
    (name, type, flags) = (bytes.word(at: at), bytes.word(at: at + 4), bytes.word(at: at + 8))
    (offset, size) = (bytes.word(at: at + 16), bytes.word(at: at + 20))
  }

  static func all(in headers: [UInt8]) -> [ELFSection] {
    (0..<(headers.count / headerSize)).map { ELFSection(headers, at: $0 * headerSize) }
  }

  /// A note that no segment holds.
  var isLooseNote: Bool { type == Self.note && flags & Self.allocated == 0 }
}

extension [UInt8] {
  /// With zeroes up to a multiple of four bytes.
  func padded() -> [UInt8] { self + [UInt8](repeating: 0, count: -count & 3) }
}
