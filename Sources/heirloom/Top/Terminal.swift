import Glibc

/// The terminal of a full-screen command: a second screen, keys as they are struck, signals in turn with them.
///
/// Whoever has taken it leaves it as it was: at the end, while it is stopped, and on every signal that would end it.
final class Terminal {
  enum Event: Equatable {
    case key(Key)
    /// The terminal has another size, or another program has had it: everything is to be drawn anew.
    case changed
    /// ^C, or a signal that asks for the end; nil: the terminal has gone.
    case end(signal: Int32?)
    /// The descriptor that was waited for has something.
    case news
    case timeout
  }

  enum Key: Equatable {
    case character(Character)
    case up, down, pageUp, pageDown, home, end
  }

  /// What was set before; nil: standard input is no terminal, and there are no keys.
  private var before: termios?
  private var readEnd: Int32 = -1
  /// Bytes that were read and are no event yet.
  private var bytes: [UInt8] = []
  private var isTaken = false

  /// Where the handlers of signals write their numbers. A process has one terminal.
  nonisolated(unsafe) private static var writeEnd: Int32 = -1
  private static let ending = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
  private static let caught = ending + [SIGWINCH, SIGTSTP, SIGCONT]

  /// nil: standard output is no terminal that can be drawn on.
  init?() {
    guard isatty(STDOUT_FILENO) == 1, getenv("TERM").map({ String(cString: $0) != "dumb" }) ?? false else { return nil }
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
    readEnd = ends[0]
    Self.writeEnd = ends[1]
    var attributes = termios()
    if isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &attributes) == 0 { before = attributes }
  }

  /// Columns and lines.
  var size: (columns: Int, lines: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Begins to have the terminal. In the background this waits until the shell brings the command to the front.
  func take() {
    for signal in Self.caught {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { number in
        let error = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(Terminal.writeEnd, &byte, 1)
        errno = error
      }
      action.sa_flags = Int32(SA_RESTART)
      sigaction(signal, &action, nil)
    }
    enter()
  }

  private func enter() {
    if var attributes = before {
      // ^C, ^Z and ^\ stay signals.
      attributes.c_lflag &= ~UInt32(ICANON | ECHO)
      tcsetattr(STDIN_FILENO, TCSADRAIN, &attributes)
    }
    Host.print("\u{1b}[?1049h\u{1b}[?25l")
    isTaken = true
  }

  /// Leaves the terminal as it was.
  func giveBack() {
    guard isTaken else { return }
    isTaken = false
    Host.print("\u{1b}[?25h\u{1b}[?1049l")
    if var attributes = before { tcsetattr(STDIN_FILENO, TCSADRAIN, &attributes) }
  }

  /// The end by a signal, as the shell is to see it.
  func end(by signal: Int32) -> Never {
    giveBack()
    Glibc.signal(signal, SIG_DFL)
    raise(signal)
    exit(128 + signal)
  }

  /// Draws lines over what is there; those in `marked` are shown in reverse.
  func draw(_ lines: [String], marked: Set<Int>) {
    let (columns, rows) = size
    var text = "\u{1b}[H"
    for (index, line) in lines.prefix(rows).enumerated() {
      let isMarked = marked.contains(index)
      let line = isMarked ? "\u{1b}[7m" + padded(line, columns) + "\u{1b}[0m" : line
      // The last line has no line end, which would scroll.
      text += line + "\u{1b}[K" + (index == min(lines.count, rows) - 1 ? "" : "\r\n")
    }
    Host.print(text + "\u{1b}[J")
  }

  // MARK: Events

  /// Waits for what happens first.
  ///
  /// - Parameters:
  ///   - descriptor: to be waited for, too; nil: none.
  ///   - seconds: at most; nil: without end.
  func wait(for descriptor: Int32?, seconds: Double?) -> Event {
    if let key = nextKey() { return .key(key) }
    let deadline = seconds.map { Self.now + max(0, $0) }
    while true {
      var places = [
        pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
        pollfd(fd: before == nil ? -1 : STDIN_FILENO, events: Int16(POLLIN), revents: 0),
        pollfd(fd: descriptor ?? -1, events: Int16(POLLIN), revents: 0),
      ]
      let left = deadline.map { Int32(max(0, min(($0 - Self.now) * 1000 + 1, 1e9))) } ?? -1
      let count = poll(&places, 3, left)
      if count == 0 { return .timeout }
      if count < 0 { continue }
      if places[0].revents != 0, let event = signal() { return event }
      if places[1].revents != 0 {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = read(STDIN_FILENO, &buffer, buffer.count)
        if count == 0 || count < 0 && errno != EINTR && errno != EAGAIN { return .end(signal: nil) }
        bytes += buffer[..<max(0, count)]
        if let key = nextKey() { return .key(key) }
      }
      if places[2].revents != 0 { return .news }
    }
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private func signal() -> Event? {
    var byte: UInt8 = 0
    guard read(readEnd, &byte, 1) == 1 else { return nil }
    switch Int32(byte) {
    case SIGTSTP:
      giveBack()
      // Here the shell has the terminal, until it continues this process; SIGCONT then takes it again.
      kill(getpid(), SIGSTOP)
      return nil
    case SIGCONT:
      enter()
      return .changed
    case SIGWINCH: return .changed
    case let number: return .end(signal: number)
    }
  }

  /// Escape sequences of the keys that there are.
  private static let sequences: [(String, Key)] = [
    ("[A", .up), ("OA", .up), ("[B", .down), ("OB", .down), ("[5~", .pageUp), ("[6~", .pageDown), ("[H", .home), ("OH", .home),
    ("[1~", .home), ("[F", .end), ("OF", .end), ("[4~", .end),
  ]

  private func nextKey() -> Key? {
    while let first = bytes.first {
      bytes.removeFirst()
      guard first == 0x1b else { return .character(Character(Unicode.Scalar(first))) }
      for (sequence, key) in Self.sequences where bytes.starts(with: sequence.utf8) {
        bytes.removeFirst(sequence.utf8.count)
        return key
      }
      // Escape alone, or a key that is not known: nothing of it is a command.
      if bytes.first == UInt8(ascii: "[") || bytes.first == UInt8(ascii: "O") {
        let end = bytes.dropFirst().firstIndex { 0x40...0x7e ~= $0 }
        bytes.removeFirst(end.map { $0 + 1 } ?? bytes.count)
      }
    }
    return nil
  }
}
