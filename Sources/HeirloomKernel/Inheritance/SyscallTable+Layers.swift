internal import CHeirloom
internal import HeirloomABI

/// What stands in a table's slots. All of it is guarded by the registry's lock.
extension SyscallTable {
  private static let anyNumber = TableRegistry.Claim.anyNumber

  /// Layers and observers that are at `number`: dispatch finds them, or will when their owner is resumed.
  func present(_ number: Int) -> [Layer] {
    if number == Self.anyNumber { return everywhere.layers.filter { $0.state != .withdrawn } }
    return slots[number].map { $0.present + $0.presentObservers } ?? []
  }

  /// Where `layer` would stand at `number`. - Throws: as `Slot.adding`.
  func order(of layer: Layer, at number: Int, inPlaceOf predecessor: (any EntryOwner)?) throws(Errno) -> [Layer] {
    if number == Self.anyNumber {
      let fullest = slots.values.map(\.presentObservers.count).max() ?? 0
      guard everywhere.layers.count + fullest < ObservedSlot.maximumObservers else { throw .E2BIG }
      return []
    }
    // A slot that is not there has room for what all slots share.
    return try (slots[number] ?? Slot(number: number, everywhere: everywhere)).adding(layer, inPlaceOf: predecessor)
  }

  /// Puts a layer in, and shows it to dispatch.
  ///
  /// - Parameter order: as `order` has found it.
  /// - Returns: the layers that it replaces.
  func add(_ layer: Layer, at number: Int, _ order: [Layer], inPlaceOf predecessor: (any EntryOwner)?) -> [Layer] {
    defer { show(number) }
    if number == Self.anyNumber {
      let replaced = present(number).filter { $0.owner === layer.owner || $0.owner === predecessor }
      for old in replaced { old.state = .withdrawn }
      everywhere.layers.append(layer)
      return replaced
    }
    return slot(number).add(layer, order, inPlaceOf: predecessor)
  }

  /// Puts `new` right above `layer`. It is to be shown after that.
  func insert(_ new: Layer, above layer: Layer, at number: Int) { slots[number]?.insert(new, above: layer) }

  /// Forgets a withdrawn layer, which no task is inside of.
  func remove(_ layer: Layer, at number: Int) {
    if number == Self.anyNumber { everywhere.layers.removeAll { $0 === layer } }
    guard let slot = slots[number] else { return }
    slot.remove(layer)
    if slot.isEmpty { slots[number] = nil }
  }

  /// Shows dispatch what has become of `number`.
  func show(_ number: Int) {
    if number != Self.anyNumber { return publish(number) }
    for number in 0..<Int(NR_syscalls) {
      _ = slot(number)
      publish(number)
    }
  }

  /// The slot, made if there is none.
  private func slot(_ number: Int) -> Slot {
    if let slot = slots[number] { return slot }
    let slot = Slot(number: number, everywhere: everywhere)
    slots[number] = slot
    return slot
  }

  /// What dispatch has seen of its slots, and a task may be inside of while it lasts.
  var observed: [UnsafeMutableRawPointer] { slots.values.compactMap { $0.observed.map { UnsafeMutableRawPointer($0) } } }
}
