internal import HeirloomABI
internal import HeirloomMachine

// The system, its limits and its scheduler (uname(2), sysinfo(2), getrlimit(2), getrusage(2), sched_setaffinity(2)).

extension Task {
  func uname(_ to: OutBuffer) throws(Errno) -> Success {
    var names = [UInt8](repeating: 0, count: SystemNames.size)
    try names.withHostSpace { (names) throws(Errno) in try Host.call(.uname, names) }
    func put(_ text: String, _ field: Int) {
      for index in 0..<SystemNames.fieldSize { names[field * SystemNames.fieldSize + index] = 0 }
      for (index, byte) in text.utf8.prefix(SystemNames.fieldSize - 1).enumerated() {
        names[field * SystemNames.fieldSize + index] = byte
      }
    }
    put("Linux", 0)
    put(kernel.options.release, 2)
    put("#1 SMP heirloom", 3)
    put("i686", 4)
    try memory.write(names, at: to.address)
    return Success()
  }

  func sysinfo(_ to: OutBuffer) throws(Errno) -> Success {
    var info = HostSysinfo()
    try withHostPointer(to: &info) { (info) throws(Errno) in try Host.call(.sysinfo, info) }
    info.processes = UInt16(truncatingIfNeeded: kernel.treeLock.withLock { kernel.tasks.count })
    try memory.store(Sysinfo32(info), at: to)
    return Success()
  }

  func getrandom(_ to: OutBuffer, _ count: UInt32, _ flags: Flags) throws(Errno) -> Int32 {
    Int32(truncatingIfNeeded: try blocking(.getrandom, memory.output(to, Int(count)), Int(count), Int(flags.bits)))
  }

  func sethostname(_ name: InBuffer, _ size: Int32) throws(Errno) -> Success { throw .EPERM }
  func setdomainname(_ name: InBuffer, _ size: Int32) throws(Errno) -> Success { throw .EPERM }

  /// 0xffffffff asks. Other personalities than Linux's own have no effect here.
  func personality(_ personality: UInt32) throws(Errno) -> Int32 { 0 }

  func getcpu(_ cpu: OutBuffer, _ node: OutBuffer, _ unused: UserPointer) throws(Errno) -> Success {
    try Host.call(.getcpu, memory.output(cpu, 4), memory.output(node, 4), 0)
    return Success()
  }

  func capget(_ header: UserPointer, _ data: OutBuffer) throws(Errno) -> Success {
    let (version, id) = try memory.load(header, as: (UInt32, Int32).self)
    let known: UInt32 = 0x2008_0522
    let sets = version == 0x1998_0330 ? 1 : 2
    guard [0x1998_0330, 0x2007_1026, known].contains(version) else {
      try memory.store(known, at: header)
      if data.isNull { return Success() }
      throw .EINVAL
    }
    if data.isNull { return Success() }
    guard let subject = id == 0 ? process : kernel.process(id) else { throw .ESRCH }
    let all: [UInt32] = subject.credentials.isPrivileged ? [0xffff_ffff, 0x1ff] : [0, 0]
    for index in 0..<sets {
      // effective, permitted, inheritable
      try memory.write([all[index], all[index], 0].flatMap(\.bytes), at: data.address &+ UInt32(12 * index))
    }
    return Success()
  }
}

// MARK: Limits

extension Task {
  func getrlimit(_ resource: UInt32, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(Limit32(old: limit(resource)), at: to)
    return Success()
  }

  func ugetrlimit(_ resource: UInt32, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(Limit32(limit(resource)), at: to)
    return Success()
  }

  func setrlimit(_ resource: UInt32, _ from: InBuffer) throws(Errno) -> Success {
    _ = try limit(resource)
    try setLimit(process, resource, try memory.load(from, as: Limit32.self).host)
    return Success()
  }

