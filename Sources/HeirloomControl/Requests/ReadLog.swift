internal import HeirloomKernel

/// dmesg: the kernel's log, and with `follow` what comes to it.
public struct ReadLog: ControlRequest {
  public static let name = "dmesg"
  public let follow: Bool

  public struct Reply: Codable, Sendable {
    /// Seconds since the kernel's boot.
    public let time: Double
    /// 0, emergency, to 7, debug.
    public let level: Int32
    public let text: String
  }

  public init(follow: Bool) { self.follow = follow }

  public func serve(_ kernel: ControlledKernel, _ conversation: Conversation<Reply>) throws(ControlError) {
    let log = kernel.kernel.log
    var next = 0
    repeat {
      let (lines, end) = log.lines(from: next)
      for line in lines {
        try conversation.reply(Reply(time: Double(line.time / 1000) / 1e6, level: line.level.rawValue, text: line.text))
      }
      next = end
      // A peer that has gone is seen within this time.
      if follow { log.wait(forLine: next, nanoseconds: 250_000_000) }
    } while follow && !conversation.isOver
  }
}
