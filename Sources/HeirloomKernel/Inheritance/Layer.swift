internal import CHeirloom
internal import HeirloomABI

/// A handler or an observer in its slot, as the registry knows it. Guarded by the registry's lock.
final class Layer {
  enum State {
    /// Dispatch finds it.
    case live
    /// It keeps its place, but calls go past it.
    case hidden
    /// It has failed too often, and calls go past it until somebody allows it again (`TableRegistry.allow`).
    case tripped
    /// It is out of the slot; a task may still be inside it.
    case withdrawn
  }

  let owner: any EntryOwner
  /// Freed once the layer is withdrawn and no task is inside.
  let entry: UnsafeMutableRawPointer
  let release: @Sendable (UnsafeMutableRawPointer) -> Void
  let placement: LayerPlacement
  /// It is told of calls and serves none.
  let isObserver: Bool
  let rule: Rule?
  /// The handler's name, as far as it is known.
  let symbol: String
  /// When it was registered: nanoseconds since 1970.
  let time = Host.realTime
  /// Where the calls are counted, once they have been.
  let counts = EntryCounts.Owner()
  var state = State.live
  /// The layer that its owner has put in its place.
  var successor: Layer?
  /// What becomes of its calls when its owner is gone; nil: as the table says.
  let failMode: FailMode?
  /// After how many faults it is taken out; 0: never; nil: as the table says.
  let faultLimit: UInt32?
  /// What refuses calls while it is tripped.
  var refusal: Layer?

  init(_ claim: TableRegistry.Claim, owner: any EntryOwner, identity: UInt64) {
    self.owner = owner
    entry = claim.entry
    placement = claim.placement
    isObserver = claim.isObserver
    rule = claim.rule
    symbol = claim.symbol
    failMode = claim.failMode
    faultLimit = claim.faultLimit
    release = claim.release
    fields.pointee.number = claim.number
    fields.pointee.rule = rule?.tests
    fields.pointee.identity = identity
    fields.chooseInvoke()
  }

  var fields: UnsafeMutablePointer<SyscallEntry> { entry.assumingMemoryBound(to: SyscallEntry.self) }

  /// Before dispatch sees it.
  func prepare(for table: SyscallTable, statistics: StatisticsLevel) {
    fields.pointee.faultLimit = faultLimit ?? table.faultLimit
    if statistics != .off { count(statistics) }
  }

  /// Counts calls from now on, or no more. What has been counted stays.
  func count(_ level: StatisticsLevel) {
    if level != .off || fields.pointee.counts != nil { fields.pointee.counts = counts.pointer(level) }
    fields.chooseInvoke()
  }
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