  func prlimit64(_ id: Int32, _ resource: UInt32, _ new: InBuffer, _ old: OutBuffer) throws(Errno) -> Success {
    guard resource < HostLimits.count else { throw .EINVAL }
    guard let subject = id == 0 ? process : kernel.process(id) else { throw .ESRCH }
    let mine = process.credentials
    guard subject === process || mine.isPrivileged || subject.uid == mine.uid else { throw .EPERM }
    let previous = subject.limits[Int(resource)]
    if !new.isNull {
      let wanted = try memory.load(new, as: (Long64, Long64).self)
      try setLimit(subject, resource, HostLimit(soft: wanted.0.unsigned, hard: wanted.1.unsigned))
    }
    if !old.isNull { try memory.store((Long64(previous.soft), Long64(previous.hard)), at: old) }
    return Success()
  }

  private func limit(_ resource: UInt32) throws(Errno) -> HostLimit {
    guard resource < HostLimits.count else { throw .EINVAL }
    return process.limits[Int(resource)]
  }

  private func setLimit(_ subject: Process, _ resource: UInt32, _ new: HostLimit) throws(Errno) {
    let old = subject.limits[Int(resource)]
    guard new.soft <= new.hard else { throw .EINVAL }
    if new.hard > old.hard {
      // The table of descriptors ends where the kernel's numbers begin, for everybody.
      guard process.credentials.isPrivileged, Int(resource) != HostLimits.files else { throw .EPERM }
    }
    subject.limits[Int(resource)] = new
  }
}

// MARK: Time used

extension Task {
  func getrusage(_ who: Int32, _ to: OutBuffer) throws(Errno) -> Success {
    let usage: Usage
    switch who {
    case 0: usage = process.usage(seenBy: self)
    case 1: usage = Usage.ofThisThread()
    case -1: usage = process.times.ofChildren
    default: throw .EINVAL
    }
    try memory.store(Rusage32(usage.host), at: to)
    return Success()
  }

  func times(_ to: OutBuffer) throws(Errno) -> UInt32 {
    let tick: Int64 = 10_000_000
    if !to.isNull {
      let own = process.usage(seenBy: self)
      let children = process.times.ofChildren
      func ticks(_ time: Int64) -> UInt32 { UInt32(truncatingIfNeeded: time / tick) }
      try memory.store(
        Tms32(
          user: ticks(own.user), system: ticks(own.system), childrenUser: ticks(children.user),
          childrenSystem: ticks(children.system)), at: to)
    }
    return UInt32(truncatingIfNeeded: try Clock.now(Clock.monotonic).total / tick)
  }
}

// MARK: Scheduling

extension Task {
  func sched_yield() throws(Errno) -> Success {
    try Host.call(.sched_yield)
    return Success()
  }

  /// The host thread that runs task `id`; 0: the caller's own.
  private func hostThread(_ id: Int32) throws(Errno) -> Int {
    guard id >= 0 else { throw .EINVAL }
    if id == 0 { return 0 }
    guard let task = kernel.task(id) else { throw .ESRCH }
    return Int(task.hostThread)
  }

  func sched_setaffinity(_ id: Int32, _ size: UInt32, _ mask: InBuffer) throws(Errno) -> Success {
    let thread = try hostThread(id)
    let length = min(Int(size), 1024)
    try withScratch((length + 7) & ~7) { (space) throws(Errno) in
      space.initializeMemory(as: UInt8.self, repeating: 0)
      try memory.copyIn(mask, into: UnsafeMutableRawBufferPointer(rebasing: space[0..<length]))
      try Host.call(.sched_setaffinity, thread, space.count, Int(bitPattern: space.baseAddress))
    }
    return Success()
  }

  /// The bytes written. The guest's mask is counted in words of 4 bytes, the host's in 8.
  func sched_getaffinity(_ id: Int32, _ size: UInt32, _ mask: OutBuffer) throws(Errno) -> Int32 {
    guard size & 3 == 0 else { throw .EINVAL }
    let thread = try hostThread(id)
    return try withScratch(1024) { (space) throws(Errno) in
      let used = try Host.call(.sched_getaffinity, thread, space.count, Int(bitPattern: space.baseAddress))
      let length = min(used, Int(size))
      guard length > 0, !space[length..<used].contains(where: { $0 != 0 }) else { throw Errno.EINVAL }
      try memory.copyOut(UnsafeRawBufferPointer(rebasing: space[0..<length]), to: mask)
      return Int32(length)
    }
  }

