public import CMachine

/// One handler in a slot, in memory of its own that lives until no task is inside it. Whoever registers it allocates it, with
/// fields of its own behind these.
public struct SyscallEntry {
  /// Serves a call. The words are its arguments in SAVE_ALL's order, the frame's own or others; the answer goes to eax.
  public typealias Invoke =
    @convention(c) (UnsafeMutableRawPointer, UnsafeMutablePointer<heirloom_cpu>, UnsafePointer<UInt32>) -> Int

  /// What dispatch calls.
  public internal(set) var invoke: Invoke
  /// The entry that serves below this one; nil: the default. Kept right as long as a task may be inside.
  var next: UnsafeMutableRawPointer?
  /// The call that it serves.
  var number = 0

  public init(invoke: @escaping Invoke) { self.invoke = invoke }
}

/// A handler in its slot, as the registry knows it. Guarded by the registry's lock.
final class Layer {
  enum State {
    /// Dispatch finds it.
    case live
    /// It keeps its place, but calls go past it.
    case hidden
    /// It is out of the slot; a task may still be inside it.
    case withdrawn
  }

  let owner: any EntryOwner
  /// Freed once the layer is withdrawn and no task is inside.
  let entry: UnsafeMutableRawPointer
  let release: @Sendable (UnsafeMutableRawPointer) -> Void
  let placement: LayerPlacement
  var state = State.live
  /// The layer that its owner has put in its place.
  var successor: Layer?

  init(
    owner: any EntryOwner, entry: UnsafeMutableRawPointer, placement: LayerPlacement,
    release: @escaping @Sendable (UnsafeMutableRawPointer) -> Void
  ) {
    self.owner = owner
    self.entry = entry
    self.placement = placement
    self.release = release
  }

  var fields: UnsafeMutablePointer<SyscallEntry> { entry.assumingMemoryBound(to: SyscallEntry.self) }
}

/// Where a handler asks to stand among others in the same slot.
public struct LayerPlacement: Sendable, Equatable {
  /// It shares the slot. One that does not is refused where another stands already, and lies below those that come later.
  public var isStacked: Bool
  /// The higher one is called first, where `before` and `after` leave it open.
  public var priority: Int32
  /// Names of the owners whose layers are to be called after this one.
  public var before: [String]
  /// Names of the owners whose layers are to be called before this one.
  public var after: [String]

  public init(isStacked: Bool = true, priority: Int32 = 0, before: [String] = [], after: [String] = []) {
    self.isStacked = isStacked
    self.priority = priority
    self.before = before
    self.after = after
  }

  /// The only one in its slot.
  public static let alone = LayerPlacement(isStacked: false)
}
