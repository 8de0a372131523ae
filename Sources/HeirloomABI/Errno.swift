/// A Linux error number, as errno(3) lists them; i386 and x86-64 number them alike.
///
/// Handlers throw it; dispatch negates it once into eax.
public struct Errno: Error, Hashable, Sendable, CustomStringConvertible {
  public let code: Int32

  @inline(__always)
  public init(_ code: Int32) { self.code = code }

  /// The symbolic name, such as `ENOENT`, or `E` and the number where there is none.
  public var name: String { Errno.names[code] ?? "E\(code)" }

  public var description: String { name }
}

extension Errno {
  public static let EPERM = Errno(1)
  public static let ENOENT = Errno(2)
  public static let ESRCH = Errno(3)
  public static let EINTR = Errno(4)
  public static let EIO = Errno(5)
  public static let ENXIO = Errno(6)
  public static let E2BIG = Errno(7)
  public static let ENOEXEC = Errno(8)
  public static let EBADF = Errno(9)
  public static let ECHILD = Errno(10)
  public static let EAGAIN = Errno(11)
  public static let ENOMEM = Errno(12)
  public static let EACCES = Errno(13)
  public static let EFAULT = Errno(14)
  public static let ENOTBLK = Errno(15)
  public static let EBUSY = Errno(16)
  public static let EEXIST = Errno(17)
  public static let EXDEV = Errno(18)
  public static let ENODEV = Errno(19)
  public static let ENOTDIR = Errno(20)
  public static let EISDIR = Errno(21)
  public static let EINVAL = Errno(22)
  public static let ENFILE = Errno(23)
  public static let EMFILE = Errno(24)
  public static let ENOTTY = Errno(25)
  public static let ETXTBSY = Errno(26)
  public static let EFBIG = Errno(27)
  public static let ENOSPC = Errno(28)
  public static let ESPIPE = Errno(29)
  public static let EROFS = Errno(30)
  public static let EMLINK = Errno(31)
  public static let EPIPE = Errno(32)
  public static let EDOM = Errno(33)
  public static let ERANGE = Errno(34)
  public static let EDEADLOCK = Errno(35)
  public static let ENAMETOOLONG = Errno(36)
  public static let ENOLCK = Errno(37)
  public static let ENOSYS = Errno(38)
  public static let ENOTEMPTY = Errno(39)
  public static let ELOOP = Errno(40)
  public static let ENOMSG = Errno(42)
  public static let EIDRM = Errno(43)
  public static let ECHRNG = Errno(44)
  public static let EL2NSYNC = Errno(45)
  public static let EL3HLT = Errno(46)
  public static let EL3RST = Errno(47)
  public static let ELNRNG = Errno(48)
  public static let EUNATCH = Errno(49)
  public static let ENOCSI = Errno(50)
  public static let EL2HLT = Errno(51)
  public static let EBADE = Errno(52)
  public static let EBADR = Errno(53)
  public static let EXFULL = Errno(54)
  public static let ENOANO = Errno(55)
  public static let EBADRQC = Errno(56)
  public static let EBADSLT = Errno(57)
  public static let EBFONT = Errno(59)
  public static let ENOSTR = Errno(60)
  public static let ENODATA = Errno(61)
  public static let ETIME = Errno(62)
  public static let ENOSR = Errno(63)
  public static let ENONET = Errno(64)
  public static let ENOPKG = Errno(65)
  public static let EREMOTE = Errno(66)
  public static let ENOLINK = Errno(67)
  public static let EADV = Errno(68)
  public static let ESRMNT = Errno(69)
  public static let ECOMM = Errno(70)
  public static let EPROTO = Errno(71)
  public static let EMULTIHOP = Errno(72)
  public static let EDOTDOT = Errno(73)
  public static let EBADMSG = Errno(74)
  public static let EOVERFLOW = Errno(75)
  public static let ENOTUNIQ = Errno(76)
  public static let EBADFD = Errno(77)
  public static let EREMCHG = Errno(78)
  public static let ELIBACC = Errno(79)
  public static let ELIBBAD = Errno(80)
  public static let ELIBSCN = Errno(81)
  public static let ELIBMAX = Errno(82)
  public static let ELIBEXEC = Errno(83)
  public static let EILSEQ = Errno(84)
  public static let ERESTART = Errno(85)
  public static let ESTRPIPE = Errno(86)
  public static let EUSERS = Errno(87)
  public static let ENOTSOCK = Errno(88)
  public static let EDESTADDRREQ = Errno(89)
  public static let EMSGSIZE = Errno(90)
  public static let EPROTOTYPE = Errno(91)
  public static let ENOPROTOOPT = Errno(92)
  public static let EPROTONOSUPPORT = Errno(93)
  public static let ESOCKTNOSUPPORT = Errno(94)
  public static let ENOTSUP = Errno(95)
  public static let EPFNOSUPPORT = Errno(96)
  public static let EAFNOSUPPORT = Errno(97)
  public static let EADDRINUSE = Errno(98)
  public static let EADDRNOTAVAIL = Errno(99)
  public static let ENETDOWN = Errno(100)
  public static let ENETUNREACH = Errno(101)
  public static let ENETRESET = Errno(102)
  public static let ECONNABORTED = Errno(103)
  public static let ECONNRESET = Errno(104)
  public static let ENOBUFS = Errno(105)
  public static let EISCONN = Errno(106)
  public static let ENOTCONN = Errno(107)
  public static let ESHUTDOWN = Errno(108)
  public static let ETOOMANYREFS = Errno(109)
  public static let ETIMEDOUT = Errno(110)
  public static let ECONNREFUSED = Errno(111)
  public static let EHOSTDOWN = Errno(112)
  public static let EHOSTUNREACH = Errno(113)
  public static let EALREADY = Errno(114)
  public static let EINPROGRESS = Errno(115)
  public static let ESTALE = Errno(116)
  public static let EUCLEAN = Errno(117)
  public static let ENOTNAM = Errno(118)
  public static let ENAVAIL = Errno(119)
  public static let EISNAM = Errno(120)
  public static let EREMOTEIO = Errno(121)
  public static let EDQUOT = Errno(122)
  public static let ENOMEDIUM = Errno(123)
  public static let EMEDIUMTYPE = Errno(124)
  public static let ECANCELED = Errno(125)
  public static let ENOKEY = Errno(126)
  public static let EKEYEXPIRED = Errno(127)
  public static let EKEYREVOKED = Errno(128)
  public static let EKEYREJECTED = Errno(129)
  public static let EOWNERDEAD = Errno(130)
  public static let ENOTRECOVERABLE = Errno(131)
  public static let ERFKILL = Errno(132)

