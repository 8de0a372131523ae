/// `struct new_utsname`: six names of 65 bytes (uname(2)), the same on i386 and on the host.
public struct SystemNames: Sendable {
  public static let fieldSize = 65
  public static let size = 6 * fieldSize
}

/// The host's `struct sysinfo`.
public struct HostSysinfo: BitwiseCopyable, Sendable {
  public var uptime: Int64 = 0
  public var loads: (UInt64, UInt64, UInt64) = (0, 0, 0)
  public var totalRAM: UInt64 = 0
  public var freeRAM: UInt64 = 0
  public var sharedRAM: UInt64 = 0
  public var bufferRAM: UInt64 = 0
  public var totalSwap: UInt64 = 0
  public var freeSwap: UInt64 = 0
  public var processes: UInt16 = 0
  private var padding: UInt16 = 0
  private var padding1: UInt32 = 0
  public var totalHigh: UInt64 = 0
  public var freeHigh: UInt64 = 0
  public var unit: UInt32 = 0
  private var padding2: UInt32 = 0
  public init() {}
}

/// `struct sysinfo` of i386, 64 bytes.
public struct Sysinfo32: BitwiseCopyable, Sendable {
  public var uptime: UInt32
  public var loads: (UInt32, UInt32, UInt32)
  public var totalRAM, freeRAM, sharedRAM, bufferRAM, totalSwap, freeSwap: UInt32
  public var processes: UInt16
  private var padding: UInt16 = 0
  public var totalHigh, freeHigh: UInt32
  public var unit: UInt32
  private var tail: (UInt32, UInt32) = (0, 0)

  /// Amounts that are too large for 32 bits are counted in pages instead of bytes, as Linux does for its i386 callers.
  public init(_ host: HostSysinfo) {
    var shift: UInt64 = 0
    var unit = UInt64(max(host.unit, 1))
    if (host.totalRAM | host.totalSwap) >> 32 != 0 {
      while unit < 4096 { unit <<= 1; shift += 1 }
    }
    func amount(_ value: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: value >> shift) }
    uptime = UInt32(truncatingIfNeeded: host.uptime)
    loads = (
      UInt32(truncatingIfNeeded: host.loads.0), UInt32(truncatingIfNeeded: host.loads.1),
      UInt32(truncatingIfNeeded: host.loads.2)
    )
    totalRAM = amount(host.totalRAM)
    freeRAM = amount(host.freeRAM)
    sharedRAM = amount(host.sharedRAM)
    bufferRAM = amount(host.bufferRAM)
    totalSwap = amount(host.totalSwap)
    freeSwap = amount(host.freeSwap)
    processes = host.processes
    totalHigh = amount(host.totalHigh)
    freeHigh = amount(host.freeHigh)
    self.unit = UInt32(unit)
  }
}

/// `struct rlimit64`, the host's and of prlimit64(2) on i386.
public struct HostLimit: BitwiseCopyable, Sendable, Equatable {
  public var soft: UInt64
  public var hard: UInt64
  public static let infinity = UInt64.max
  public init(soft: UInt64, hard: UInt64) {
    self.soft = soft
    self.hard = hard
  }
}

/// `struct rlimit` of i386.
public struct Limit32: BitwiseCopyable, Sendable {
  public var soft: UInt32
  public var hard: UInt32
  /// What does not fit is "infinity".
  public init(_ host: HostLimit) {
    soft = UInt32(exactly: host.soft) ?? UInt32.max
    hard = UInt32(exactly: host.hard) ?? UInt32.max
  }
  /// As getrlimit(2) of call 76 shows it: infinity is 0x7fffffff.
  public init(old host: HostLimit) {
    soft = min(UInt32(exactly: host.soft) ?? UInt32.max, 0x7fff_ffff)
    hard = min(UInt32(exactly: host.hard) ?? UInt32.max, 0x7fff_ffff)
  }
  public var host: HostLimit {
    HostLimit(
      soft: soft == UInt32.max ? HostLimit.infinity : UInt64(soft),
      hard: hard == UInt32.max ? HostLimit.infinity : UInt64(hard))
  }
}
