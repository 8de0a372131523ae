internal import HeirloomABI
internal import HeirloomMachine

// wait(2), waitid(2)

/// Which children a wait is about.
enum WaitTarget {
  case any, process(Int32), group(Int32)

  func includes(_ child: Process) -> Bool {
    switch self {
    case .any: true
    case .process(let id): child.id == id
    case .group(let group): child.family.group == group
    }
  }
}

/// WNOHANG and its like.
enum WaitOption {
  static let noHang: UInt32 = 1, stopped: UInt32 = 2, exited: UInt32 = 4, continued: UInt32 = 8
  static let noWait: UInt32 = 0x0100_0000
  /// __WNOTHREAD, __WALL, __WCLONE.
  static let cloneBits: UInt32 = 0xe000_0000
  static let all: UInt32 = 0x4000_0000, clone: UInt32 = 0x8000_0000
}

private struct ChildEvent {
  let child: Process
  let status: Int32
  let info: SignalInfo
  var usage = Usage()
}

extension Task {
  func wait4(_ id: Int32, _ status: OutBuffer, _ options: Flags, _ usage: OutBuffer) throws(Errno) -> Int32 {
    let known = WaitOption.noHang | WaitOption.stopped | WaitOption.continued | WaitOption.cloneBits
    guard options.bits & ~known == 0 else { throw .EINVAL }
    guard id != Int32.min else { throw .ESRCH }
    let target: WaitTarget =
      id > 0 ? .process(id) : id == -1 ? .any : .group(id == 0 ? try getpgrp() : -id)
    guard let event = try waitForChild(target, options.bits | WaitOption.exited) else { return 0 }
    if !status.isNull { try memory.store(event.status, at: status) }
    if !usage.isNull { try memory.store(Rusage32(event.usage.host), at: usage) }
    return event.child.id
  }

  func waitpid(_ id: Int32, _ status: OutBuffer, _ options: Flags) throws(Errno) -> Int32 {
    try wait4(id, status, options, OutBuffer(0))
  }

  func waitid(_ type: Int32, _ id: Int32, _ info: OutBuffer, _ options: Flags, _ usage: OutBuffer) throws(Errno) -> Int32 {
    let wanted = WaitOption.stopped | WaitOption.exited | WaitOption.continued
    let known = wanted | WaitOption.noHang | WaitOption.noWait | WaitOption.cloneBits
    guard options.bits & ~known == 0, options.bits & wanted != 0 else { throw .EINVAL }
    let target: WaitTarget
    switch type {
    case 0: target = .any
    case 1 where id > 0: target = .process(id)
    case 2 where id >= 0: target = .group(id == 0 ? try getpgrp() : id)
    default: throw .EINVAL
    }
    let event = try waitForChild(target, options.bits)
    if !info.isNull {
      if let event {
        try memory.write(event.info.bytes(number: Signal.child), at: info.address)
      } else {
        // Nothing to report: si_signo and si_pid say so.
        try memory.write([UInt8](repeating: 0, count: 24), at: info.address)
      }
    }
    if !usage.isNull { try memory.store(Rusage32((event?.usage ?? Usage()).host), at: usage) }
    return 0
  }

  /// - Returns: nil under WNOHANG where no child has anything to report.
  /// - Throws: ECHILD; ERESTARTSYS.
  private func waitForChild(_ target: WaitTarget, _ options: UInt32) throws(Errno) -> ChildEvent? {
    while true {
      let ticket = process.childEvents.ticket
      if let event = try kernel.treeLock.withLock({ () throws(Errno) in try takeEvent(target, options) }) { return event }
      if options & WaitOption.noHang != 0 { return nil }
      try process.childEvents.wait(ticket, self)
    }
  }

  private func takeEvent(_ target: WaitTarget, _ options: UInt32) throws(Errno) -> ChildEvent? {
    // A child that ends with another signal than SIGCHLD is seen only by those who ask for it.
    let candidates = process.family.children.filter { child in
      let isClone = child.family.exitSignal != Signal.child
      return target.includes(child)
        && (options & WaitOption.all != 0 || isClone == (options & WaitOption.clone != 0))
    }
    if candidates.isEmpty { throw .ECHILD }
    let keeps = options & WaitOption.noWait != 0
    for child in candidates {
      if case .zombie(let status) = child.family.state, options & WaitOption.exited != 0 {
        let usage = child.finalUsage
        if !keeps {
          process.family.children.removeAll { $0 === child }
          kernel.processes[child.id] = nil
          process.times.addChild(usage)
        }
        return ChildEvent(child: child, status: status.word, info: .childExited(child, status), usage: usage)
      }
      if let signal = child.family.unreportedStop, options & WaitOption.stopped != 0 {
        if !keeps { child.family.unreportedStop = nil }
        return ChildEvent(child: child, status: signal << 8 | 0x7f, info: .childStopped(child, signal))
      }
      if child.family.unreportedContinue, options & WaitOption.continued != 0 {
        if !keeps { child.family.unreportedContinue = false }
        return ChildEvent(child: child, status: 0xffff, info: .childContinued(child))
      }
    }
    return nil
  }
}
