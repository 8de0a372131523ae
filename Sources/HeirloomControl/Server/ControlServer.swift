internal import HeirloomKernel
internal import Synchronization

/// Listens on a kernel's control socket and answers; see `ControlProtocol`.
///
/// Everything happens on threads of its own, the making of the socket too.
public final class ControlServer: Sendable {
  private let kernel: ControlledKernel
  private let state = Mutex(State())

  private struct State {
    var hasStopped = false
    /// The socket's file, once it is there.
    var path: String?
    var conversations = 0
    /// Of these, those that have something to say when the kernel ends: how a program has ended, a trace's last calls.
    var lasting: [Socket] = []
  }

  public init(_ kernel: ControlledKernel) { self.kernel = kernel }

  public var identity: KernelIdentity { kernel.identity }

  /// Begins to listen, and returns when it does. - Throws: why it cannot.
  public func startAndWait() throws(ControlError) {
    let outcome = Mailbox<ControlError?>()
    let started = ServiceThread.start { [self] in
      do throws(ControlError) {
        let socket = try open()
        outcome.post(nil)
        serve(socket)
      } catch { outcome.post(error) }
    }
    guard started else { throw ControlError("no control socket: the host has no thread left") }
    if let error = outcome.take() { throw error }
  }

  /// Begins to listen. Where that cannot be, the kernel's log says why, and the kernel runs on without a socket.
  public func start() {
    let started = ServiceThread.start { [self] in
      do throws(ControlError) { serve(try open()) } catch { report("no control socket: \(error)") }
    }
    if !started { report("no control socket: the host has no thread left") }
  }

  /// Takes the socket away, and lets those who wait for a program know how that has ended, and tracers the last calls. Other
  /// conversations go on until the process ends.
  public func stop() {
    let path = state.withLock { state in
      state.hasStopped = true
      return state.path
    }
    if let path { removeFile(path) }
    kernel.kernel.endTraces()
    let patience: UInt64 = 500_000_000
    var (end, sent) = (monotonicNanoseconds() + patience, 0)
    while true {
      let lasting = state.withLock { $0.lasting }
      // Whoever takes what there is gets all of it, however slowly.
      let sentNow = lasting.reduce(0) { $0 + $1.sentBytes }
      if sentNow != sent { (end, sent) = (monotonicNanoseconds() + patience, sentNow) }
      if lasting.isEmpty || monotonicNanoseconds() >= end { return }
      pause(milliseconds: 1)
    }
  }

  /// Whoever then asks for the kernel is told what is wrong with the folder; whoever does not need not know.
  private func report(_ problem: String) { kernel.kernel.log.write(.debug, problem) }

  private func open() throws(ControlError) -> Socket? {
    let folder = RuntimeFolder.usual
    try folder.make()
    let path = folder.socketPath(name: kernel.identity.name, process: kernel.identity.pid)
    return try state.withLock { (state) throws(ControlError) in
      // The kernel has ended before it could be spoken to.
      if state.hasStopped { return nil }
      switch Socket.listening(at: path) {
      case .success(let socket):
        state.path = path
        return socket
      case .failure(.host(let error)): throw ControlError("\(path): \(describe(errno: error))")
      case .failure: throw ControlError(path)
      }
    }
  }

  private func serve(_ socket: Socket?) {
    guard let socket else { return }
    while true {
      switch socket.accept() {
      case .success(let peer): receive(peer)
      case .failure: pause(milliseconds: 100)  // no descriptor or no memory now
      }
    }
  }

  /// Gives the peer a thread.
  private func receive(_ peer: Socket) {
    guard peer.peer?.user == currentUser() else { return }
    let hasRoom = state.withLock { state in
      if state.conversations >= ControlProtocol.maximumConversations { return false }
      state.conversations += 1
      return true
    }
    guard hasRoom else {
      refuse(peer, ControlError("the kernel is spoken to from \(ControlProtocol.maximumConversations) places already"))
      return
    }
    let started = ServiceThread.start(sharingTable: true) { [self] in
      converse(FrameChannel(peer))
      // Whoever waits for the peer's events sees the end.
      peer.end()
      state.withLock { $0.conversations -= 1 }
    }
    if !started { state.withLock { $0.conversations -= 1 } }
  }

  /// Without waiting: this is the thread that accepts.
  private func refuse(_ peer: Socket, _ error: ControlError) {
    try? FrameChannel(peer).send(.frame("error", ErrorMessage(error)), until: 0)
  }

  private func converse(_ channel: FrameChannel) {
    let greeting = Greeting(heirloom: ControlProtocol.version, kernel: kernel.identity)
    do throws(FrameChannel.Failure) {
      try channel.send(JSON(encoding: greeting), until: monotonicNanoseconds() + ControlProtocol.sendTime)
      let message = try channel.receive(until: monotonicNanoseconds() + ControlProtocol.requestTime)
      do throws(ControlError) { try answer(message, channel) } catch { return fail(channel, error) }
      try channel.send(.frame("end", true), until: monotonicNanoseconds() + ControlProtocol.sendTime)
    } catch {
      switch error {
      case .rubbish(let what): fail(channel, ControlError("that is no request: \(what)"))
      case .socket(.timedOut): fail(channel, ControlError("no request has come"))
      case .socket, .tooLong: break
      }
    }
  }

  private func answer(_ message: JSON, _ channel: FrameChannel) throws(ControlError) {
    guard let head = try? message.decoded(as: RequestMessage.self) else {
      throw ControlError("that is no request: it needs 'heirloom', a number, and 'request', a name")
    }
    guard head.heirloom == ControlProtocol.version else {
      throw ControlError(
        "the kernel speaks version \(ControlProtocol.version) of the protocol, and the command version \(head.heirloom)")
    }
    guard let type = ControlProtocol.requests.first(where: { $0.name == head.request }) else {
      throw ControlError("the kernel knows no request '\(head.request)'; is it of another version of Heirloom?")
    }
    let isLasting = type == RunProgram.self || type == TraceCalls.self
    if isLasting { state.withLock { $0.lasting.append(channel.socket) } }
    defer { if isLasting { state.withLock { $0.lasting.removeAll { $0 === channel.socket } } } }
    try type.serve(message["arguments"] ?? .object([]), kernel, channel)
  }

  private func fail(_ channel: FrameChannel, _ error: ControlError) {
    try? channel.send(.frame("error", ErrorMessage(error)), until: monotonicNanoseconds() + ControlProtocol.sendTime)
  }
}