  // The kernel's own: they end a system call that a signal interrupted and never reach a guest (include/linux/errno.h).
  /// Restart unless a handler without SA_RESTART runs; then EINTR.
  public static let ERESTARTSYS = Errno(512)
  /// Restart always.
  public static let ERESTARTNOINTR = Errno(513)
  /// Restart only if no handler runs.
  public static let ERESTARTNOHAND = Errno(514)
  /// Restart through restart_syscall(2), with the time that is left.
  public static let ERESTART_RESTARTBLOCK = Errno(516)
}

extension Errno {
  /// By its name, such as "EIO".
  public init?(named name: String) {
    guard let code = Self.names.first(where: { $0.value == name })?.key else { return nil }
    self.init(code)
  }

  private static let names: [Int32: String] = [
    1: "EPERM",
    2: "ENOENT",
    3: "ESRCH",
    4: "EINTR",
    5: "EIO",
    6: "ENXIO",
    7: "E2BIG",
    8: "ENOEXEC",
    9: "EBADF",
    10: "ECHILD",
    11: "EAGAIN",
    12: "ENOMEM",
    13: "EACCES",
    14: "EFAULT",
    15: "ENOTBLK",
    16: "EBUSY",
    17: "EEXIST",
    18: "EXDEV",
    19: "ENODEV",
    20: "ENOTDIR",
    21: "EISDIR",
    22: "EINVAL",
    23: "ENFILE",
    24: "EMFILE",
    25: "ENOTTY",
    26: "ETXTBSY",
    27: "EFBIG",
    28: "ENOSPC",
    29: "ESPIPE",
    30: "EROFS",
    31: "EMLINK",
    32: "EPIPE",
    33: "EDOM",
    34: "ERANGE",
    35: "EDEADLOCK",
    36: "ENAMETOOLONG",
    37: "ENOLCK",
    38: "ENOSYS",
    39: "ENOTEMPTY",
    40: "ELOOP",
    42: "ENOMSG",
    43: "EIDRM",
    44: "ECHRNG",
    45: "EL2NSYNC",
    46: "EL3HLT",
    47: "EL3RST",
    48: "ELNRNG",
    49: "EUNATCH",
    50: "ENOCSI",
    51: "EL2HLT",
    52: "EBADE",
    53: "EBADR",
    54: "EXFULL",
    55: "ENOANO",
    56: "EBADRQC",
    57: "EBADSLT",
    59: "EBFONT",
    60: "ENOSTR",
    61: "ENODATA",
    62: "ETIME",
    63: "ENOSR",
    64: "ENONET",
    65: "ENOPKG",
    66: "EREMOTE",
    67: "ENOLINK",
    68: "EADV",
    69: "ESRMNT",
    70: "ECOMM",
    71: "EPROTO",
    72: "EMULTIHOP",
    73: "EDOTDOT",
    74: "EBADMSG",
    75: "EOVERFLOW",
    76: "ENOTUNIQ",
    77: "EBADFD",
    78: "EREMCHG",
    79: "ELIBACC",
    80: "ELIBBAD",
    81: "ELIBSCN",
    82: "ELIBMAX",
    83: "ELIBEXEC",
    84: "EILSEQ",
    85: "ERESTART",
    86: "ESTRPIPE",
    87: "EUSERS",
    88: "ENOTSOCK",
    89: "EDESTADDRREQ",
    90: "EMSGSIZE",
    91: "EPROTOTYPE",
    92: "ENOPROTOOPT",
    93: "EPROTONOSUPPORT",
    94: "ESOCKTNOSUPPORT",
    95: "ENOTSUP",
    96: "EPFNOSUPPORT",
    97: "EAFNOSUPPORT",
    98: "EADDRINUSE",
    99: "EADDRNOTAVAIL",
    100: "ENETDOWN",
    101: "ENETUNREACH",
    102: "ENETRESET",
    103: "ECONNABORTED",
    104: "ECONNRESET",
    105: "ENOBUFS",
    106: "EISCONN",
    107: "ENOTCONN",
    108: "ESHUTDOWN",
    109: "ETOOMANYREFS",
    110: "ETIMEDOUT",
    111: "ECONNREFUSED",
    112: "EHOSTDOWN",
    113: "EHOSTUNREACH",
    114: "EALREADY",
    115: "EINPROGRESS",
    116: "ESTALE",
    117: "EUCLEAN",
    118: "ENOTNAM",
    119: "ENAVAIL",
    120: "EISNAM",
    121: "EREMOTEIO",
    122: "EDQUOT",
    123: "ENOMEDIUM",
    124: "EMEDIUMTYPE",
    125: "ECANCELED",
    126: "ENOKEY",
    127: "EKEYEXPIRED",
    128: "EKEYREVOKED",
    129: "EKEYREJECTED",
    130: "EOWNERDEAD",
    131: "ENOTRECOVERABLE",
    132: "ERFKILL",
    512: "ERESTARTSYS", 513: "ERESTARTNOINTR", 514: "ERESTARTNOHAND", 516: "ERESTART_RESTARTBLOCK",
  ]
}
