internal import CHeirloom
internal import HeirloomABI
internal import HeirloomKernel

/// A handler that a module asks to have in a table.
struct LayerRequest {
  let number: Int
  let handler: UnsafeRawPointer
  let placement: LayerPlacement

  init(number: Int, handler: UnsafeRawPointer, placement: LayerPlacement = .alone) {
    self.number = number
    self.handler = handler
    self.placement = placement
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
    guard layer.flags & ~UInt32(SYSCALL_LAYER_STACK) == 0, let handler = UnsafeRawPointer(bitPattern: layer.handler) else {
      throw .EINVAL
    }
    self.init(
      number: Int(layer.number), handler: handler,
      placement: LayerPlacement(
        isStacked: layer.flags & UInt32(SYSCALL_LAYER_STACK) != 0, priority: layer.priority,
        before: Self.names(layer.before), after: Self.names(layer.after)))
  }

  private static func names(_ text: UnsafePointer<CChar>?) -> [String] {
    guard let text else { return [] }
    return String(cString: text).split { $0 == "," || $0 == " " }.map(String.init)
  }

  /// - Returns: a claim whose entry is made; whoever does not register it discards it.
  func claim(for module: Module) -> TableRegistry.Claim {
    let signature = DefaultTable.declaration(of: number)?.signature ?? .untyped
    return TableRegistry.Claim(
      number: number, entry: ForeignCall.make(handler, signature, module: module), placement: placement,
      release: ForeignCall.destroy)
  }
}
