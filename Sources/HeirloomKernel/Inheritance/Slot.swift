internal import CMachine
internal import HeirloomABI

/// What one number of one table holds: layers of handlers, from the uppermost down, and those who observe its calls.
///
/// Dispatch sees the uppermost live layer; each layer's entry knows the one below it. A layer that is withdrawn keeps its
/// place until no task is inside it, so that its handler finds what is below as long as it runs. Guarded by the registry's
/// lock.
final class Slot {
  let number: Int
  /// Uppermost first, those that dispatch does not find included.
  private(set) var layers: [Layer] = []
  private(set) var observers: [Layer] = []
  /// Those of all numbers of the table.
  private let everywhere: Observers
  /// What serves below the lowest layer: the parent table's; nil: the default.
  private var below: UnsafeMutableRawPointer?
  /// What dispatch is to see.
  private(set) var head: UnsafeMutableRawPointer?
  /// What tells the observers. It stays once it is there: a task may be inside for as long as its call lasts.
  private(set) var observed: UnsafeMutablePointer<ObservedSlot>?

  /// More would not fit into a task's marks (`Nesting`).
  static let maximumLayers = 16

  /// Observers that all slots of a table share.
  final class Observers {
    var layers: [Layer] = []
  }

  init(number: Int, everywhere: Observers) {
    self.number = number
    self.everywhere = everywhere
  }

  deinit { observed?.deallocate() }

  /// Layers that are in the slot, uppermost first: dispatch finds them, or will when their owner is resumed.
  var present: [Layer] { layers.filter { $0.state != .withdrawn } }
  /// The same of observers.
  var presentObservers: [Layer] { observers.filter { $0.state != .withdrawn } }
  /// Nothing is left that a task could be inside of.
  var isEmpty: Bool { layers.isEmpty && observers.isEmpty && observed == nil }

  // MARK: Changes. Whoever makes one calls `link` and publishes the head.

  /// Where `layer` would stand: the slot's layers with it.
  ///
  /// - Parameter predecessor: whose layer it replaces, beside one of its own owner's and what stands for one that is gone.
  /// - Throws: EBUSY where others' layers are here and it does not stack; EEXIST for a tie; EINVAL where before and after
  ///   contradict each other; E2BIG.
  func adding(_ layer: Layer, inPlaceOf predecessor: (any EntryOwner)?) throws(Errno) -> [Layer] {
    if layer.isObserver {
      let others = presentObservers.filter { !layer.replaces($0, predecessor) }
      guard others.count + everywhere.layers.count < ObservedSlot.maximumObservers else { throw .E2BIG }
      return others + [layer]
    }
    let others = present.filter { !layer.replaces($0, predecessor) }
    if !layer.placement.isStacked, !others.isEmpty { throw .EBUSY }
    guard others.count < Self.maximumLayers else { throw .E2BIG }
    return try LayerOrder.sorted(others, adding: layer)
  }

  /// Puts `layer` in, in the order that `adding` has found.
  ///
  /// - Returns: the layers that it replaces.
  func add(_ layer: Layer, _ order: [Layer], inPlaceOf predecessor: (any EntryOwner)?) -> [Layer] {
    let replaced = (layer.isObserver ? presentObservers : present).filter { layer.replaces($0, predecessor) }
    for old in replaced {
      old.state = .withdrawn
      old.successor = layer
    }
    if layer.isObserver {
      observers = observers.filter { $0.state == .withdrawn } + order
    } else {
      arrange(order)
    }
    return replaced
  }

  /// Makes `order` the slot's present layers. A withdrawn one lies right below the one that it lay below, or that has taken its
  /// place.
  private func arrange(_ order: [Layer]) {
    let old = layers
    layers = order
    for (index, layer) in old.enumerated() where layer.state == .withdrawn {
      let upper = layer.successor ?? (index > 0 ? old[index - 1] : nil)
      let place = upper.flatMap { upper in layers.firstIndex { $0 === upper } }
      layers.insert(layer, at: place.map { $0 + 1 } ?? 0)
    }
  }

  /// Puts `new` right above `layer`.
  func insert(_ new: Layer, above layer: Layer) {
    layers.insert(new, at: layers.firstIndex { $0 === layer } ?? layers.endIndex)
  }

  /// Forgets a withdrawn layer, which no task is inside of.
  func remove(_ layer: Layer) {
    layers.removeAll { $0 === layer }
    observers.removeAll { $0 === layer }
  }

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
    let told = (observers + everywhere.layers).filter { $0.state == .live }.map(\.entry)
    if !told.isEmpty && observed == nil { observed = ObservedSlot.make(number: number) }
    if let observed {
      heirloom_atomic_store_pointer(observed.entry.nextPlace, next)
      observed.tell(told)
    }
    head = told.isEmpty ? next : observed.map { UnsafeMutableRawPointer($0) }
  }
}

extension Layer {
  /// Whether it is to stand in another's place.
  fileprivate func replaces(_ other: Layer, _ predecessor: (any EntryOwner)?) -> Bool {
    other.owner === owner || other.owner === predecessor || other.owner is GoneOwner && other.owner.name == owner.name
  }
}
