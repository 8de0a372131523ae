/// The kernel's side of one connection, as the handler of a request sees it.
public final class Conversation<Reply: Codable & Sendable> {
  private let channel: FrameChannel

  init(_ channel: FrameChannel) { self.channel = channel }

  /// Sends one reply. - Throws: where the peer has gone or does not take it; the handler then has nobody to work for.
  public func reply(_ reply: Reply) throws(ControlError) {
    do throws(FrameChannel.Failure) {
      try channel.send(.frame("reply", reply), until: monotonicNanoseconds() + ControlProtocol.sendTime)
    } catch { throw ControlError("the peer has gone") }
  }

  /// Whether the peer has gone, or has said something: for a handler that streams, and expects nothing.
  public var isOver: Bool { channel.socket.hasNews }

  /// The descriptors that came with the request; they are the caller's. The calling thread's table holds them.
  public func takeDescriptors() -> [Int32] { channel.takeDescriptors() }

  /// The next event. It waits as long as that takes; nil: the peer has gone.
  public func nextEvent<Event: Decodable>(as type: Event.Type) -> Event? {
    guard let frame = try? channel.receive(until: nil), let event = frame["event"] else { return nil }
    return try? event.decoded(as: type)
  }
}

extension ControlRequest {
  /// Serves a request of this type whose arguments are `arguments`.
  static func serve(_ arguments: JSON, _ kernel: ControlledKernel, _ channel: FrameChannel) throws(ControlError) {
    let request: Self
    do { request = try arguments.decoded(as: Self.self) } catch {
      throw ControlError("the arguments of the request '\(name)' are not as they should be: \(Self.explain(error))")
    }
    try request.serve(kernel, Conversation(channel))
  }

  private static func explain(_ error: any Error) -> String {
    switch error as? DecodingError {
    case .keyNotFound(let key, _): "'\(key.stringValue)' is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
      "'\(context.codingPath.map(\.stringValue).joined(separator: "."))' is \(context.debugDescription)"
    default: "\(error)"
    }
  }
}
