import Glibc

/// A bar on standard error, where that is a terminal: how far a benchmark is, what it runs, how long it will take.
final class Progress {
  private let isShown = isatty(STDERR_FILENO) == 1
  private var name = ""
  private var steps = 1
  private var done = 0
  private var begin = 0.0

  func start(_ name: String, steps: Int) {
    self.name = name
    self.steps = max(1, steps)
    done = 0
    begin = now()
  }

  /// - Parameter what: the step that begins.
  func step(_ what: String) {
    defer { done += 1 }
    guard isShown else { return }
    let part = min(1, Double(done) / Double(steps))
    let full = Int(part * 24)
    let bar = String(repeating: "█", count: full) + String(repeating: "░", count: 24 - full)
    let left = done < 3 ? "" : "  \(Int((now() - begin) * (1 - part) / part) + 1) s left"
    let line = "\(name) \(bar) \(Int(part * 100)) %\(left)  \(what)"
    put("\r\u{1b}[K" + String(line.prefix(max(20, columns - 1))), to: STDERR_FILENO)
  }

  /// Before anything else is printed.
  func clear() { if isShown { put("\r\u{1b}[K", to: STDERR_FILENO) } }

  private var columns: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
  }
}

/// Seconds of a clock that only goes on.
func now() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
