// What a module keeps of tasks and of processes: counts that threads and children have of their own.
import HeirloomModule
import Synchronization

struct Count {
  var calls = 0, generation = 0, execs = 0
}

@main struct PerProcess: Module {
  /// Values that are not ended.
  static let values = Atomic(0)

  static let ofProcess = TaskData(
    of: .process, initial: started(Count()),
    onFork: { started(Count(calls: $0.calls, generation: $0.generation + 1, execs: $0.execs)) },
    onExec: { $0.execs += 1 }, onExit: { _ in values.subtract(1, ordering: .relaxed) })
  static let ofTask = TaskData(of: .task, initial: Count())

  static func started(_ count: Count) -> Count {
    values.add(1, ordering: .relaxed)
    return count
  }

  static func load() throws(Errno) {
    try SyscallTable("perprocess").register(Override(510, new: "count", count))
  }

  static func unload() { printk("perprocess: \(values.load(ordering: .relaxed)) blocks are left") }

  /// - Parameter what: 0 the process's calls, 1 this thread's, 2 how often it was inherited, 3 its programs, 4 values that live.
  static func count(_ what: Int32) throws(Errno) -> Int {
    let process = try ofProcess.withValue { (count: inout Count) in
      count.calls += 1
      return count
    }
    let task = try ofTask.withValue { (count: inout Count) in
      count.calls += 1
      return count
    }
    switch what {
    case 0: return process.calls
    case 1: return task.calls
    case 2: return process.generation + 10 * task.generation
    case 3: return process.execs
    default: return values.load(ordering: .relaxed)
    }
  }
}
