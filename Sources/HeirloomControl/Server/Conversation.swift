internal import HeirloomKernel

/// The kernel's side of one connection, as the handler of a request sees it.
public final class Conversation<Reply: Codable & Sendable> {
  private let channel: FrameChannel

  init(_ channel: FrameChannel) { self.channel = channel }

  /// Sends one reply. - Throws: where the peer has gone or does not take it; the handler then has nobody to work for.
  public func reply(_ reply: Reply) throws(ControlError) {
    do throws(FrameChannel.Failure) {
      try channel.send(.frame("reply", reply), until: monotonicNanoseconds() + ControlProtocol.sendTime)
    } catch {
      if error == .tooLong { throw ControlError("the answer is longer than \(FrameChannel.maximumLength >> 20) MiB") }
      throw ControlError("the peer has gone")
    }
  }

  /// Whether the peer has gone, or has said something: for a handler that streams, and expects nothing.
  public var isOver: Bool { channel.socket.hasNews }

  /// The descriptors that came with the request; they are the caller's. The calling thread's table holds them.
  public func takeDescriptors() -> [Int32] { channel.takeDescriptors() }

  /// Has each event that the peer sends handled on another thread; nil, once, when it has gone or sends anything else.
  ///
  /// That thread ends with the conversation. The handler of the request receives nothing itself from now on.
  public func onEvent<Event: Decodable & SendableMetatype>(_ type: Event.Type, _ handle: @escaping @Sendable (Event?) -> Void) {
    // Only that thread receives, and only the handler's sends.
    nonisolated(unsafe) let channel = channel
    let started = ServiceThread.start(sharingTable: true) {
      while let frame = try? channel.receive(until: nil), let event = try? frame["event"]?.decoded(as: type) { handle(event) }
      handle(nil)
    }
    if !started { handle(nil) }
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
