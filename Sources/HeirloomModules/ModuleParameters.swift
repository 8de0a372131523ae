internal import Glibc
internal import HeirloomABI
internal import HeirloomKernel

/// The `key=value` words that a module is loaded with, checked against what it declares before anything of it runs.
///
/// Words with a dot are not for the module itself: they say with whose rights it registers, and what is asked of its handlers.
public struct ModuleParameters {
  /// The word that says with whose rights the module registers: `module.user=UID[:GID]`.
  public static let user = "module.user"

  /// As they were given, and as their types have them; by name.
  private(set) var texts: [String: String] = [:]
  private(set) var values: [String: Value] = [:]
  /// What its user asks of its handlers, by the number of the call.
  private(set) var adjustments: [Int: LayerAdjustment] = [:]
  /// With whose rights it registers.
  private(set) var credentials = Credentials.kernel

  /// As they are given to a module that is loaded anew.
  var words: [String] { texts.map { $0.key + "=" + $0.value } }

  /// - Throws: for a parameter that the module does not have, and for a value that its type does not take.
  init(_ words: [String], for info: ModuleInfo) throws(ModuleError) {
    for word in words {
      let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard pair.count == 2 else { throw ModuleError(.EINVAL, "\(info.path): '\(word)' is not of the form parameter=value") }
      if pair[0] == Self.user {
        guard let credentials = Credentials(pair[1]) else {
          throw ModuleError(.EINVAL, "\(info.path): '\(word)': a user is a number, or a user's and a group's with ':' between")
        }
        self.credentials = credentials
        texts[pair[0]] = pair[1]
        continue
      }
      if pair[0].contains(".") {
        try LayerAdjustment.read(pair[0], pair[1], path: info.path, into: &adjustments)
        texts[pair[0]] = pair[1]
        continue
      }
      guard let parameter = info.parameters.first(where: { $0.name == pair[0] }) else {
        let known = info.parameters.map(\.name).joined(separator: ", ")
        throw ModuleError(
          .EINVAL, "\(info.path): it has no parameter '\(pair[0])'; " + (known.isEmpty ? "it has none" : "it has: \(known)"))
      }
      guard let value = Value(pair[1], type: parameter.type) else {
        throw ModuleError(.EINVAL, "\(info.path): '\(pair[1])' is no value for parameter '\(parameter.name)' of type \(parameter.type)")
      }
      if let range = parameter.range, let number = value.number, !range.contains(number) {
        throw ModuleError(.EINVAL, 
          "\(info.path): parameter '\(parameter.name)' is from \(range.lowerBound) to \(range.upperBound), and \(pair[1]) is not")
      }
      texts[parameter.name] = pair[1]
      values[parameter.name] = value
    }
  }

  enum Value: Equatable {
    case int(Int32), uint(UInt32), long(Int), ulong(UInt), bool(Bool), text(String)

    /// - Parameter type: as module_param has it.
    init?(_ text: String, type: String) {
      switch type {
      case "int": self.init(text, Value.int)
      case "uint": self.init(text, Value.uint)
      case "long": self.init(text, Value.long)
      case "ulong": self.init(text, Value.ulong)
      case "bool":
        switch text {
        case "1", "y", "Y", "true": self = .bool(true)
        case "0", "n", "N", "false": self = .bool(false)
        default: return nil
        }
      case "charp": self = .text(text)
      default: return nil
      }
    }

    /// Decimal, or hexadecimal after 0x.
    private init?<Number: FixedWidthInteger>(_ text: String, _ make: (Number) -> Value) {
      let isNegative = text.hasPrefix("-")
      let digits = isNegative ? text.dropFirst() : text[...]
      let isHexadecimal = digits.hasPrefix("0x")
      let plain = isHexadecimal ? digits.dropFirst(2) : digits
      guard let first = plain.first, first != "-", first != "+",
        let number = Number((isNegative ? "-" : "") + plain, radix: isHexadecimal ? 16 : 10)
      else { return nil }
      self = make(number)
    }

    /// Nil for what is no number.
    var number: Int128? {
      switch self {
      case .int(let value): Int128(value)
      case .uint(let value): Int128(value)
      case .long(let value): Int128(value)
      case .ulong(let value): Int128(value)
      case .bool, .text: nil
      }
    }

    /// Writes it to a module's variable.
    ///
    /// - Parameter keeping: makes a copy of a text that lives as long as the module.
    func store(at place: UnsafeMutableRawPointer, keeping: (String) -> UnsafeMutablePointer<CChar>) {
      switch self {
      case .int(let value): place.storeBytes(of: value, as: Int32.self)
      case .uint(let value): place.storeBytes(of: value, as: UInt32.self)
      case .long(let value): place.storeBytes(of: value, as: Int.self)
      case .ulong(let value): place.storeBytes(of: value, as: UInt.self)
      case .bool(let value): place.storeBytes(of: value ? 1 : 0, as: UInt8.self)
      case .text(let text): place.storeBytes(of: keeping(text), as: UnsafeMutablePointer<CChar>.self)
      }
    }
  }
}
