internal import HeirloomABI
internal import HeirloomKernel

/// What the user who loads a module asks of its handler of one call: `rule.open=...`, `stack.open=PRIORITY`, `fail.open=EIO`.
struct LayerAdjustment: Equatable {
  /// One of the words that asked for it.
  var word = ""
  /// Limits when the handler serves, beside a rule of its own.
  var rule: String?
  /// It shares its slot, with this priority.
  var priority: Int32?
  var failMode: FailMode?

  /// Reads one word, whose name holds a dot. - Throws: says what is wrong with it.
  static func read(
    _ name: String, _ value: String, path: String, into adjustments: inout [Int: LayerAdjustment]
  ) throws(ModuleError) {
    func wrong(_ what: String) -> ModuleError { ModuleError(.EINVAL, "\(path): '\(name)=\(value)': \(what)") }
    let parts = name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard ["rule", "stack", "fail"].contains(parts[0]) else {
      throw wrong("there are rule.CALL, stack.CALL, fail.CALL and module.user")
    }
    guard let number = DefaultTable.number(of: parts[1]) else {
      throw wrong("there is no system call '\(parts[1])'; give a call's name or its number")
    }
    var adjustment = adjustments[number] ?? LayerAdjustment()
    adjustment.word = "\(name)=\(value)"
    switch parts[0] {
    case "rule":
      let signature = DefaultTable.declaration(of: number)?.signature ?? .untyped
      do throws(RuleError) { _ = try Rule(value, for: signature, call: parts[1]) } catch { throw wrong(error.description) }
      adjustment.rule = value
    case "stack":
      guard let priority = Int32(value) else { throw wrong("a priority is a number, such as 10") }
      adjustment.priority = priority
    default:
      if value == "open" {
        adjustment.failMode = .open
      } else {
        guard let error = Errno(named: value) else { throw wrong("'\(value)' is neither 'open' nor an error such as EIO") }
        adjustment.failMode = .closed(error)
      }
    }
    adjustments[number] = adjustment
  }
}
