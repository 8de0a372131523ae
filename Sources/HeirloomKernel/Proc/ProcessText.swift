internal import HeirloomABI
internal import HeirloomMachine

/// The texts of /proc/<pid>/stat and its neighbours (proc(5)). Fields that this kernel does not keep are 0.
enum ProcessText {
  static func stat(_ task: Task) -> String? {
    let process = task.process
    let (group, session, threads, state) = task.kernel.treeLock.withLock {
      (process.family.group, process.family.session, process.family.tasks.count, letter(process))
    }
    let usage = process.cpuTime
    let tick: Int64 = 10_000_000
    let size = bytes(of: process)
    let terminal = task.kernel.terminal(ofSession: session)
    let children = process.times.ofChildren
    let head = "\(process.id) (\(task.comm)) \(state) \(process.parentID) \(group) \(session)"
    let tty = terminal.map { "34816 \($0.foreground)" } ?? "0 -1"
    let faults = "4194304 \(usage.minorFaults) 0 \(usage.majorFaults) 0"
    let times = "\(usage.user / tick) \(usage.system / tick) \(children.user / tick) \(children.system / tick)"
    let tail = "20 0 \(threads) 0 \(process.startTicks) \(size) \(size / 4096) 4294967295"
    return "\(head) \(tty) \(faults) \(times) \(tail)" + String(repeating: " 0", count: 27) + "\n"
  }

  static func memory(_ task: Task) -> String? {
    let pages = bytes(of: task.process) / 4096
    return "\(pages) \(pages) 0 0 0 \(pages) 0\n"
  }

  static func status(_ task: Task) -> String? {
    let process = task.process
    let ids = process.credentials
    let (threads, state) = task.kernel.treeLock.withLock { (process.family.tasks.count, letter(process)) }
    let (pending, blocked) = process.signals.lock.withLock { (process.signals.pending.set, task.signals.mask) }
    let size = bytes(of: process) / 1024
    let states = ["R": "running", "S": "sleeping", "T": "stopped", "Z": "zombie"]
    let umask = String(process.files.umask, radix: 8)
    var lines = [
      "Name:\t\(task.comm)", "Umask:\t\(String(repeating: "0", count: max(0, 4 - umask.count)))\(umask)",
      "State:\t\(state) (\(states[state] ?? "running"))", "Tgid:\t\(process.id)", "Ngid:\t0", "Pid:\t\(task.id)",
      "PPid:\t\(process.parentID)", "TracerPid:\t0", "Uid:\t\(ids.uid)\t\(ids.euid)\t\(ids.suid)\t\(ids.fsuid)",
      "Gid:\t\(ids.gid)\t\(ids.egid)\t\(ids.sgid)\t\(ids.fsgid)", "FDSize:\t64",
      "Groups:\t" + ids.groups.map { "\($0) " }.joined(),
    ]
    lines += [
      "VmPeak:\t\(padded(size)) kB", "VmSize:\t\(padded(size)) kB", "VmRSS:\t\(padded(size)) kB",
      "Threads:\t\(threads)", "SigPnd:\t\(hex(0))", "ShdPnd:\t\(hex(pending))", "SigBlk:\t\(hex(blocked))",
      "CapInh:\t\(hex(0))", "CapPrm:\t\(hex(ids.isPrivileged ? 0x1ff_ffff_ffff : 0))",
      "CapEff:\t\(hex(ids.isPrivileged ? 0x1ff_ffff_ffff : 0))", "NoNewPrivs:\t0", "Seccomp:\t0",
    ]
    return lines.map { $0 + "\n" }.joined()
  }

  static func limits(_ task: Task) -> String? {
    let names: [(String, String)] = [
      ("Max cpu time", "seconds"), ("Max file size", "bytes"), ("Max data size", "bytes"), ("Max stack size", "bytes"),
      ("Max core file size", "bytes"), ("Max resident set", "bytes"), ("Max processes", "processes"),
      ("Max open files", "files"), ("Max locked memory", "bytes"), ("Max address space", "bytes"),
      ("Max file locks", "locks"), ("Max pending signals", "signals"), ("Max msgqueue size", "bytes"),
      ("Max nice priority", ""), ("Max realtime priority", ""), ("Max realtime timeout", "us"),
    ]
    func column(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count)) + " "
    }
    func amount(_ value: UInt64) -> String { value == HostLimit.infinity ? "unlimited" : "\(value)" }
    var text = column("Limit", 25) + column("Soft Limit", 20) + column("Hard Limit", 20) + column("Units", 9) + "\n"
    for (index, (name, unit)) in names.enumerated() {
      let limit = task.process.limits[index]
      text += column(name, 25) + column(amount(limit.soft), 20) + column(amount(limit.hard), 20) + column(unit, 9) + "\n"
    }
    return text
  }

  private static func bytes(of process: Process) -> UInt64 {
    process.memory.lock.withLock { process.memory.areas.areas.reduce(0) { $0 + $1.range.length } }
  }

  /// R, S, T or Z. The tree's lock is held.
  private static func letter(_ process: Process) -> String {
    if case .zombie = process.family.state { return "Z" }
    return process.signals.lock.withLock { process.signals.stoppedBy != 0 } ? "T" : "R"
  }

  private static func hex(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static func padded(_ value: UInt64) -> String {
    let digits = String(value)
    return String(repeating: " ", count: max(0, 8 - digits.count)) + digits
  }
}

extension Process {
  /// When the process began, in ticks of 10 ms since the host's boot.
  var startTicks: UInt64 { startTime / 10_000_000 }
}
