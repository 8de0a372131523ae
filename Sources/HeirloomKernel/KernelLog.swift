internal import CMachine
internal import HeirloomABI
internal import Synchronization

/// The kernel's log: a ring that `dmesg` reads, and a console that gets each line as it comes.
public final class KernelLog: Sendable {
  /// Linux's levels (include/linux/kern_levels.h).
  public enum Level: Int32, Sendable, Comparable {
    case emergency, alert, critical, error, warning, notice, info, debug
    public static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
  }

  public struct Line: Sendable, CustomStringConvertible {
    /// Nanoseconds since the kernel's boot.
    public let time: UInt64
    public let level: Level
    public let text: String

    public init(time: UInt64, level: Level, text: String) {
      self.time = time
      self.level = level
      self.text = text
    }

    /// As the console and dmesg(1) show it: the seconds, and the text.
    public var description: String {
      let micros = time / 1000
      let fraction = String(micros % 1_000_000)
      let seconds = String(micros / 1_000_000)
      let stamp = String(repeating: " ", count: max(0, 5 - seconds.count)) + seconds + "."
        + String(repeating: "0", count: 6 - fraction.count) + fraction
      return "[\(stamp)] \(text)"
    }
  }

  private struct State {
    var lines: [Line] = []
    /// How many lines have left the ring.
    var dropped = 0
    /// A host descriptor that every guest's table holds above the guest's limit; -1: no console.
    var console: Int32 = -1
    var consoleLevel = Level.info
  }

  private static let capacity = 4096
  private let boot = monotonicTime()
  private let state = Mutex(State())
  /// A line has come.
  private let news = WaitQueue()

  public init() {}

  /// Lines of `level` and more urgent ones go to `descriptor` from now on.
  public func attachConsole(_ descriptor: Int32, level: Level) {
    state.withLock { $0.console = descriptor; $0.consoleLevel = level }
  }

  public func write(_ level: Level, _ text: String) {
    let line = Line(time: monotonicTime() - boot, level: level, text: text)
    state.withLock { state in
      if state.lines.count >= Self.capacity {
        state.lines.removeFirst(Self.capacity / 4)
        state.dropped += Self.capacity / 4
      }
      state.lines.append(line)
      if state.console >= 0 && level <= state.consoleLevel { print(line, to: state.console) }
    }
    news.notify()
  }

  /// Nanoseconds since the kernel's boot.
  public var age: UInt64 { monotonicTime() - boot }

  public var lines: [Line] { state.withLock { $0.lines } }

  /// The lines from number `start` on, counted from the kernel's boot, and the number of the next one to come.
  public func lines(from start: Int) -> (lines: [Line], next: Int) {
    state.withLock { state in
      (Array(state.lines.dropFirst(max(0, start - state.dropped))), state.dropped + state.lines.count)
    }
  }

  /// Sleeps until there is a line with the number `next`, or `nanoseconds` are over.
  public func wait(forLine next: Int, nanoseconds: Int64) {
    let ticket = news.ticket
    if state.withLock({ $0.dropped + $0.lines.count }) > next { return }
    news.waitUninterruptibly(ticket, nanoseconds: nanoseconds)
  }

  private func print(_ line: Line, to descriptor: Int32) {
    var text = line.description + "\n"
    text.withUTF8 { bytes in
      _ = heirloom_host_call(
        HostCall.write.rawValue, Int(descriptor), Int(bitPattern: bytes.baseAddress), bytes.count, 0, 0, 0)
    }
  }
}

/// CLOCK_MONOTONIC in nanoseconds.
public func monotonicTime() -> UInt64 {
  var time = (seconds: 0, nanoseconds: 0)
  withUnsafeMutablePointer(to: &time) {
    _ = heirloom_host_call(HostCall.clock_gettime.rawValue, 1, Int(bitPattern: $0), 0, 0, 0, 0)
  }
  return UInt64(time.seconds) * 1_000_000_000 + UInt64(time.nanoseconds)
}
