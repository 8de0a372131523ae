public import HeirloomABI

/// Who serves a call of a process, and why.
public struct Explanation: Sendable {
  public let pid: Int32
  /// The program's name.
  public let program: String
  public let number: Int
  /// nil: the default table has no such call.
  public let call: String?
  /// The table of its first thread, and how it came to it.
  public let use: TableRegistry.Use?
  /// The tables that are asked, one after the other, with what each has for the call.
  public let tables: [Table]
  /// What the default table says of the call; nil: it answers ENOSYS.
  public let support: Support?

  public struct Table: Sendable {
    public let name: String
    /// The kernel's own call serves, and no other table is asked.
    public let isRevoked: Bool
    /// From the uppermost layer down; observers behind them.
    public let layers: [LayerDescription]
  }
}

extension Kernel {
  /// - Throws: ESRCH where there is no such process.
  public func explain(_ pid: Int32, _ number: Int) throws(Errno) -> Explanation {
    guard let task = treeLock.withLock({ processes[pid]?.family.tasks.first }) else { throw .ESRCH }
    let declaration = DefaultTable.declaration(of: number)
    return Explanation(
      pid: pid, program: task.name, number: number, call: declaration?.name, use: task.table,
      tables: tables.chain(of: task, number), support: declaration?.support)
  }
}

extension TableRegistry {
  /// The tables that a task's call is looked up in, with what each has for it.
  fileprivate func chain(of task: Task, _ number: Int) -> [Explanation.Table] {
    let inside = Kernel.running.tasksInside
    return lock.withLock {
      var chain: [Explanation.Table] = []
      var next = task.binding.table
      while let table = next {
        if table.isRevoked {
          chain.append(Explanation.Table(name: table.name, isRevoked: true, layers: []))
          break
        }
        let layers = table.present(number).map { describe($0, number, inside) }
        let everywhere = table.present(Claim.anyNumber).map { describe($0, Claim.anyNumber, inside) }
        chain.append(Explanation.Table(name: table.name, isRevoked: false, layers: layers + everywhere))
        next = table.parent
      }
      return chain
    }
  }

  /// Who is behind identities that a call has met.
  func names(of identities: [UInt64]) -> [LayerIdentities.Name] {
    if identities.isEmpty { return [] }
    return lock.withLock { identities.compactMap { self.identities[$0] } }
  }
}
