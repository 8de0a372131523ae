internal import HeirloomABI

/// A guest process as ps(1) lists it.
public struct ProcessDescription: Sendable {
  public let pid, parent: Int32
  public let user: UInt32
  public let state: State
  public let threads: Int
  /// The system call table of its first thread.
  public let table: String?
  public let name: String
  /// The words it was started with.
  public let arguments: [String]

  /// The letters of ps(1).
  public enum State: String, Sendable { case running = "R", sleeping = "S", stopped = "T", zombie = "Z" }
}

extension Kernel {
  /// Every process there is, zombies included, by their ids.
  public var processList: [ProcessDescription] {
    let all = treeLock.withLock { processes.values.map { ($0, $0.family.tasks, $0.isZombie) } }
    return all.sorted { $0.0.id < $1.0.id }.map { process, tasks, isZombie in
      let first = tasks.first
      return ProcessDescription(
        pid: process.id, parent: process.parentID, user: process.uid,
        state: isZombie ? .zombie : process.state(tasks), threads: tasks.count, table: first?.table?.name,
        name: first?.name ?? process.lastName, arguments: isZombie ? [] : process.arguments.map { String(decoding: $0, as: UTF8.self) })
    }
  }
}

extension Process {
  fileprivate func state(_ tasks: [Task]) -> ProcessDescription.State {
    if signals.lock.withLock({ signals.stoppedBy != 0 }) { return .stopped }
    return tasks.contains { $0.isOnProcessor } ? .running : .sleeping
  }

  /// A zombie has no thread that would know its name.
  fileprivate var lastName: String {
    executable.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0.prefix(15), as: UTF8.self) } ?? "?"
  }
}

extension Task {
  /// Whether its host thread runs or could; from /proc/self/task/TID/stat (proc(5)), whose third field it is.
  fileprivate var isOnProcessor: Bool {
    let text = "/proc/self/task/\(hostThread)/stat".withHostString { (path) -> [UInt8] in
      guard let descriptor = try? Host.call(.open, path, OpenFlag.closeOnExec) else { return [] }
      defer { DescriptorLimits.close(Int32(descriptor)) }
      return (try? HostFile.read(Int32(descriptor), count: 256, at: 0)) ?? []
    }
    guard let end = text.lastIndex(of: UInt8(ascii: ")")), end + 2 < text.count else { return false }
    return text[end + 2] == UInt8(ascii: "R")
  }
}
