internal import HeirloomABI
internal import HeirloomMachine

/// A terminal that a session of guests is on. Its fields are guarded by `Kernel.treeLock`.
///
/// Sessions and groups are the kernel's own, so the host's terminal serves for reading and writing only; what it raises as
/// signals comes from whoever started the session: the host process's own terminal, or a command at the control socket.
final class GuestTerminal: @unchecked Sendable {
  /// st_rdev of its file; nil: none of the session's first files is a terminal.
  let device: UInt?
  /// 0: no session's any more.
  var session: Int32
  /// The group that the terminal's signals go to.
  var foreground: Int32
  /// Called when all of the session are stopped, for the user's shell to see; nil: the host process itself stops then.
  let whenStopped: (@Sendable () -> Void)?

  init(device: UInt?, session: Int32, whenStopped: (@Sendable () -> Void)? = nil) {
    self.device = device
    self.session = session
    foreground = session
    self.whenStopped = whenStopped
  }

  /// st_rdev of the first of the calling thread's descriptors 0, 1 and 2 that is a terminal.
  static func deviceOfStandardFiles() -> UInt? {
    for descriptor: Int32 in 0...2 {
      if let device = device(of: descriptor) { return device }
    }
    return nil
  }

  /// st_rdev of a terminal; nil for another file.
  static func device(of descriptor: Int32) -> UInt? {
    let getAttributes = 0x5401, size = 64
    let isTerminal = withUnsafeTemporaryAllocation(byteCount: size, alignment: 8) { space in
      (try? Host.call(.ioctl, Int(descriptor), getAttributes, Int(bitPattern: space.baseAddress))) != nil
    }
    return isTerminal ? HostFile.device(descriptor) : nil
  }
}

extension Kernel {
  /// The terminal of a session, if it has one.
  func terminal(ofSession session: Int32) -> GuestTerminal? {
    treeLock.withLock { terminals.first { $0.session == session } }
  }

  func addTerminal(_ terminal: GuestTerminal) { treeLock.withLock { terminals.append(terminal) } }

  /// A session that has none takes `device` (TIOCSCTTY), from the session that had it.
  func takeTerminal(_ device: UInt?, session: Int32, group: Int32) {
    treeLock.withLock {
      let terminal = terminals.first { $0.session == session } ?? terminals.first { $0.device == device } ?? terminals.first
      terminal?.session = session
      terminal?.foreground = group
    }
  }

  /// Where the session's terminal is given up, its foreground group.
  func dropTerminal(ofSession session: Int32) -> Int32? {
    treeLock.withLock {
      guard let terminal = terminals.first(where: { $0.session == session }) else { return nil }
      terminal.session = 0
      // The host process's own stays, for another session to take.
      terminals.removeAll { $0 === terminal && $0.whenStopped != nil }
      return terminal.foreground
    }
  }

  /// What a terminal raises goes to its foreground group.
  ///
  /// - Parameter session: nil: the host process's own terminal.
  func signalForeground(ofSession session: Int32?, _ number: Int32) {
    let group = treeLock.withLock {
      (session == nil ? terminals.first { $0.whenStopped == nil } : terminals.first { $0.session == session })?.foreground
    }
    guard let group, group != 0 else { return }
    for process in members(ofGroup: group) { process.send(number, .kernel) }
  }

  /// A process has stopped. When all are that share its terminal, whoever has started them is to stop too, so that the
  /// user's shell takes the terminal back.
  func noteStop(of process: Process) {
    let (session, remote) = treeLock.withLock {
      (process.family.session, Set(terminals.filter { $0.whenStopped != nil }.map(\.session)))
    }
    let sharesTerminal = { (other: Process) in
      let theirs = other.kernel.treeLock.withLock { other.family.session }
      return remote.contains(session) ? theirs == session : !remote.contains(theirs)
    }
    let all = allProcesses.filter(sharesTerminal)
    guard all.allSatisfy({ process in process.signals.lock.withLock { process.signals.stoppedBy != 0 } }) else { return }
    if remote.contains(session) { terminal(ofSession: session)?.whenStopped?() } else { HostSignals.stopHost() }
  }
}
