internal import HeirloomABI
internal import HeirloomKernel

/// How a guest calls a system call so that something harmless happens, and what a module says of the arguments.
struct CallExample {
  /// C statements before the call, and headers that they need.
  var preparation: [String] = []
  var headers: [String] = []
  /// One an argument: as C writes it, and as the module's log shows it.
  var arguments: [(c: String, log: String)]
  /// The statement that makes the call, where it is more than the call itself.
  var statement: String?
  /// What the call itself prints.
  var output = ""
  var returns = true

  init(_ row: SystemCall) {
    arguments = row.signature.arguments.map(\.harmless)
    // Where there is nothing to wait for, one does not wait.
    if let timeout = row.parameterNames.firstIndex(of: "timeout"), row.signature.arguments[timeout] == .address {
      preparation = ["long long no_time[2] = {0, 0};"]
      arguments[timeout] = ("no_time", "...")
    }
    if let change = Self.special[row.name] { change(&self) }
  }

  private typealias Change = @Sendable (inout CallExample) -> Void

  /// Calls that deserve more than harmless arguments, and those that would not come back from them.
  private static let special: [String: Change] = [
    "open": { $0.arguments[0] = path("/dev/zero") },
    "openat": { $0.arguments[...1] = [("-100", "-100"), path("/dev/zero")] },
    "access": { $0.arguments[0] = path("/dev/zero") },
    "write": {
      $0.arguments = [("1", "1"), ("\"hello\\n\"", "..."), ("6", "6")]
      $0.output = "hello\n"
    },
    "nanosleep": {
      $0.headers = ["time.h"]
      $0.preparation = ["struct timespec request = {.tv_nsec = 1000000};"]
      $0.arguments[0] = ("&request", "...")
    },
    "mmap2": {
      $0.arguments = [("0", "NULL"), ("4096", "4096"), ("3", "0x3"), ("0x22", "0x22"), ("-1", "-1"), ("0", "0")]
    },
    // These come back only with a signal.
    "pause": waitsForASignal, "sigsuspend": waitsForASignal,
    // These end a handler.
    "sigreturn": endsAHandler,
    "rt_sigreturn": {
      endsAHandler(&$0)
      $0.preparation = [
        "struct sigaction action = {.sa_flags = SA_SIGINFO, .sa_handler = handler};", "sigaction(SIGUSR1, &action, 0);",
      ]
    },
    // These return twice, or never.
    "fork": { $0.statement = "if (syscall(__NR_fork) == 0) _exit(0);" },
    "vfork": { $0.statement = "if (vfork() == 0) _exit(0);" },
    "clone": {
      $0.arguments[0] = ("17", "0x11")
      $0.statement = "if (syscall(__NR_clone, 17 /* SIGCHLD */, 0, 0, 0, 0) == 0) _exit(0);"
    },
    "exit": { $0.returns = false },
    "exit_group": { $0.returns = false },
  ]

  private static func path(_ path: String) -> (c: String, log: String) { ("\"\(path)\"", "\"\(path)\"") }

  private static let waitsForASignal: Change = { example in
    example.headers = ["signal.h", "sys/time.h"]
    example.preparation = [
      "struct itimerval often = {.it_interval.tv_usec = 5000, .it_value.tv_usec = 5000};",
      "signal(SIGALRM, handler);", "setitimer(ITIMER_REAL, &often, 0);",
    ]
  }

  private static let endsAHandler: Change = { example in
    example.headers = ["signal.h"]
    example.preparation = ["signal(SIGUSR1, handler);"]
    example.statement = "raise(SIGUSR1);"
  }
}

extension ArgumentKind {
  /// A value that does no harm, whatever the call: no descriptor, no file, no memory.
  fileprivate var harmless: (c: String, log: String) {
    switch self {
    case .int, .unsigned: ("0", "0")
    case .flags: ("0", "0x0")
    case .descriptor: ("-1", "-1")
    case .int64: ("0, 0 /* two words */", "0")
    case .path: ("\"/nonexistent/file\"", "\"/nonexistent/file\"")
    case .string: ("\"name\"", "\"name\"")
    case .input, .output, .address: ("0", "NULL")
    }
  }
}
