internal import CMachine
internal import HeirloomABI

/// What one number of one table holds: layers of handlers, from the uppermost down.
///
/// Dispatch sees the uppermost live layer; each layer's entry knows the one below it. A layer that is withdrawn keeps its
/// place until no task is inside it, so that its handler finds what is below as long as it runs. Guarded by the registry's
/// lock.
final class Slot {
  let number: Int
  /// Uppermost first, those that dispatch does not find included.
  private(set) var layers: [Layer] = []
  /// What serves below the lowest layer: the parent table's; nil: the default.
  private var below: UnsafeMutableRawPointer?
  /// What dispatch is to see.
  private(set) var head: UnsafeMutableRawPointer?

  /// More would not fit into a task's marks (`Nesting`).
  static let maximumLayers = 16

  init(number: Int) { self.number = number }

  /// Layers that are in the slot, uppermost first: dispatch finds them, or will when their owner is resumed.
  var present: [Layer] { layers.filter { $0.state != .withdrawn } }
  /// Nothing is left that a task could be inside of.
  var isEmpty: Bool { layers.isEmpty }

  // MARK: Changes. Whoever makes one calls `link` and publishes the head.

  /// Where `layer` would stand: the slot's layers with it.
  ///
  /// - Parameter predecessor: whose layer it replaces, beside one of its own owner's.
  /// - Throws: EBUSY where others' layers are here and it does not stack; EEXIST for a tie; EINVAL where before and after
  ///   contradict each other; E2BIG.
  func adding(_ layer: Layer, inPlaceOf predecessor: (any EntryOwner)?) throws(Errno) -> [Layer] {
    let others = present.filter { $0.owner !== layer.owner && $0.owner !== predecessor }
    if !layer.placement.isStacked, !others.isEmpty { throw .EBUSY }
    guard others.count < Self.maximumLayers else { throw .E2BIG }
    return try LayerOrder.sorted(others, adding: layer)
  }

  /// Puts `layer` in, in the order that `adding` has found.
  ///
  /// - Returns: the layer that it replaces.
  func add(_ layer: Layer, _ order: [Layer], inPlaceOf predecessor: (any EntryOwner)?) -> Layer? {
    let replaced = present.first { $0.owner === layer.owner || $0.owner === predecessor }
    replaced?.state = .withdrawn
    replaced?.successor = layer
    layer.fields.pointee.number = number
    let old = layers
    layers = order
    // A withdrawn layer lies right below the one that it lay below, or that has taken its place.
    for (index, layer) in old.enumerated() where layer.state == .withdrawn {
      let upper = layer.successor ?? (index > 0 ? old[index - 1] : nil)
      let place = upper.flatMap { upper in layers.firstIndex { $0 === upper } }
      layers.insert(layer, at: place.map { $0 + 1 } ?? 0)
    }
    return replaced
  }

  /// Forgets a withdrawn layer, which no task is inside of.
  func remove(_ layer: Layer) { layers.removeAll { $0 === layer } }

  /// Makes each layer know the one below it, from the lowest up, and finds the head.
  ///
  /// - Parameter below: what serves below the lowest: the parent table's; nil: the default.
  func link(below: UnsafeMutableRawPointer?) {
    self.below = below
    var next = below
    for layer in layers.reversed() {
      heirloom_atomic_store_pointer(layer.fields.nextPlace, next)
      if layer.state == .live { next = layer.entry }
    }
    head = next
  }

  /// The same, above what it lay above before.
  func link() { link(below: below) }
}
