/// Who owns a table, who may do what with it, and who keeps it.
public struct TableAttributes: Sendable, Equatable {
  /// The user and the group that the mode's first two digits are about.
  public var owner, group: UInt32
  /// Permission bits as chmod(2) has them: r inspect, w register into, x select and derive from.
  public var mode: UInt32
  public var policy: TablePolicy

  /// - Parameter mode: 0755 lets everybody inspect and select, and its owner alone register.
  public init(owner: UInt32 = 0, group: UInt32 = 0, mode: UInt32 = 0o755, policy: TablePolicy = []) {
    (self.owner, self.group, self.mode, self.policy) = (owner, group, mode, policy)
  }
}

/// What becomes of a table's users at fork and exec. The bits are those of guest.h.
public struct TablePolicy: OptionSet, Sendable, Hashable {
  public let rawValue: UInt32
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// A new process starts without it. A new thread has its creator's all the same.
  public static let dropOnFork = TablePolicy(rawValue: 1)
  /// The next program starts without it.
  public static let dropOnExec = TablePolicy(rawValue: 2)
  /// Whoever uses it, and all that descend from them, cannot leave it, nor change it.
  public static let locked = TablePolicy(rawValue: 4)
  /// A set-id program keeps it, where root owns it. Only root may say so, and only of what derives from safe tables alone.
  public static let safe = TablePolicy(rawValue: 8)

  static let known: TablePolicy = [.dropOnFork, .dropOnExec, .locked, .safe]

  /// A table that cannot be left is not dropped either.
  public var isSound: Bool { isSubset(of: .known) && !(contains(.locked) && !isDisjoint(with: [.dropOnFork, .dropOnExec])) }

  /// Each by its name, in the order of the bits.
  public static let names: [(policy: TablePolicy, name: String)] = [
    (.dropOnFork, "fork-drop"), (.dropOnExec, "exec-drop"), (.locked, "locked"), (.safe, "safe"),
  ]

  /// The names with commas between; "-" for none.
  public var text: String {
    isEmpty ? "-" : Self.names.filter { contains($0.policy) }.map(\.name).joined(separator: ",")
  }
}

/// What a permission bit of a table allows.
public enum TableRight: UInt32, Sendable {
  case inspect = 4
  case register = 2
  case select = 1
}

extension TableAttributes {
  /// Whether the mode gives `who` the right. The effective user 0 has all.
  public func allow(_ right: TableRight, _ who: Credentials) -> Bool {
    if who.isPrivileged { return true }
    let shift: UInt32 = who.euid == owner ? 6 : who.isMember(of: group) ? 3 : 0
    return mode >> shift & right.rawValue != 0
  }

  /// A set-id program keeps it: root has vouched for it, and nobody else can change it.
  public var isSafe: Bool { owner == 0 && policy.contains(.safe) }

  /// Whether `who` may change the attributes: the owner and root.
  public func mayBeChanged(by who: Credentials) -> Bool { who.isPrivileged || who.euid == owner }
}

extension Credentials {
  /// The kernel's own, and a module's where nothing else was said.
  public static let kernel = Credentials(uid: 0, gid: 0, groups: [])

  func isMember(of group: UInt32) -> Bool { egid == group || groups.contains(group) }
}
