internal import HeirloomABI

/// Which layer of a slot lies above which.
///
/// `before` and `after` are kept in any case; what they leave open, the priority decides. The order depends on the layers
/// and not on when each came, so that a boot in another order gives the same stack.
enum LayerOrder {
  /// The layers with a new one among them, uppermost first.
  ///
  /// - Parameter layers: in their present order, which settles what has become open between them since (a layer that stood
  ///   between two of them has gone).
  /// - Throws: EEXIST where only the time of coming would tell the new one from another; EINVAL where before and after
  ///   contradict each other.
  static func sorted(_ layers: [Layer], adding new: Layer) throws(Errno) -> [Layer] {
    var rest = layers + [new]
    var order: [Layer] = []
    while !rest.isEmpty {
      let free = rest.filter { layer in !rest.contains { $0 !== layer && $0.isToBeAbove(layer) } }
      guard let highest = free.map(\.rank).max() else { throw .EINVAL }
      let next = free.filter { $0.rank == highest }
      if next.count > 1, next.contains(where: { $0 === new }) { throw .EEXIST }
      order.append(next[0])
      rest.removeAll { $0 === next[0] }
    }
    return order
  }
}

extension Layer {
  fileprivate func isToBeAbove(_ other: Layer) -> Bool {
    placement.before.contains(other.owner.name) || other.placement.after.contains(owner.name)
  }

  /// One that has not asked to share its slot lies below all that have.
  fileprivate var rank: Int { placement.isStacked ? Int(placement.priority) : Int.min }
}
