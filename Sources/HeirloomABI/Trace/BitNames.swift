/// The names of a word's bits and values, as C programs write them.
public struct BitNames: Sendable {
  /// A part of the word that holds one of several values, such as O_ACCMODE. 0: there is none.
  let field: UInt32
  /// By value of the field; without one, the names of whole words.
  let values: [UInt32: String]
  /// In the order in which they are written. A name of several bits stands before those of single ones.
  let bits: [(UInt32, String)]

  init(field: UInt32 = 0, values: [UInt32: String] = [:], bits: [(UInt32, String)] = []) {
    self.field = field
    self.values = values
    self.bits = bits
  }

  /// `O_WRONLY|O_CREAT|0x800`.
  public func text(_ word: UInt32) -> String {
    if field == 0, let name = values[word] { return name }
    var parts: [String] = []
    var rest = word
    if field != 0, let name = values[word & field] {
      rest &= ~field
      parts.append(name)
    }
    for (bit, name) in bits where rest & bit == bit {
      parts.append(name)
      rest &= ~bit
    }
    if rest != 0 || parts.isEmpty { parts.append(rest == 0 ? "0" : hexadecimal(rest)) }
    return parts.joined(separator: "|")
  }
}

/// `0x1f`.
func hexadecimal(_ word: UInt32) -> String { "0x" + String(word, radix: 16) }

