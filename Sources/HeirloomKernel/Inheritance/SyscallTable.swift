internal import CHeirloom
public import CMachine
internal import HeirloomABI

/// One overriding handler in a table's slot, in memory of its own that lives until no task is inside it.
public struct SyscallEntry {
  /// Runs the handler with its arguments taken from the processor's SAVE_ALL frame; its answer goes to eax.
  public var invoke: @convention(c) (UnsafeMutableRawPointer, UnsafeMutablePointer<heirloom_cpu>) -> Int

  public init(invoke: @escaping @convention(c) (UnsafeMutableRawPointer, UnsafeMutablePointer<heirloom_cpu>) -> Int) {
    self.invoke = invoke
  }
}

/// Whoever registers entries: a module. Entries belong to their owner, and nobody else may change them.
public protocol EntryOwner: AnyObject, Sendable {
  /// As messages name it.
  var name: String { get }
}

/// A named system call table: the paper's `syscall_t` (section 3).
///
/// It lives while it has entries or users. All but the slots is guarded by its registry's lock.
public final class SyscallTable: @unchecked Sendable {
  public let name: String
  /// Tells a table from an earlier one of the same name.
  public let generation: UInt64
  let heads = TableHeads()
  var entries: [Int: Registration] = [:]
  /// Tasks that use the table: the paper's reference count.
  var users = 0
  /// Slots that an owner has an entry in, each counted once for each owner.
  var holdings = 0

  struct Registration {
    let owner: any EntryOwner
    /// Takes the entry's memory; freed by whoever withdraws it, once no task is inside.
    let entry: UnsafeMutableRawPointer
    let release: @Sendable (UnsafeMutableRawPointer) -> Void
  }

  init(name: String, generation: UInt64) {
    self.name = name
    self.generation = generation
  }

  deinit { heads.deallocate() }

  /// Makes dispatch see `entry` at `number`, or nothing. One aligned word: a reader sees the old or the new.
  func publish(_ entry: UnsafeMutableRawPointer?, at number: Int) {
    heads.store(entry, at: number)
  }
}
