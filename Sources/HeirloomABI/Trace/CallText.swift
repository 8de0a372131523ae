/// One system call as a trace shows it, in strace(1)'s manner:
///
///     openat(AT_FDCWD, "/etc/passwd", O_RDONLY|O_CLOEXEC, 0) = 3
///
/// It is made in two steps, for what a call reads is there before it runs and what it writes only afterwards.
public struct CallText {
  private let name: String
  /// nil: what the call writes, which is not there yet.
  private var arguments: [String?]
  private let words: [UInt32]
  private let signature: Signature
  private let styles: [Int: ArgumentStyle]

  /// Reads guest memory: an address, and how many bytes at most; nil where the first one is not readable.
  public typealias Memory = (UInt32, Int) -> [UInt8]?

  /// Bytes of a string that are shown; what is cut off is marked with dots.
  public static let stringLimit = 64

  /// Before the call runs.
  ///
  /// - Parameters:
  ///   - name: nil: the kernel has no such call.
  ///   - words: the six words of the frame.
  public init(number: Int, name: String?, signature: Signature, words: [UInt32], memory: Memory) {
    self.name = name ?? "syscall_\(number)"
    self.words = words
    self.signature = signature
    styles = ArgumentStyle.styles(of: name ?? "")
    arguments = []
    var place = 0
    for (index, kind) in signature.arguments.enumerated() where place + kind.wordCount <= words.count {
      arguments.append(argument(index, kind, place, memory))
      place += kind.wordCount
    }
  }

  /// The whole line, after the call has answered.
  ///
  /// - Parameter result: what goes to eax; nil: the call does not come back, or has set the registers itself.
  public func finished(_ result: Int?, memory: Memory) -> String {
    var place = 0
    let shown = arguments.enumerated().map { index, text in
      defer { place += signature.arguments[index].wordCount }
      return text ?? Self.bytes(words[place], result ?? 0, memory)
    }
    return "\(name)(\(shown.joined(separator: ", "))) = \(answer(result))"
  }

  private func argument(_ index: Int, _ kind: ArgumentKind, _ place: Int, _ memory: Memory) -> String? {
    let word = words[place]
    switch styles[index] {
    case .names(let names): return names.text(word)
    case .octal: return word == 0 ? "0" : "0" + String(word, radix: 8)
    case .signal: return BitNames.signal(word)
    case .bytes(let count): return Self.bytes(word, wordOfArgument(count).map { Int($0) } ?? 0, memory)
    case .resultBytes: return nil
    case nil: break
    }
    switch kind {
    case .int: return String(Int32(bitPattern: word))
    case .unsigned: return String(word)
    case .flags: return word == 0 ? "0" : hexadecimal(word)
    case .descriptor: return word == UInt32(bitPattern: -100) ? "AT_FDCWD" : String(Int32(bitPattern: word))
    case .int64: return String(Int64(bitPattern: UInt64(word) | UInt64(words[place + 1]) << 32))
    case .path, .string: return Self.string(word, memory)
    case .input, .output, .address: return Self.address(word)
    }
  }

  private func wordOfArgument(_ index: Int) -> UInt32? {
    let place = signature.arguments.prefix(index).reduce(0) { $0 + $1.wordCount }
    return place < words.count ? words[place] : nil
  }

  private func answer(_ result: Int?) -> String {
    guard let result else { return "?" }
    if result < 0 && result >= -4095 {
      let error = Errno(Int32(-result))
      // The call will be made again, or answers EINTR in the end.
      return error.code >= 512 ? "? \(error.name)" : "-1 \(error.name)"
    }
    let word = UInt32(truncatingIfNeeded: result)
    return signature.isAddress && word > 0xffff ? hexadecimal(word) : String(Int32(bitPattern: word))
  }

  // MARK: Memory

  private static func address(_ word: UInt32) -> String { word == 0 ? "NULL" : hexadecimal(word) }

  private static func string(_ word: UInt32, _ memory: Memory) -> String {
    guard word != 0, let bytes = memory(word, stringLimit + 1) else { return address(word) }
    let end = bytes.firstIndex(of: 0) ?? bytes.count
    return quoted(bytes[..<min(end, stringLimit)]) + (end > stringLimit ? "..." : "")
  }

  /// `count` bytes at `word`; where a call has failed there are none.
  private static func bytes(_ word: UInt32, _ count: Int, _ memory: Memory) -> String {
    guard word != 0, count > 0, let bytes = memory(word, min(count, stringLimit)) else {
      return count == 0 && word != 0 ? "\"\"" : address(word)
    }
    return quoted(bytes[...]) + (count > bytes.count ? "..." : "")
  }

  private static func quoted(_ bytes: ArraySlice<UInt8>) -> String {
    var text = "\""
    for (index, byte) in zip(bytes.indices, bytes) {
      switch byte {
      case 0x0a: text += "\\n"
      case 0x09: text += "\\t"
      case 0x0d: text += "\\r"
      case 0x22: text += "\\\""
      case 0x5c: text += "\\\\"
      case 0x20..<0x7f: text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        // Three digits where another digit follows.
        let next = index + 1 < bytes.endIndex ? bytes[index + 1] : 0
        let digits = String(byte, radix: 8)
        let isAmbiguous = (0x30...0x37).contains(next)
        text += "\\" + (isAmbiguous ? String(repeating: "0", count: 3 - digits.count) : "") + digits
      }
    }
    return text + "\""
  }
}