extension BitNames {
  /// open(2)
  static let open = BitNames(
    field: 3, values: [0: "O_RDONLY", 1: "O_WRONLY", 2: "O_RDWR"],
    bits: [
      (0o100, "O_CREAT"), (0o200, "O_EXCL"), (0o400, "O_NOCTTY"), (0o1000, "O_TRUNC"), (0o2000, "O_APPEND"),
      (0o4000, "O_NONBLOCK"), (0o4010000, "O_SYNC"), (0o10000, "O_DSYNC"), (0o20000, "O_ASYNC"), (0o40000, "O_DIRECT"),
      (0o100000, "O_LARGEFILE"), (0o20200000, "O_TMPFILE"), (0o200000, "O_DIRECTORY"), (0o400000, "O_NOFOLLOW"),
      (0o1000000, "O_NOATIME"), (0o2000000, "O_CLOEXEC"), (0o10000000, "O_PATH"),
    ])
  /// pipe2(2), dup3(2), eventfd2(2) and others that make a descriptor
  static let descriptor = BitNames(bits: [(0o4000, "O_NONBLOCK"), (0o40000, "O_DIRECT"), (0o2000000, "O_CLOEXEC")])
  /// openat(2) and its kin: AT_*
  static let at = BitNames(bits: [
    (0x100, "AT_SYMLINK_NOFOLLOW"), (0x200, "AT_REMOVEDIR"), (0x400, "AT_SYMLINK_FOLLOW"), (0x800, "AT_NO_AUTOMOUNT"),
    (0x1000, "AT_EMPTY_PATH"), (0x2000, "AT_STATX_FORCE_SYNC"), (0x4000, "AT_STATX_DONT_SYNC"),
  ])
  static let access = BitNames(values: [0: "F_OK"], bits: [(4, "R_OK"), (2, "W_OK"), (1, "X_OK")])
  static let protection = BitNames(
    values: [0: "PROT_NONE"],
    bits: [(1, "PROT_READ"), (2, "PROT_WRITE"), (4, "PROT_EXEC"), (0x100_0000, "PROT_GROWSDOWN")])
  static let mapping = BitNames(
    field: 0xf, values: [1: "MAP_SHARED", 2: "MAP_PRIVATE", 3: "MAP_SHARED_VALIDATE"],
    bits: [
      (0x10, "MAP_FIXED"), (0x20, "MAP_ANONYMOUS"), (0x100, "MAP_GROWSDOWN"), (0x800, "MAP_DENYWRITE"), (0x2000, "MAP_LOCKED"),
      (0x4000, "MAP_NORESERVE"), (0x8000, "MAP_POPULATE"), (0x1_0000, "MAP_NONBLOCK"), (0x2_0000, "MAP_STACK"),
      (0x10_0000, "MAP_FIXED_NOREPLACE"),
    ])
  static let remapping = BitNames(bits: [(1, "MREMAP_MAYMOVE"), (2, "MREMAP_FIXED"), (4, "MREMAP_DONTUNMAP")])
  /// clone(2): the low byte is a signal.
  static let clone = BitNames(
    field: 0xff, values: Dictionary(uniqueKeysWithValues: signalNames.enumerated().dropFirst().map { (UInt32($0), $1) }),
    bits: [
      (0x100, "CLONE_VM"), (0x200, "CLONE_FS"), (0x400, "CLONE_FILES"), (0x800, "CLONE_SIGHAND"), (0x1000, "CLONE_PIDFD"),
      (0x2000, "CLONE_PTRACE"), (0x4000, "CLONE_VFORK"), (0x8000, "CLONE_PARENT"), (0x1_0000, "CLONE_THREAD"),
      (0x4_0000, "CLONE_SYSVSEM"), (0x8_0000, "CLONE_SETTLS"), (0x10_0000, "CLONE_PARENT_SETTID"),
      (0x20_0000, "CLONE_CHILD_CLEARTID"), (0x40_0000, "CLONE_DETACHED"), (0x100_0000, "CLONE_CHILD_SETTID"),
    ])
  static let waiting = BitNames(bits: [
    (1, "WNOHANG"), (2, "WUNTRACED"), (4, "WEXITED"), (8, "WCONTINUED"), (0x100_0000, "WNOWAIT"),
    (0x4000_0000, "__WALL"), (0x8000_0000, "__WCLONE"),
  ])
  static let random = BitNames(bits: [(1, "GRND_NONBLOCK"), (2, "GRND_RANDOM")])
  static let futex = BitNames(
    field: 0x7f,
    values: [
      0: "FUTEX_WAIT", 1: "FUTEX_WAKE", 3: "FUTEX_REQUEUE", 4: "FUTEX_CMP_REQUEUE", 5: "FUTEX_WAKE_OP", 9: "FUTEX_WAIT_BITSET",
      10: "FUTEX_WAKE_BITSET",
    ], bits: [(0x80, "FUTEX_PRIVATE_FLAG"), (0x100, "FUTEX_CLOCK_REALTIME")])
  static let whence = BitNames(values: [0: "SEEK_SET", 1: "SEEK_CUR", 2: "SEEK_END", 3: "SEEK_DATA", 4: "SEEK_HOLE"])
  static let maskChange = BitNames(values: [0: "SIG_BLOCK", 1: "SIG_UNBLOCK", 2: "SIG_SETMASK"])
  static let clock = BitNames(values: [
    0: "CLOCK_REALTIME", 1: "CLOCK_MONOTONIC", 2: "CLOCK_PROCESS_CPUTIME_ID", 3: "CLOCK_THREAD_CPUTIME_ID",
    4: "CLOCK_MONOTONIC_RAW", 5: "CLOCK_REALTIME_COARSE", 6: "CLOCK_MONOTONIC_COARSE", 7: "CLOCK_BOOTTIME",
  ])
  static let advice = BitNames(values: [
    0: "MADV_NORMAL", 1: "MADV_RANDOM", 2: "MADV_SEQUENTIAL", 3: "MADV_WILLNEED", 4: "MADV_DONTNEED", 8: "MADV_FREE",
    14: "MADV_HUGEPAGE", 15: "MADV_NOHUGEPAGE",
  ])
  /// fcntl(2), the 64-bit locks of i386 among them
  static let control = BitNames(values: [
    0: "F_DUPFD", 1: "F_GETFD", 2: "F_SETFD", 3: "F_GETFL", 4: "F_SETFL", 5: "F_GETLK", 6: "F_SETLK", 7: "F_SETLKW",
    8: "F_SETOWN", 9: "F_GETOWN", 10: "F_SETSIG", 11: "F_GETSIG", 12: "F_GETLK64", 13: "F_SETLK64", 14: "F_SETLKW64",
    1030: "F_DUPFD_CLOEXEC", 1031: "F_SETPIPE_SZ", 1032: "F_GETPIPE_SZ",
  ])
  static let terminal = BitNames(values: [
    0x5401: "TCGETS", 0x5402: "TCSETS", 0x5403: "TCSETSW", 0x5404: "TCSETSF", 0x540f: "TIOCGPGRP", 0x5410: "TIOCSPGRP",
    0x5413: "TIOCGWINSZ", 0x5414: "TIOCSWINSZ", 0x541b: "FIONREAD", 0x5421: "FIONBIO",
  ])
  static let resource = BitNames(values: [
    0: "RLIMIT_CPU", 1: "RLIMIT_FSIZE", 2: "RLIMIT_DATA", 3: "RLIMIT_STACK", 4: "RLIMIT_CORE", 5: "RLIMIT_RSS", 6: "RLIMIT_NPROC",
    7: "RLIMIT_NOFILE", 8: "RLIMIT_MEMLOCK", 9: "RLIMIT_AS",
  ])
  static let family = BitNames(values: [0: "AF_UNSPEC", 1: "AF_UNIX", 2: "AF_INET", 10: "AF_INET6", 16: "AF_NETLINK"])
  static let socket = BitNames(
    field: 0xf, values: [1: "SOCK_STREAM", 2: "SOCK_DGRAM", 3: "SOCK_RAW", 5: "SOCK_SEQPACKET"],
    bits: [(0o4000, "SOCK_NONBLOCK"), (0o2000000, "SOCK_CLOEXEC")])
  static let message = BitNames(bits: [
    (1, "MSG_OOB"), (2, "MSG_PEEK"), (0x20, "MSG_TRUNC"), (0x40, "MSG_DONTWAIT"), (0x100, "MSG_WAITALL"), (0x4000, "MSG_NOSIGNAL"),
    (0x4000_0000, "MSG_CMSG_CLOEXEC"),
  ])
  static let socketCall = BitNames(values: [
    1: "SYS_SOCKET", 2: "SYS_BIND", 3: "SYS_CONNECT", 4: "SYS_LISTEN", 5: "SYS_ACCEPT", 6: "SYS_GETSOCKNAME", 7: "SYS_GETPEERNAME",
    8: "SYS_SOCKETPAIR", 9: "SYS_SEND", 10: "SYS_RECV", 11: "SYS_SENDTO", 12: "SYS_RECVFROM", 13: "SYS_SHUTDOWN",
    14: "SYS_SETSOCKOPT", 15: "SYS_GETSOCKOPT", 16: "SYS_SENDMSG", 17: "SYS_RECVMSG", 18: "SYS_ACCEPT4",
  ])
  static let tableChoice = BitNames(values: [0: "SYSCALL_TABLE_STOP", 1: "SYSCALL_TABLE_USE"])
}

extension BitNames {
  /// signal(7), by number.
  static let signalNames = [
    "0", "SIGHUP", "SIGINT", "SIGQUIT", "SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGUSR1", "SIGSEGV",
    "SIGUSR2", "SIGPIPE", "SIGALRM", "SIGTERM", "SIGSTKFLT", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGTTIN", "SIGTTOU",
    "SIGURG", "SIGXCPU", "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO", "SIGPWR", "SIGSYS",
  ]

  /// `SIGTERM`, `SIGRT_3`, or the number.
  public static func signal(_ number: UInt32) -> String {
    if number < signalNames.count { return signalNames[Int(number)] }
    return number <= 64 ? "SIGRT_\(number - 32)" : "\(Int32(bitPattern: number))"
  }
}
