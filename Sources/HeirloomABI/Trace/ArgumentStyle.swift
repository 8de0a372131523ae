/// How an argument is written in a trace, where its kind alone does not say.
enum ArgumentStyle: Sendable {
  case names(BitNames)
  /// A file's mode.
  case octal
  case signal
  /// Bytes, as many as the argument of that index says.
  case bytes(count: Int)
  /// Bytes that the call has written, as many as its result says.
  case resultBytes
}

extension ArgumentStyle {
  /// The styles of a call's arguments, by index.
  static func styles(of call: String) -> [Int: ArgumentStyle] { table[call] ?? [:] }

  /// Every name here is one of the call table's, and every index one of its arguments: a test compares them.
  static let table: [String: [Int: ArgumentStyle]] = [
    "access": [1: .names(.access)],
    "accept4": [3: .names(.socket)],
    "chmod": [1: .octal],
    "clock_getres": [0: .names(.clock)], "clock_getres_time64": [0: .names(.clock)],
    "clock_gettime": [0: .names(.clock)], "clock_gettime64": [0: .names(.clock)],
    "clock_nanosleep": [0: .names(.clock)], "clock_nanosleep_time64": [0: .names(.clock)],
    "clone": [0: .names(.clone)],
    "creat": [1: .octal],
    "dup3": [2: .names(.descriptor)],
    "epoll_create1": [0: .names(.descriptor)],
    "eventfd2": [1: .names(.descriptor)],
    "faccessat": [2: .names(.access)], "faccessat2": [2: .names(.access), 3: .names(.at)],
    "fchmod": [1: .octal], "fchmodat": [2: .octal],
    "fchownat": [4: .names(.at)],
    "fcntl": [1: .names(.control)], "fcntl64": [1: .names(.control)],
    "fstatat64": [3: .names(.at)],
    "futex": [1: .names(.futex)], "futex_time64": [1: .names(.futex)],
    "getcwd": [0: .resultBytes],
    "getrandom": [0: .resultBytes, 2: .names(.random)],
    "getrlimit": [0: .names(.resource)], "ugetrlimit": [0: .names(.resource)], "setrlimit": [0: .names(.resource)],
    "ioctl": [1: .names(.terminal)],
    "kill": [1: .signal], "tkill": [1: .signal], "tgkill": [2: .signal], "rt_sigqueueinfo": [1: .signal],
    "lseek": [2: .names(.whence)], "_llseek": [4: .names(.whence)],
    "linkat": [4: .names(.at)],
    "madvise": [2: .names(.advice)],
    "mkdir": [1: .octal], "mkdirat": [2: .octal], "mknod": [1: .octal], "mknodat": [2: .octal],
    "mmap2": [2: .names(.protection), 3: .names(.mapping)],
    "mprotect": [2: .names(.protection)],
    "mremap": [3: .names(.remapping)],
    "open": [1: .names(.open), 2: .octal], "openat": [2: .names(.open), 3: .octal],
    "pipe2": [1: .names(.descriptor)],
    "pread64": [1: .resultBytes], "pwrite64": [1: .bytes(count: 2)],
    "prlimit64": [1: .names(.resource)],
    "read": [1: .resultBytes], "readlink": [1: .resultBytes], "readlinkat": [2: .resultBytes],
    "recvfrom": [1: .resultBytes, 3: .names(.message)], "recvmsg": [2: .names(.message)],
    "rt_sigaction": [0: .signal], "sigaction": [0: .signal], "signal": [0: .signal],
    "rt_sigprocmask": [0: .names(.maskChange)], "sigprocmask": [0: .names(.maskChange)],
    "sendto": [1: .bytes(count: 2), 3: .names(.message)], "sendmsg": [2: .names(.message)],
    "set_syscall_table": [1: .names(.tableChoice)],
    "socket": [0: .names(.family), 1: .names(.socket)], "socketpair": [0: .names(.family), 1: .names(.socket)],
    "socketcall": [0: .names(.socketCall)],
    "statx": [2: .names(.at)],
    "umask": [0: .octal],
    "unlinkat": [2: .names(.at)],
    "utimensat": [3: .names(.at)], "utimensat_time64": [3: .names(.at)],
    "wait4": [2: .names(.waiting)], "waitpid": [2: .names(.waiting)], "waitid": [3: .names(.waiting)],
    "write": [1: .bytes(count: 2)],
  ]
}
