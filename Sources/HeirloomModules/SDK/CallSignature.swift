public import HeirloomABI
internal import HeirloomKernel

/// What is known of a call that a module serves: the kernel's own row, or what the module says of a call that it adds.
public struct CallSignature: Sendable, Equatable {
  public let name: String
  public let types: Signature
  public let parameters: [String]

  init(_ row: SystemCall) {
    name = row.name
    types = row.signature
    parameters = row.parameterNames
  }

  /// A call that nobody has said anything of: six words.
  init(untyped number: Int) {
    name = "call \(number)"
    types = .untyped
    parameters = ["a", "b", "c", "d", "e", "f"]
  }

  /// Reads `greet(string name, int times)`, where the arguments' names may be missing. - Throws: EINVAL.
  init(_ text: String) throws(Errno) {
    let parts = text.split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[1].hasSuffix(")"), Self.isName(parts[0]) else { throw .EINVAL }
    var kinds: [ArgumentKind] = []
    var names: [String] = []
    let list = parts[1].dropLast()
    let given = list.allSatisfy { $0 == " " } ? [] : list.split(separator: ",", omittingEmptySubsequences: false)
    for argument in given {
      let words = argument.split(separator: " ")
      guard (1...2).contains(words.count), let kind = Self.kinds[String(words[0])] else { throw .EINVAL }
      if words.count == 2, !Self.isName(words[1]) { throw .EINVAL }
      kinds.append(kind)
      names.append(words.count == 2 ? String(words[1]) : "argument\(kinds.count)")
    }
    name = String(parts[0])
    types = Signature(kinds)
    parameters = names
    guard types.wordCount <= ForeignCall.maximumWords else { throw .EINVAL }
  }

  static let kinds: [String: ArgumentKind] = [
    "int": .int, "uint": .unsigned, "int64": .int64, "fd": .descriptor, "flags": .flags, "path": .path, "string": .string,
    "in": .input, "out": .output, "pointer": .address,
  ]

  private static func isName(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x5f
    }
  }

  /// Whether a handler of these types can serve calls of those: as many arguments, in the same words.
  func fits(_ other: Signature) -> Bool {
    types.arguments.map(\.shape) == other.arguments.map(\.shape)
  }
}

extension CallSignature: CustomStringConvertible {
  /// `openat(fd directory, path path, flags flags, uint mode)`.
  public var description: String {
    let names = Dictionary(uniqueKeysWithValues: Self.kinds.map { ($1, $0) })
    return "\(name)(\(zip(types.arguments, parameters).map { "\(names[$0] ?? "?") \($1)" }.joined(separator: ", ")))"
  }
}

extension ArgumentKind {
  /// What a handler must be right about: how many words, and whether they are an address.
  fileprivate var shape: Int { wordCount * 2 + (isPointer ? 1 : 0) }
}
