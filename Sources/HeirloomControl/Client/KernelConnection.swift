/// A command's side of a connection to a kernel; see `ControlProtocol`.
public final class KernelConnection {
  private let channel: FrameChannel
  public let kernel: KernelIdentity

  /// Nanoseconds that a kernel has to greet: one that is alive takes microseconds.
  private static let greetingTime: UInt64 = 3_000_000_000

  /// Connects to the kernel that `selector` names; nil: to the one that runs. One that is only starting is waited for.
  ///
  /// - Throws: where there is none, or several; the error then lists them.
  public static func open(_ selector: String?) throws(ControlError) -> KernelConnection {
    if let problem = RuntimeFolder.usual.problem { throw ControlError("\(problem); no kernel is looked for there") }
    return try KernelConnection(KernelList.find(selector))
  }

  init(_ entry: RuntimeFolder.Entry) throws(ControlError) {
    switch entry.socket.map(Result.success) ?? Socket.connected(to: entry.path) {
    case .success(let socket): channel = FrameChannel(socket)
    case .failure(.timedOut): throw Self.isSilent(entry)
    case .failure: throw ControlError("kernel \(entry.name) (pid \(entry.process)) has ended")
    }
    guard channel.socket.peer?.user == currentUser() else {
      throw ControlError("\(entry.path): the socket is another user's")
    }
    let message: JSON
    do throws(FrameChannel.Failure) {
      message = try channel.receive(until: monotonicNanoseconds() + Self.greetingTime)
    } catch {
      if error == .socket(.timedOut) { throw Self.isSilent(entry) }
      throw ControlError("kernel \(entry.name) (pid \(entry.process)) has ended")
    }
    if let error = Self.error(in: message) { throw error }
    guard let version = message["heirloom"]?.integer else { throw ControlError("\(entry.path): not a Heirloom kernel") }
    guard version == ControlProtocol.version, let kernel = KernelIdentity(greeting: message) else {
      throw ControlError(
        "kernel \(entry.name) (pid \(entry.process)) speaks version \(version) of the protocol, and this command version "
          + "\(ControlProtocol.version): use the heirloom that the kernel runs from")
    }
    self.kernel = kernel
  }

  private static func isSilent(_ entry: RuntimeFolder.Entry) -> ControlError {
    ControlError(
      "kernel \(entry.name) (pid \(entry.process)) does not answer; if it is stopped, kill -CONT \(entry.process) wakes it")
  }

  private static func error(in message: JSON) -> ControlError? {
    message["error"].flatMap { try? $0.decoded(as: ErrorMessage.self) }?.error
  }

  // MARK: Requests

  /// Sends a request, and descriptors with it.
  public func send<Request: ControlRequest>(_ request: Request, descriptors: [Int32] = []) throws(ControlError) {
    let message = JSON.object([
      JSON.Member("heirloom", .integer(Int64(ControlProtocol.version))), JSON.Member("request", .string(Request.name)),
      JSON.Member("arguments", JSON(encoding: request)),
    ])
    do throws(FrameChannel.Failure) { try channel.send(message, descriptors: descriptors, until: nil) } catch {
      if error == .tooLong { throw ControlError("the request is longer than \(FrameChannel.maximumLength >> 20) MiB") }
      throw hasEnded
    }
  }

  /// Sends an event to the handler of the request. What a kernel that has gone does not get is lost.
  public func send(event: some Encodable) { try? channel.send(.frame("event", event), until: nil) }

  /// To be polled, by whoever waits for other things too; readable where `next` has something to say.
  public var descriptor: Int32 { channel.socket.descriptor }

  /// The next reply; nil at the end. - Throws: what the kernel answers instead; `hasEnded` where it goes without an end.
  public func next<Reply: Decodable>(_ type: Reply.Type) throws(ControlError) -> Reply? {
    let message: JSON
    do throws(FrameChannel.Failure) { message = try channel.receive(until: nil) } catch { throw hasEnded }
    if message["end"] != nil { return nil }
    if let error = Self.error(in: message) { throw error }
    guard let reply = message["reply"], let value = try? reply.decoded(as: type) else {
      throw ControlError("the kernel has answered what this command does not understand: \(message.text)")
    }
    return value
  }

  /// The error of a connection that the kernel has ended without an answer.
  public var hasEnded: ControlError { ControlError("kernel \(kernel.name) (pid \(kernel.pid)) has ended") }

  /// All replies to a request.
  public func ask<Request: ControlRequest>(_ request: Request) throws(ControlError) -> [Request.Reply] {
    try send(request)
    var replies: [Request.Reply] = []
    while let reply = try next(Request.Reply.self) { replies.append(reply) }
    return replies
  }
}
