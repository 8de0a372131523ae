internal import CHeirloom
internal import HeirloomABI
internal import HeirloomKernel

/// A handler or an observer that a module asks to have in a table.
struct LayerRequest {
  let number: Int
  let handler: UnsafeRawPointer
  var placement = LayerPlacement.alone
  var isObserver = false
  var rule: String?
  var symbol: String?
  var failMode: FailMode?
  var faultLimit: UInt32?
  let signature: CallSignature
  /// The kernel has a call of that number.
  let isKernelCall: Bool
  /// Not nil: the handler takes it, and its arguments in an array; an observer takes it, and the event.
  var context: UnsafeMutableRawPointer?

  /// - Parameter signature: what the module says of the call, if anything.
  /// - Throws: EINVAL for a signature that cannot be read, or is not that of the kernel's call.
  init(number: Int, handler: UnsafeRawPointer, signature: String? = nil) throws(Errno) {
    self.number = number
    self.handler = handler
    let row = DefaultTable.declaration(of: number)
    isKernelCall = row != nil
    if let signature {
      let given = try CallSignature(signature)
      if let row, !given.fits(row.signature) { throw .EINVAL }
      self.signature = given
    } else {
      self.signature = row.map { CallSignature($0) } ?? CallSignature(untyped: number)
    }
  }

  /// What register_syscall_layers is given.
  ///
  /// - Parameter size: the struct's, as the module's header has it.
  /// - Throws: EINVAL for one that is too short, a handler that is missing, and flags that nobody knows.
  init(_ given: UnsafeRawPointer, size: Int) throws(Errno) {
    // Up to `after`, which the first version had.
    let shortest = 40
    guard size >= shortest else { throw .EINVAL }
    var layer = syscall_layer()
    withUnsafeMutableBytes(of: &layer) { layer in
      layer.copyMemory(from: UnsafeRawBufferPointer(start: given, count: min(size, layer.count)))
    }
    let (stack, observe) = (UInt32(SYSCALL_LAYER_STACK), UInt32(SYSCALL_LAYER_OBSERVE))
    guard layer.flags & ~(stack | observe) == 0, let handler = UnsafeRawPointer(bitPattern: layer.handler) else {
      throw .EINVAL
    }
    try self.init(
      number: Int(layer.number), handler: handler, signature: layer.signature.map { String(cString: $0) })
    context = layer.context
    placement = LayerPlacement(
      isStacked: layer.flags & stack != 0, priority: layer.priority, before: Self.names(layer.before),
      after: Self.names(layer.after))
    isObserver = layer.flags & observe != 0
    rule = layer.rule.map { String(cString: $0) }
    symbol = layer.symbol.map { String(cString: $0) }
    guard (0..<4096).contains(layer.fail) else { throw .EINVAL }
    if layer.fail != 0 { failMode = .closed(Errno(layer.fail)) }
    if layer.fault_limit != 0 { faultLimit = layer.fault_limit }
  }

  private static func names(_ text: UnsafePointer<CChar>?) -> [String] {
    guard let text else { return [] }
    return String(cString: text).split { $0 == "," || $0 == " " }.map(String.init)
  }

  /// The handler's name, as listings show it; "" where the file says none.
  func symbolName(in module: Module) -> String { symbol ?? module.functionName(handler) }

  /// - Returns: a claim whose entry is made; whoever does not register it discards it.
  /// - Throws: EINVAL for a rule that is wrong, or an observer with one; the log says what.
  func claim(for module: Module) throws(Errno) -> TableRegistry.Claim {
    let symbol = symbolName(in: module)
    if isObserver {
      guard rule == nil else { throw .EINVAL }
      return TableRegistry.Claim(
        number: number, entry: ObserverCall.make(handler, context: context, module: module), placement: placement,
        isObserver: true, symbol: symbol, release: ObserverCall.destroy)
    }
    let adjustment = module.parameters.adjustments[number]
    var placement = placement
    if let priority = adjustment?.priority {
      placement.isStacked = true
      placement.priority = priority
    }
    let texts = [rule, adjustment?.rule].compactMap { $0 }
    var compiled: Rule?
    if !texts.isEmpty {
      let text = texts.count == 1 ? texts[0] : texts.map { "(\($0))" }.joined(separator: " and ")
      let call = signature.name
      do throws(RuleError) { compiled = try Rule(text, for: signature.types, call: call) } catch {
        module.kernel.log.write(.error, "module \(module.name): \(call): \(error.description)")
        throw .EINVAL
      }
    }
    return TableRegistry.Claim(
      number: number, entry: ForeignCall.make(handler, signature.types, context: context, module: module),
      placement: placement, rule: compiled, symbol: symbol, failMode: adjustment?.failMode ?? failMode, faultLimit: faultLimit, release: ForeignCall.destroy)
  }
}
