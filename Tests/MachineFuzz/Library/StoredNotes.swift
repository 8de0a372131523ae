import HeirloomMachine

/// The x87's notes of its last instruction where fnstenv, fnsave or fxsave has stored them.
///
/// They do not outlive a switch to another process. Linux saves them by XSAVE's forms with REX.W, which have no room for the two
/// selectors; and an AMD processor saves the opcode and both addresses only while an unmasked exception is pending. Afterwards
/// they are 0 until another x87 instruction notes its own. That happens to native processes and to Heirloom alike, at any moment.
enum StoredNotes {
  /// A form of the image that holds them.
  private struct Form: Sendable {
    let size: Int
    /// The last instruction's address, selector and opcode, and its operand's address and selector.
    let notes: [Range<Int>]
    /// Whether the bytes from a place on can be such an image.
    let isImage: @Sendable (ArraySlice<UInt8>) -> Bool
  }

  private static let forms = [
    // fnstenv, fnsave: words whose upper halves are ones
    Form(size: 28, notes: [12..<16, 16..<18, 18..<20, 20..<24, 24..<26]) { image in
      [2, 6, 10, 26].allSatisfy { word(image, $0) == 0xffff } && isControl(word(image, 0)) && word(image, 18) < 0x800
    },
    // The same with 16-bit operands, where only selectors of Linux's tell it from other data.
    Form(size: 14, notes: [6..<8, 8..<10, 10..<12, 12..<14]) { image in
      isControl(word(image, 0)) && word(image, 2) != 0xffff && word(image, 8) < 0x80 && word(image, 12) < 0x80
    },
    // fxsave: aligned, and tells which MXCSR bits there are
    Form(size: 32, notes: [6..<8, 8..<12, 12..<14, 16..<20, 20..<22]) { image in
      image.startIndex & 15 == 0 && isControl(word(image, 0)) && word(image, 6) < 0x800
        && UInt32(word(image, 28)) | UInt32(word(image, 30)) << 16 == Processor.mxcsrMask
    },
  ]

  private static func word(_ image: ArraySlice<UInt8>, _ at: Int) -> UInt16 {
    UInt16(image[image.startIndex + at]) | UInt16(image[image.startIndex + at + 1]) << 8
  }

  /// Bits that no control word has, and the one that all have.
  private static func isControl(_ word: UInt16) -> Bool { word & 0xe0c0 == 0x40 }

  /// Whether `lost` is `kept` but for notes in stored images that are 0.
  static func areLost(_ lost: Output, kept: Output) -> Bool {
    guard lost.differsInMemoryOnly(from: kept), lost.memory.count == Layout.memorySize, kept.memory.count == Layout.memorySize
    else { return false }
    // No image reaches from the data to the stack.
    return [0..<Layout.dataSize, Layout.dataSize..<Layout.memorySize].allSatisfy { areLost(lost.memory[$0], kept: kept.memory[$0]) }
  }

  private static func areLost(_ lost: ArraySlice<UInt8>, kept: ArraySlice<UInt8>) -> Bool {
    var rest = lost
    for index in rest.indices where rest[index] != kept[index] {
      guard let notes = lostNotes(around: index, rest, kept) else { return false }
      for note in notes { rest.replaceSubrange(note, with: kept[note]) }
    }
    return true
  }

  /// The notes of an image that has one at a place, where each is kept or 0.
  private static func lostNotes(around index: Int, _ lost: ArraySlice<UInt8>, _ kept: ArraySlice<UInt8>) -> [Range<Int>]? {
    for form in forms {
      for place in form.notes.joined() {
        let start = index - place
        guard start >= lost.startIndex, start + form.size <= lost.endIndex, form.isImage(lost[start...]), form.isImage(kept[start...])
        else { continue }
        let notes = form.notes.map { start + $0.lowerBound..<start + $0.upperBound }
        if notes.allSatisfy({ lost[$0] == kept[$0] || lost[$0].allSatisfy { $0 == 0 } }) { return notes }
      }
    }
    return nil
  }
}