  func sched_getscheduler(_ id: Int32) throws(Errno) -> Int32 {
    Int32(try Host.call(.sched_getscheduler, hostThread(id)))
  }

  func sched_setscheduler(_ id: Int32, _ policy: Int32, _ parameters: InBuffer) throws(Errno) -> Success {
    try Host.call(.sched_setscheduler, hostThread(id), Int(policy), memory.input(parameters))
    return Success()
  }

  func sched_getparam(_ id: Int32, _ parameters: OutBuffer) throws(Errno) -> Success {
    try Host.call(.sched_getparam, hostThread(id), memory.output(parameters, 4))
    return Success()
  }

  func sched_setparam(_ id: Int32, _ parameters: InBuffer) throws(Errno) -> Success {
    try Host.call(.sched_setparam, hostThread(id), memory.input(parameters))
    return Success()
  }

  func sched_get_priority_max(_ policy: Int32) throws(Errno) -> Int32 {
    Int32(try Host.call(.sched_get_priority_max, Int(policy)))
  }

  func sched_get_priority_min(_ policy: Int32) throws(Errno) -> Int32 {
    Int32(try Host.call(.sched_get_priority_min, Int(policy)))
  }

  func sched_rr_get_interval(_ id: Int32, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(Timespec32(truncating: interval(id)), at: to)
    return Success()
  }

  func sched_rr_get_interval_time64(_ id: Int32, _ to: OutBuffer) throws(Errno) -> Success {
    try memory.store(interval(id), at: to)
    return Success()
  }

  private func interval(_ id: Int32) throws(Errno) -> HostTimespec {
    let thread = try hostThread(id)
    var time = HostTimespec()
    try withHostPointer(to: &time) { (time) throws(Errno) in try Host.call(.sched_rr_get_interval, thread, time) }
    return time
  }

  func nice(_ increment: Int32) throws(Errno) -> Success {
    let present = 20 - (try Host.call(.getpriority, 0, 0))
    let wanted = max(-20, min(19, present + Int(max(-40, min(40, increment)))))
    do throws(Errno) { try Host.call(.setpriority, 0, 0, wanted) } catch { throw error == .EACCES ? .EPERM : error }
    return Success()
  }

  /// 20 less the nice value; of several, the most favoured one's.
  func getpriority(_ which: Int32, _ who: Int32) throws(Errno) -> Int32 {
    var best = -1
    for thread in try threads(which, who) {
      if let priority = try? Host.call(.getpriority, 0, thread) { best = max(best, priority) }
    }
    guard best >= 0 else { throw .ESRCH }
    return Int32(best)
  }

  func setpriority(_ which: Int32, _ who: Int32, _ value: Int32) throws(Errno) -> Success {
    let all = try threads(which, who)
    guard !all.isEmpty else { throw .ESRCH }
    for thread in all { try Host.call(.setpriority, 0, thread, Int(value)) }
    return Success()
  }

  /// Host threads of a process, a group or a user (getpriority(2)).
  private func threads(_ which: Int32, _ who: Int32) throws(Errno) -> [Int] {
    switch which {
    case 0: return [try hostThread(who)]
    case 1:
      let group = who == 0 ? kernel.treeLock.withLock { process.family.group } : who
      return hostThreads(of: kernel.members(ofGroup: group))
    case 2:
      let user = who == 0 ? process.uid : UInt32(bitPattern: who)
      return hostThreads(of: kernel.allProcesses.filter { $0.uid == user })
    default: throw .EINVAL
    }
  }

  private func hostThreads(of processes: [Process]) -> [Int] {
    kernel.treeLock.withLock { processes.flatMap { $0.family.tasks.map { Int($0.hostThread) } } }
  }
}
