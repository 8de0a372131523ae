internal import Glibc

/// The command's side of `RunProgram`: a guest of another process on this terminal.
public enum ProgramSession {
  /// What a terminal and a shell send to a job; each is passed on to the guest. SIGHUP is not: it ends the command, and the
  /// kernel hangs the guest up when it sees that.
  private static let passedOn = [SIGINT, SIGQUIT, SIGTSTP, SIGTERM, SIGCONT, SIGUSR1, SIGUSR2, SIGWINCH]

  /// Runs a program in a kernel, with this process's files 0, 1 and 2, working directory, umask and environment.
  ///
  /// - Parameter path: as execve takes it, below the kernel's root; `LosslessText`, as the arguments and the environment.
  /// - Returns: its exit code, or 128 and the number of the signal that ended it.
  /// - Throws: what the kernel answers instead. Where the kernel ends before the program, code 137: it was killed.
  public static func run(
    _ connection: KernelConnection, path: String, arguments: [String], environment: [String], table: String?
  ) throws(ControlError) -> Int32 {
    takeNoInputInBackground()
    let files: [Int32] = [0, 1, 2].filter { fcntl($0, F_GETFD) >= 0 }
    let directory = open(".", pathOnly | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw ControlError("the working directory cannot be opened: \(describe(errno: errno))") }
    defer { close(directory) }
    let mask = umask(0)
    umask(mask)
    // From here on they wait for the thread that passes them on.
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in passedOn { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    let terminal = TerminalState.current
    try connection.send(
      RunProgram(
        path: path, arguments: arguments, environment: environment, table: table, umask: mask, files: files),
      descriptors: [directory] + files)
    do throws(ControlError) {
      let end = try follow(connection, signals)
      if end.signal != nil { terminal?.restore() }
      return end.exitCode ?? 0
    } catch {
      terminal?.restore()
      guard error == connection.hasEnded else { throw error }
      throw ControlError("\(error); the program has ended with it", exitCode: 128 + SIGKILL)
    }
  }

  /// In the background of a terminal a program of this host would be stopped when it reads there. A guest is no process of
  /// this terminal's, and would take the shell's input.
  private static func takeNoInputInBackground() {
    let foreground = tcgetpgrp(0)
    guard foreground > 0, foreground != getpgrp() else { return }
    let nothing = open("/dev/null", O_RDONLY)
    if nothing >= 0 {
      dup2(nothing, 0)
      close(nothing)
    }
  }

  /// The guest's input and output are the guest's alone: where it closes them, who is at the other end is to see that.
  private static func leaveFiles() {
    let nothing = open("/dev/null", O_RDWR | O_CLOEXEC)
    guard nothing >= 0 else { return }
    for file: Int32 in 0...1 where file != nothing { dup2(nothing, file) }
    if nothing > 1 { close(nothing) }
  }

  private static func follow(_ connection: KernelConnection, _ signals: sigset_t) throws(ControlError) -> RunProgram.Reply {
    while let reply = try connection.next(RunProgram.Reply.self) {
      if reply.pid != nil {
        leaveFiles()
        passOn(signals, to: connection)
      }
      // The user's shell takes the terminal back, until it continues this process.
      if reply.stopped == true { kill(getpid(), SIGSTOP) }
      if reply.exitCode != nil { return reply }
    }
    throw connection.hasEnded
  }

  /// Sends each signal that comes as an event, from a thread of its own. What came before the program ran comes first.
  private static func passOn(_ signals: sigset_t, to connection: KernelConnection) {
    final class Box { let signals: sigset_t, connection: KernelConnection; init(_ s: sigset_t, _ c: KernelConnection) { (signals, connection) = (s, c) } }
    let box = Unmanaged.passRetained(Box(signals, connection))
    var thread = pthread_t()
    let error = pthread_create(&thread, nil, { argument in
      let box = Unmanaged<Box>.fromOpaque(argument.unsafelyUnwrapped).takeRetainedValue()
      var signals = box.signals, number: Int32 = 0
      // Only this thread sends from now on, and only the other one receives.
      while sigwait(&signals, &number) == 0 { box.connection.send(event: RunProgram.Event(signal: number)) }
      return nil
    }, box.toOpaque())
    // Without the thread the signals stay blocked, and the program goes on.
    if error != 0 { box.release() } else { pthread_detach(thread) }
  }

  /// O_PATH
  private static let pathOnly: Int32 = 0o10_000_000
}

/// A terminal's settings, for a program that was killed and left them as they suited it.
private struct TerminalState {
  private let terminal: Int32
  private let attributes: termios

  /// Those of standard input; nil where it is no terminal.
  static var current: TerminalState? {
    var attributes = termios()
    guard tcgetattr(0, &attributes) == 0 else { return nil }
    return TerminalState(terminal: fcntl(0, F_DUPFD_CLOEXEC, 3), attributes: attributes)
  }

  func restore() {
    var attributes = attributes
    // In the background this would stop the process.
    if tcgetpgrp(terminal) == getpgrp() { tcsetattr(terminal, TCSADRAIN, &attributes) }
  }
}
