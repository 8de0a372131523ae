internal import HeirloomKernel

/// shutdown: ends all guests and the kernel. It ends without a reply: the connection ends with the kernel.
public struct Shutdown: ControlRequest {
  public static let name = "shutdown"
  /// What guests get between SIGTERM and SIGKILL; nil: the kernel's own.
  public let seconds: Double?

  public typealias Reply = Nothing

  public init(seconds: Double?) { self.seconds = seconds }

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    kernel.kernel.shutDown(grace: seconds.map { UInt64(min(max($0, 0), 1e6) * 1e9) } ?? Kernel.usualGrace)
    // The process ends now; an end of the request would come too early.
    while !conversation.isOver { pause(milliseconds: 100) }
  }
}
