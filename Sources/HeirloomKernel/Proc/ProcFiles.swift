internal import HeirloomABI
internal import Synchronization

/// The kernel's own files in /proc (proc(5)). Host processes other than this kernel are not shown.
enum ProcFiles {
  /// Makes a file's text, `LosslessText`; nil: there is no such file for this process.
  typealias Text = @Sendable (Task) -> String?

  private struct Registry {
    var files: [String: Text] = [:]
    var processFiles: [String: Text] = [:]
  }
  private static let registry = Mutex(Registry())

  /// Puts a file at /proc/`path`, such as "modules"; its reader is passed on.
  static func add(_ path: String, _ text: @escaping Text) {
    registry.withLock { $0.files[path] = text }
  }

  /// Puts a file at /proc/<pid>/`name`; the task is the first of that process.
  static func addForEachProcess(_ name: String, _ text: @escaping Text) {
    registry.withLock { $0.processFiles[name] = text }
  }

  static func lookup(_ parts: ArraySlice<String>, _ task: Task) -> VirtualPath {
    guard let first = parts.first else { return .host("/proc") }
    let rest = parts.dropFirst()
    switch first {
    case "self":
      let target = "\(task.process.id)"
      if rest.isEmpty { return .link(target: Array(target.utf8), lookalike: "/proc/self") }
      return process(task.process.id, task, rest, reader: task)
    case "thread-self":
      return process(task.process.id, task, rest, reader: task)
    #if Tables
      case TableDirectory.name: return TableDirectory.lookup(rest, task)
      case "tty" where rest.first == "ldisc": return .missing
    #endif
    case "mounts", "net":
      // Links through self, which leads to this kernel's own on the host.
      return hostPath(parts)
    default:
      if let id = Int32(first) {
        guard let subject = task.kernel.firstTask(of: id) else { return .missing }
        return process(id, subject, rest, reader: task)
      }
      let name = parts.joined(separator: "/")
      if let text = registry.withLock({ $0.files[name] }) ?? builtIn[name] {
        return text(task).map { .file(LosslessText.bytes($0)) } ?? .missing
      }
      return task.process.files.root >= 0 ? hostPath(parts) : .none
    }
  }

  private static func hostPath(_ parts: ArraySlice<String>) -> VirtualPath { .host("/proc/" + parts.joined(separator: "/")) }

  private static func process(
    _ id: Int32, _ subject: Task, _ parts: ArraySlice<String>, reader: Task
  ) -> VirtualPath {
    // Every guest thread is a thread of the one host process, and has its own directory there.
    let host = "/proc/self/task/\(subject.hostThread)"
    guard let name = parts.first else { return .host(host) }
    switch name {
    case "exe":
      if subject.process.executable.isEmpty { return .missing }
      return .link(
        target: reader.guestPath(subject.process.executable), lookalike: "/proc/self/exe")
    case "cwd", "root":
      let files = subject.process.files
      let descriptor = name == "cwd" ? files.directory : files.root
      let target = descriptor < 0 ? "/proc/self/root" : host + "/fd/\(descriptor)"
      return parts.count == 1 ? .magic(host: target, lookalike: "/proc/self/" + name) : .host(target + tail(parts))
    case "task":
      guard parts.count > 1 else { return .host("/proc/self/task") }
      let thread = parts[parts.startIndex + 1]
      guard let number = Int32(thread), let other = reader.kernel.task(number), other.process === subject.process
      else { return .missing }
      return process(number, other, parts.dropFirst(2), reader: reader)
    case "syscall_table" where parts.count == 1 && hasTables:
      return .file(Array(TableText.use(subject, reader).utf8))
    default:
      if parts.count == 1, let text = registry.withLock({ $0.processFiles[name] }) ?? processBuiltIn[name] {
        return text(subject).map { .file(LosslessText.bytes($0)) } ?? .missing
      }
      return .host(host + "/" + parts.joined(separator: "/"))
    }
  }

  /// /proc/HOST/task/THREAD/..., where a guest process's directory is the host's, under the guest's own number.
  static func guestPath(_ path: [UInt8], _ kernel: Kernel) -> [UInt8] {
    let start = Array("/proc/\(HostThread.processID)/task/".utf8)
    if TableDirectory.isStandIn(path) { return Array("/proc/\(TableDirectory.name)".utf8) }
    guard path.starts(with: start) else { return path }
    let number = path[start.count...].prefix { $0 != 0x2f }
    guard let thread = Int32(String(decoding: number, as: UTF8.self)) else { return path }
    let task = kernel.treeLock.withLock { kernel.tasks.values.first { $0.hostThread == thread } }
    guard let task else { return path }
    let own = task.id == task.process.id ? "/proc/\(task.id)" : "/proc/\(task.process.id)/task/\(task.id)"
    return Array(own.utf8) + path[(start.count + number.count)...]
  }

  private static func tail(_ parts: ArraySlice<String>) -> String { parts.dropFirst().map { "/" + $0 }.joined() }

  private static let builtIn: [String: Text] = [
    "modules": { $0.kernel.modules?.modulesText(showsAddresses: $0.process.credentials.isPrivileged) },
    "sys/kernel/osrelease": { $0.kernel.options.release + "\n" },
    "sys/kernel/ostype": { _ in "Linux\n" },
    "syscall_tables": hasTables ? TableText.all : { _ in nil },
    "version": { "Linux version \($0.kernel.options.release) (heirloom) #1 SMP\n" },
  ]

  private static let processBuiltIn: [String: Text] = [
    "cmdline": { $0.process.arguments.map { LosslessText.string($0) + "\0" }.joined() },
    "comm": { $0.comm + "\n" },
    "limits": ProcessText.limits,
    "maps": { $0.process.memory.mapsText(thread: $0.hostThread) },
    "stat": ProcessText.stat,
    "statm": ProcessText.memory,
    "status": ProcessText.status,
  ]

  #if Tables
    static let hasTables = true
  #else
    static let hasTables = false
  #endif
}

extension Kernel {
  /// The first thread of process `id`, if there is such a process and it is no zombie.
  func firstTask(of id: Int32) -> Task? {
    guard let process = process(id) else { return nil }
    return treeLock.withLock { process.family.tasks.first }
  }
}
