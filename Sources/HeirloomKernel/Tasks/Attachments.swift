/// What somebody outside the kernel, a module, keeps of a task or of a process.
public protocol Attachment: AnyObject, Sendable {
  /// The task, or the process, is to have a child. Runs on the creator's thread, before the child's first instruction.
  ///
  /// - Returns: the child's, or nil for none.
  func inherited(by child: Attachments) -> (any Attachment)?
  /// Another program takes over (execve). Runs on the task's thread.
  func executed()
  /// The task, or the process, ends. Runs on its last thread.
  func ended()
}

/// The attachments of one task or process, by a key of their owner's choice.
public final class Attachments: @unchecked Sendable {
  private let lock = Lock()
  private var all: [UInt: any Attachment] = [:]

  /// The attachment of that key, made where there is none.
  public func find(_ key: UInt, orMake make: () -> (any Attachment)?) -> (any Attachment)? {
    lock.withLock {
      if let existing = all[key] { return existing }
      guard let new = make() else { return nil }
      all[key] = new
      return new
    }
  }

  public func remove(_ key: UInt) { lock.withLock { _ = all.removeValue(forKey: key) } }

  private var current: [UInt: any Attachment] { lock.withLock { all } }

  func inherit(_ parent: Attachments) {
    for (key, attachment) in parent.current {
      guard let own = attachment.inherited(by: self) else { continue }
      lock.withLock { all[key] = own }
    }
  }

  func execute() { for attachment in current.values { attachment.executed() } }

  func end() {
    let last = lock.withLock {
      defer { all = [:] }
      return all
    }
    for attachment in last.values { attachment.ended() }
  }
}
