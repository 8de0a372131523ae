internal import HeirloomKernel

/// exec: a new guest on the terminal of the command.
///
/// With the request come descriptors: the working directory (O_PATH), then one for each of `files`. The command's signals
/// follow as events. When the peer goes, the guest is hung up.
public struct RunProgram: ControlRequest {
  public static let name = "exec"
  /// As execve takes it; below the kernel's root. `LosslessText`, as the next two.
  public let path: String
  public let arguments: [String]
  public let environment: [String]
  public let table: String?
  public let umask: UInt32
  /// Which of 0, 1 and 2 the command has.
  public let files: [Int32]

  public struct Reply: Codable, Sendable {
    /// The guest's process id, once it runs.
    public var pid: Int32?
    /// All of the guest's session have stopped.
    public var stopped: Bool?
    /// It has ended: its exit code, or 128 and the number of the signal that ended it.
    public var exitCode: Int32?
    public var signal: Int32?
  }

  /// A signal that the command has got.
  public struct Event: Codable, Sendable {
    public let signal: Int32
    public init(signal: Int32) { self.signal = signal }
  }

  public init(
    path: String, arguments: [String], environment: [String], table: String?, umask: UInt32, files: [Int32]
  ) {
    self.path = path
    self.arguments = arguments
    self.environment = environment
    self.table = table
    self.umask = umask
    self.files = files
  }

  private enum News { case ended(ExitStatus), stopped, peerHasGone }

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    let descriptors = conversation.takeDescriptors()
    guard descriptors.count == files.count + 1, Set(files).isSubset(of: [0, 1, 2]), Set(files).count == files.count else {
      closeAll(descriptors)
      throw ControlError("exec takes the working directory and the program's first files, \(files.count + 1) descriptors")
    }
    let news = Mailbox<News>()
    let surroundings = StartRequest.Surroundings(
      files: Dictionary(uniqueKeysWithValues: zip(files, descriptors.dropFirst())), directory: descriptors[0],
      umask: umask & 0o777, whenStopped: { news.post(.stopped) })
    for file in descriptors.dropFirst() { leaveTerminalInBackground(file) }
    let guest: GuestProgram
    do throws(StartError) {
      // They are the guest's then: where it closes the last one, a reader at the other end is to see that.
      defer { closeAll(descriptors) }
      guest = try kernel.kernel.startGuest(
        StartRequest(
          path: LosslessText.bytes(path), arguments: arguments.map { LosslessText.bytes($0) },
          environment: environment.map { LosslessText.bytes($0) }, table: table, surroundings: surroundings)
      ) { news.post(.ended($0)) }
    } catch { throw ControlError(error.description, exitCode: error.exitCode) }
    var hasEnded = false
    // The peer may go before the first reply, too.
    defer { if !hasEnded { guest.hangUp() } }
    try conversation.reply(Reply(pid: guest.id))
    conversation.onEvent(Event.self) { event in
      if let event { guest.signal(event.signal) } else { news.post(.peerHasGone) }
    }
    while true {
      switch news.take() {
      case .stopped: try conversation.reply(Reply(stopped: true))
      case .peerHasGone: return
      case .ended(let status):
        hasEnded = true
        if case .signaled(let signal, _) = status {
          return try conversation.reply(Reply(exitCode: status.shellCode, signal: signal))
        }
        return try conversation.reply(Reply(exitCode: status.shellCode))
      }
    }
  }
}
