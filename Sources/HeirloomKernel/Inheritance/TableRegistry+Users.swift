public import HeirloomABI

/// Which task uses which table. A table's count is always the number of tasks that use it.
///
/// A task's binding is changed under the lock, by itself or by others. Dispatch reads it without: so a table that others have
/// taken from a task stays in memory until the task has been through here itself.
extension TableRegistry {
  /// Makes `tasks` use the table of that name from their next call on, all or none; what they used before is released.
  ///
  /// Each must itself have the right to select it, by its process's credentials.
  ///
  /// - Parameters:
  ///   - locking: they and their descendants cannot leave it from then on.
  ///   - origin: for listings.
  /// - Throws: ENOENT, EINVAL, ENAMETOOLONG; EACCES where the mode does not let a task select it, or it is revoked; EPERM where
  ///   a task cannot leave what it uses.
  func select(
    _ name: String, for tasks: [Task], locking: Bool = false, _ origin: TableOrigin
  ) throws(BindingError) {
    do throws(Errno) { try Self.check(name) } catch { throw BindingError(error) }
    try lock.withLock { () throws(BindingError) in
      guard let table = tables[name] else { throw BindingError(.ENOENT) }
      if table.isRevoked { throw BindingError(.EACCES) }
      for task in tasks {
        guard table.attributes.allow(.select, task.process.credentials) else { throw BindingError(.EACCES, task) }
        guard task.binding.table === table || !task.binding.isLocked else { throw BindingError(.EPERM, task) }
      }
      for task in tasks {
        bind(task, to: table, origin)
        if locking { task.binding.locksItself = true }
      }
    }
  }

  /// Makes `tasks` use no table from their next call on.
  ///
  /// - Parameter name: what the first of them must be using; nil: whatever it is.
  /// - Throws: ENOENT for another name; EPERM where one of the tasks cannot leave what it uses.
  func drop(_ name: String?, for tasks: [Task]) throws(BindingError) {
    try lock.withLock { () throws(BindingError) in
      if let name, tasks.first?.binding.table?.name != name { throw BindingError(.ENOENT) }
      if let task = tasks.first(where: { $0.binding.isLocked }) { throw BindingError(.EPERM, task) }
      for task in tasks { bind(task, to: nil, .none) }
    }
  }

  /// The child's part of inheritance, before its first instruction: the creator's table, counted once more.
  ///
  /// - Parameter isThread: of the same process.
  func inherit(_ child: Task, from parent: Task, isThread: Bool) {
    lock.withLock {
      let binding = parent.binding
      guard let table = binding.table else { return }
      if !isThread, table.attributes.policy.contains(.dropOnFork), !binding.isLocked { return }
      bind(child, to: table, .inherited(from: parent.process.id))
      child.binding.locksItself = binding.locksItself
    }
  }

  /// execve: what becomes of the table, and what the new program wishes.
  ///
  /// - Parameters:
  ///   - changesID: the program is set-id, and runs as somebody else.
  ///   - wish: the table that the program names; ignored where `who`, as the program will be, may not select it.
  func execute(_ task: Task, changesID: Bool, wish: String?, by who: Credentials) {
    lock.withLock {
      if let table = task.binding.table {
        let drops = table.attributes.policy.contains(.dropOnExec) && !task.binding.isLocked
        if changesID ? !table.isSafe : drops { bind(task, to: nil, .none) }
      }
      guard let wish, !task.binding.isLocked, let table = tables[wish], !table.isRevoked else { return }
      guard table.attributes.allow(.select, who), !changesID || table.isSafe else { return }
      bind(task, to: table, .program)
    }
  }

  /// Whether a set-id program must not change the task's ids: it would have to drop a table that cannot be left.
  func forbidsSetID(_ task: Task) -> Bool {
    lock.withLock { task.binding.isLocked && !(task.binding.table?.isSafe ?? true) }
  }

  /// The task ends: it uses nothing, and nobody can bind it any more.
  func end(_ task: Task) {
    lock.withLock {
      task.binding.hasEnded = true
      bind(task, to: nil, .none)
    }
  }

  /// A task's table as a listing shows it.
  public struct Use: Sendable, Equatable {
    public let name: String
    public let generation: UInt64
    public let origin: TableOrigin
    /// The task cannot leave it.
    public let isLocked: Bool
    /// The default serves.
    public let isRevoked: Bool
  }

  /// The table that `task` uses, if any.
  public func use(by task: Task) -> Use? {
    lock.withLock {
      task.binding.table.map { table in
        Use(
          name: table.name, generation: table.generation, origin: task.binding.origin, isLocked: task.binding.isLocked,
          isRevoked: table.isRevoked)
      }
    }
  }

  /// The caller holds the lock.
  private func bind(_ task: Task, to new: SyscallTable?, _ origin: TableOrigin) {
    if task.binding.hasEnded, new != nil { return }
    let old = task.binding.table
    let isOwn = Task.current.map { $0 === task } ?? false
    if isOwn || task.binding.hasEnded { task.binding.retired = [] }
    if old !== new {
      task.binding.table = new
      task.binding.locksItself = false
      // In this order: whoever reads in between finds the default, or the new table.
      task.setHeads(new?.heads ?? TableHeads.none, isUsed: new != nil)
      new?.users += 1
      if let old {
        if !isOwn { task.binding.retired.append(old) }
        old.users -= 1
        forgetIfUnused(old)
      }
    }
    task.binding.origin = origin
  }
}

/// Why tasks go on with the tables that they have.
public struct BindingError: Error, Equatable {
  public let error: Errno
  /// The process of the first task that was refused; nil: it is not about one of them.
  public let process: Int32?

  /// The table is, for everybody.
  var isRevoked: Bool { error == .EACCES && process == nil }

  init(_ error: Errno, _ task: Task? = nil) { (self.error, process) = (error, task?.process.id) }
}

/// How a task has come to its table.
public enum TableOrigin: Sendable, Equatable {
  case none
  /// It has selected it itself, or another thread of its process has for all.
  case selected
  /// From the process that made it.
  case inherited(from: Int32)
  /// Its program names it.
  case program
  /// From the command line, when it was started or later.
  case host
}

/// A task's table. Guarded by the registry's lock.
struct TableBinding {
  var table: SyscallTable?
  var origin = TableOrigin.none
  /// It has asked never to leave it.
  var locksItself = false
  var hasEnded = false
  /// Tables that others have taken from the task, which it may be reading.
  var retired: [SyscallTable] = []

  /// The table cannot be left. One that is revoked can.
  var isLocked: Bool {
    guard let table, !table.isRevoked else { return false }
    return locksItself || table.attributes.policy.contains(.locked)
  }
}
