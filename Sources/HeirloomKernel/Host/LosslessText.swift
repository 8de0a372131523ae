/// Strings of a host, which are bytes, as text that loses none of them: names of files, arguments, the environment.
///
/// Most are UTF-8 and stand for themselves. A byte that belongs to no UTF-8 becomes the character U+10FF00 + the byte; where a
/// text holds such a character already, its own bytes do.
public enum LosslessText {
  /// U+10FF80...U+10FFFF, at the end of what is for private use.
  private static let escapes = UInt32(0x10ff80)...0x10ffff
  private static let firstEscape = escapes.lowerBound - 0x80
  /// What such characters begin with in UTF-8, as few others do.
  private static let leadOfEscapes: UInt8 = 0xf4

  public static func string(_ bytes: some BidirectionalCollection<UInt8>) -> String {
    if !bytes.contains(leadOfEscapes), let text = String(validating: bytes, as: UTF8.self) { return text }
    var text = String.UnicodeScalarView()
    var parser = Unicode.UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var rest = bytes[...]
    func escape(_ count: Int) {
      for byte in rest.prefix(count) { text.append(Unicode.Scalar(firstEscape + UInt32(byte)).unsafelyUnwrapped) }
    }
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .emptyInput: return String(text)
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        if escapes.contains(scalar.value) { escape(encoded.count) } else { text.append(scalar) }
        rest = rest.dropFirst(encoded.count)
      case .error(let length):
        escape(length)
        rest = rest.dropFirst(length)
      }
    }
  }

  /// - Parameter string: NUL-terminated.
  public static func string(_ string: UnsafePointer<CChar>) -> String {
    if let text = String(validatingCString: string), !text.utf8.contains(leadOfEscapes) { return text }
    return self.string(bytes(string))
  }

  /// The bytes that `string` has made `text` of.
  public static func bytes(_ text: String) -> [UInt8] {
    if !text.utf8.contains(leadOfEscapes) { return Array(text.utf8) }
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      if escapes.contains(scalar.value) { bytes.append(UInt8(scalar.value - firstEscape)) } else { bytes += UTF8.encode(scalar)! }
    }
    return bytes
  }

  /// - Parameter string: NUL-terminated.
  public static func bytes(_ string: UnsafePointer<CChar>) -> [UInt8] {
    var end = string
    while end.pointee != 0 { end += 1 }
    return Array(UnsafeRawBufferPointer(start: string, count: end - string))
  }
}
