internal import HeirloomABI

/// Whoever registers entries: a module. Entries belong to their owner, and nobody else may change them.
public protocol EntryOwner: AnyObject, Sendable {
  /// As messages name it.
  var name: String { get }
  /// With whose rights it registers.
  var credentials: Credentials { get }
}

extension EntryOwner {
  public var credentials: Credentials { .kernel }
}

/// A named system call table: the paper's `syscall_t` (section 3).
///
/// It lives while it has entries, users, a definition or tables that derive from it. All but `heads` is guarded by its
/// registry's lock.
public final class SyscallTable: @unchecked Sendable {
  public let name: String
  /// Tells a table from an earlier one of the same name.
  public let generation: UInt64
  let heads = TableHeads()
  /// By number: those that hold anything, a withdrawn layer that a task may be inside of included.
  var slots: [Int: Slot] = [:]
  /// Tasks that use the table: the paper's reference count.
  var users = 0
  /// Slots that an owner has something in, each counted once for each owner.
  var holdings = 0
  var attributes: TableAttributes
  /// It was made on purpose, and stays until it is removed.
  var isDefined = false
  /// Its owner has taken it from its users: the default serves them.
  var isRevoked = false
  /// Serves what this table leaves empty. See `SyscallTable+Derivation`.
  var parent: SyscallTable?
  /// Tables whose parent this is, by generation.
  var children: [UInt64: SyscallTable] = [:]
  /// Observers of all its calls.
  let everywhere = Slot.Observers()
  /// What becomes of calls whose module is gone, where its layer does not say.
  var failMode = FailMode.open
  /// After how many faults a layer is taken out; 0: never.
  var faultLimit: UInt32 = 0
  /// How much is counted of its calls; nil: as the registry says.
  var statistics: StatisticsLevel?

  init(name: String, generation: UInt64, attributes: TableAttributes) {
    self.name = name
    self.generation = generation
    self.attributes = attributes
  }

  deinit { heads.deallocate() }

  /// Whether anything keeps the table.
  var isKept: Bool { users > 0 || holdings > 0 || isDefined || !children.isEmpty }
}
