internal import CHeirloom

/// Derivation: a table asks its parent for what it leaves empty, and that its own parent; in the end the default serves.
///
/// The answer is worked out when anything changes, and stands in the table's own heads, so that depth costs dispatch
/// nothing. All of it is guarded by the registry's lock.
extension SyscallTable {
  /// Shows dispatch what `number` resolves to, here and in the tables that derive from this one.
  func publish(_ number: Int) {
    // No recursion: a guest says how deep tables derive from each other.
    var waiting = [self]
    while let table = waiting.popLast() {
      let below = table.parent?.heads[number]
      let slot = table.slots[number]
      slot?.link(below: below)
      let entry = table.isRevoked ? nil : slot == nil ? below : slot?.head
      if table.heads[number] == entry { continue }
      table.heads.store(entry, at: number)
      waiting += table.children.values
    }
  }

  /// - Parameter new: one that does not derive from this table.
  func setParent(_ new: SyscallTable?) {
    let old = parent
    old?.children[generation] = nil
    parent = new
    new?.children[generation] = self
    publish(numbersInUse.union(old?.heads.numbersInUse ?? []))
  }

  func setRevoked(_ isRevoked: Bool) {
    self.isRevoked = isRevoked
    publish(numbersInUse)
  }

  /// All numbers that it may resolve to an entry.
  private var numbersInUse: Set<Int> {
    heads.numbersInUse.union(slots.keys).union(parent?.heads.numbersInUse ?? [])
  }

  private func publish(_ numbers: Set<Int>) { for number in numbers { publish(number) } }

  // MARK: Safety. What serves a set-id program is all that root has vouched for: a safe table's ancestors are safe.

  /// A set-id program keeps it.
  var isSafe: Bool { attributes.isSafe }

  /// Whether it can be marked safe where it derives from `parent`.
  static func canBeSafe(below parent: SyscallTable?) -> Bool { parent?.isSafe ?? true }

  /// Takes the mark from those that derive from a table that is not safe any more.
  func unmarkDescendants() {
    var waiting = isSafe ? [] : [self]
    while let table = waiting.popLast() {
      for child in table.children.values where child.attributes.policy.contains(.safe) {
        child.attributes.policy.remove(.safe)
        waiting.append(child)
      }
    }
  }

  func derives(from ancestor: SyscallTable) -> Bool {
    var table: SyscallTable? = self
    while let here = table {
      if here === ancestor { return true }
      table = here.parent
    }
    return false
  }
}
