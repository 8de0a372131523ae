public import HeirloomABI

/// What stands in a slot, as listings show it.
public struct LayerDescription: Sendable, Equatable {
  public enum State: String, Sendable {
    case live
    /// Calls go past it while its module is being unloaded.
    case hidden
    /// It has failed too often, and is taken out.
    case tripped
    /// It refuses calls in the place of a module that is gone.
    case refusing
  }

  public let number: Int
  public let module: String
  public let symbol: String
  public let isObserver: Bool
  public let placement: LayerPlacement
  /// As it was written; nil: it always serves.
  public let rule: String?
  public let state: State
  /// When it was registered: nanoseconds since 1970.
  public let time: UInt64
  /// How often its handler was ended by a bad address.
  public let faults: UInt32
  public let statistics: EntryStatistics
}

extension TableRegistry {
  /// The layers and observers of a table, by number, each number's from the uppermost layer down and its observers last. Those
  /// of all calls have `Claim.anyNumber`.
  ///
  /// - Throws: ENOENT.
  public func layers(of name: String) throws(Errno) -> [LayerDescription] {
    try lock.withLock { () throws(Errno) in
      guard let table = tables[name] else { throw .ENOENT }
      return ([Claim.anyNumber] + table.slots.keys.sorted()).flatMap { number in
        table.present(number).map { describe($0, number) }
      }
    }
  }

  /// How much is counted of calls from now on. What has been counted stays.
  ///
  /// - Parameter name: of one table; nil: of all, those included that come later.
  /// - Throws: ENOENT.
  public func setStatistics(_ level: StatisticsLevel, of name: String? = nil) throws(Errno) {
    try lock.withLock { () throws(Errno) in
      if let name, tables[name] == nil { throw .ENOENT }
      if name == nil { statistics = level }
      for table in tables.values where name == nil || table.name == name {
        table.statistics = name == nil ? nil : level
        for layer in table.slots.values.flatMap(\.present) { layer.count(level) }
      }
    }
  }

  /// Callers hold the lock.
  func describe(_ layer: Layer, _ number: Int) -> LayerDescription {
    let state: LayerDescription.State =
      switch layer.state {
      case _ where layer.owner is GoneOwner: .refusing
      case .tripped: .tripped
      case .hidden: .hidden
      default: .live
      }
    return LayerDescription(
      number: number, module: layer.owner.name, symbol: layer.symbol, isObserver: layer.isObserver,
      placement: layer.placement, rule: layer.rule?.text, state: state, time: layer.time,
      faults: layer.fields.pointee.faults, statistics: layer.counts.snapshot)
  }
}
