import Synchronization

/// A system call table that this module registers into. One of a name not seen before is made.
public struct SyscallTable {
  public let name: String

  /// - Parameter name: up to 63 bytes.
  public init(_ name: String) { self.name = name }

  /// How a handler shares its slot with other modules' handlers.
  public struct Stacking {
    let priority: Int32
    let before, after: String

    /// - Parameters:
    ///   - priority: the higher one is called first.
    ///   - before: names of modules, with commas between, whose handlers come after this one.
    ///   - after: the same: whose handlers come before this one.
    public init(priority: Int32 = 0, before: String = "", after: String = "") {
      self.priority = priority
      self.before = before
      self.after = after
    }
  }

  /// Puts handlers and observers into the table, all or none.
  ///
  /// - Parameters:
  ///   - rule: when they serve, in the language of docs/stacking.md; nil: always. An observer has none.
  ///   - stacking: how they share their slots with those of other modules; nil: they do not.
  ///   - fail: what their calls are refused with when the module has crashed; nil: as the table says.
  ///   - faultLimit: they are taken out when bad addresses have ended them this often; 0: as the table says.
  /// - Throws: EBUSY a slot is taken, EEXIST another handler has the same place in the order, EINVAL, E2BIG, ENAMETOOLONG.
  public func register(
    _ overrides: Override..., when rule: String? = nil, stacking: Stacking? = nil, fail: Errno? = nil, faultLimit: UInt32 = 0
  ) throws(Errno) {
    try register(overrides, when: rule, stacking: stacking, fail: fail, faultLimit: faultLimit)
  }

  public func register(
    _ overrides: [Override], when rule: String? = nil, stacking: Stacking? = nil, fail: Errno? = nil, faultLimit: UInt32 = 0
  ) throws(Errno) {
    var texts: [UnsafeMutablePointer<CChar>] = []
    defer { for text in texts { text.deallocate() } }
    func text(_ string: String?) -> UnsafePointer<CChar>? {
      guard let string, !string.isEmpty else { return nil }
      let utf8 = Array(string.utf8)
      let text = UnsafeMutablePointer<CChar>.allocate(capacity: utf8.count + 1)
      for index in 0..<utf8.count { text[index] = CChar(bitPattern: utf8[index]) }
      text[utf8.count] = 0
      texts.append(text)
      return UnsafePointer(text)
    }
    let layers = overrides.map { override in
      var layer = syscall_layer()
      layer.size = UInt32(MemoryLayout<syscall_layer>.size)
      layer.number = override.number
      layer.handler = unsafeBitCast(
        serve as @convention(c) (UnsafeMutableRawPointer, UnsafePointer<Int>) -> Int, to: Int.self)
      layer.context = Unmanaged.passUnretained(override.handler).toOpaque()
      layer.signature = text(override.signature)
      layer.rule = text(rule)
      layer.symbol = text(override.name)
      layer.fail = fail?.code ?? 0
      layer.fault_limit = faultLimit
      if override.isObserver { layer.flags = UInt32(SYSCALL_LAYER_OBSERVE) }
      if let stacking {
        layer.flags |= UInt32(SYSCALL_LAYER_STACK)
        layer.priority = stacking.priority
        layer.before = text(stacking.before)
        layer.after = text(stacking.after)
      }
      return layer
    }
    for override in overrides { RegisteredHandlers.hold(override.handler) }
    let result = layers.withUnsafeBufferPointer { register_syscall_layers(text(name), $0.baseAddress, UInt($0.count)) }
    guard result == 0 else {
      for override in overrides { RegisteredHandlers.forget(override.handler) }
      throw Errno(-result)
    }
  }

  /// Takes this module's handler out again, so that the next layer or the kernel serves. - Throws: ENOENT, EBUSY.
  public func remove(_ number: Int32) throws(Errno) {
    let result = name.withCString { register_syscall($0, number, 0) }
    guard result == 0 else { throw Errno(-result) }
  }

  /// Takes this module's observer of a call out again. - Throws: ENOENT.
  public func removeObserver(of number: Int32) throws(Errno) {
    let result = name.withCString { unregister_syscall_observer($0, number) }
    guard result == 0 else { throw Errno(-result) }
  }

  /// Takes its observer of all calls out again. - Throws: ENOENT.
  public func removeObserverOfAll() throws(Errno) { try removeObserver(of: Int32(SYSCALL_ANY)) }
}

/// What the kernel's entries point to. It lives until the module goes, as a call may be inside a handler that is withdrawn.
enum RegisteredHandlers {
  nonisolated(unsafe) private static var handlers: [Handler] = []
  private static let isLocked = Atomic(false)

  static func hold(_ handler: Handler) { withLock { handlers.append(handler) } }

  /// One that the kernel has refused.
  static func forget(_ handler: Handler) {
    withLock { if let index = handlers.lastIndex(where: { $0 === handler }) { handlers.remove(at: index) } }
  }

  nonisolated(unsafe) private static var endings: [() -> Void] = []

  /// What else goes with the module.
  static func atUnload(_ body: @escaping () -> Void) { withLock { endings.append(body) } }

  static func release() {
    handlers = []
    for ending in endings { ending() }
    endings = []
  }

  private static func withLock(_ body: () -> Void) {
    while isLocked.exchange(true, ordering: .acquiring) {}
    body()
    isLocked.store(false, ordering: .releasing)
  }
}
