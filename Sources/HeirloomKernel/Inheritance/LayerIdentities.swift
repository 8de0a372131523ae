/// Who is behind an identity that a task has met: also when the layer has gone since. Guarded by the registry's lock.
public struct LayerIdentities {
  public struct Name: Sendable, Equatable {
    public let table: String
    public let number: Int
    public let module: String
    public let symbol: String
    /// It refuses calls in the place of a module that is gone.
    public let refuses: Bool
  }

  private var names: [UInt64: Name] = [:]
  /// Those that have gone, the oldest first.
  private var retired: [UInt64] = []
  private var last: UInt64 = 0

  private static let remembered = 1024

  mutating func new() -> UInt64 {
    last += 1
    return last
  }

  mutating func add(_ layer: Layer, _ number: Int, in table: String) {
    names[layer.fields.pointee.identity] = Name(
      table: table, number: number, module: layer.owner.name, symbol: layer.symbol,
      refuses: layer.owner is GoneOwner)
  }

  mutating func retire(_ layer: Layer) {
    retired.append(layer.fields.pointee.identity)
    guard retired.count > 2 * Self.remembered else { return }
    for identity in retired.prefix(Self.remembered) { names[identity] = nil }
    retired.removeFirst(Self.remembered)
  }

  subscript(_ identity: UInt64) -> Name? { names[identity] }
}
