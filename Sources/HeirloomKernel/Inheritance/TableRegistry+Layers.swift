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
  /// No two layers have the same.
  public let identity: UInt64
}

extension TableRegistry {
  /// The layers and observers of a table, by number, each number's from the uppermost layer down and its observers last. Those
  /// of all calls have `Claim.anyNumber`.
  ///
  /// - Throws: ENOENT.
  public func layers(of name: String) throws(Errno) -> [LayerDescription] {
    let inside = Kernel.running.tasksInside
    return try lock.withLock { () throws(Errno) in
      guard let table = tables[name] else { throw .ENOENT }
      return layers(of: table, inside)
    }
  }

  /// The same of several tables, by name; those that are gone are left out.
  ///
  /// - Parameter names: nil: of all.
  public func allLayers(of names: Set<String>? = nil) -> [(table: String, layers: [LayerDescription])] {
    let inside = Kernel.running.tasksInside
    return lock.withLock {
      tables.values.filter { names?.contains($0.name) ?? true }.map { (table: $0.name, layers: layers(of: $0, inside)) }
    }.sorted { $0.table < $1.table }
  }

  /// Callers hold the lock.
  private func layers(of table: SyscallTable, _ inside: [UnsafeMutableRawPointer: UInt64]) -> [LayerDescription] {
    ([Claim.anyNumber] + table.slots.keys.sorted()).flatMap { number in
      table.present(number).map { describe($0, number, inside) }
    }
  }

  /// Callers hold the lock.
  ///
  /// - Parameter inside: `Kernel.tasksInside`.
  func describe(_ layer: Layer, _ number: Int, _ inside: [UnsafeMutableRawPointer: UInt64]) -> LayerDescription {
    let state: LayerDescription.State =
      switch layer.state {
      case _ where layer.owner is GoneOwner: .refusing
      case .tripped: .tripped
      case .hidden: .hidden
      default: .live
      }
    var statistics = layer.counts.snapshot
    statistics.inFlight = inside[layer.entry] ?? 0
    return LayerDescription(
      number: number, module: layer.owner.name, symbol: layer.symbol, isObserver: layer.isObserver,
      placement: layer.placement, rule: layer.rule?.text, state: state, time: layer.time,
      faults: layer.fields.pointee.faults, statistics: statistics,
      identity: layer.fields.pointee.identity)
  }
}
