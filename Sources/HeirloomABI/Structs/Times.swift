/// The host's `struct timespec`, which is also the `__kernel_timespec` of i386's *_time64 calls.
public struct HostTimespec: BitwiseCopyable, Sendable {
  public var seconds: Int64
  public var nanoseconds: Int64
  @inline(__always) public init(seconds: Int64 = 0, nanoseconds: Int64 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// Of a duration or a clock.
  @inline(__always) public init(total: Int64) {
    self.init(seconds: total / Self.billion, nanoseconds: total % Self.billion)
  }

  public static let billion: Int64 = 1_000_000_000
  /// Whether a kernel takes it as a time (timespec64_valid).
  @inline(__always) public var isValid: Bool { seconds >= 0 && nanoseconds >= 0 && nanoseconds < Self.billion }
  /// In nanoseconds; what is too long for that is 292 years.
  @inline(__always) public var total: Int64 {
    let (product, overflow) = seconds.multipliedReportingOverflow(by: Self.billion)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, carried) = product.addingReportingOverflow(nanoseconds)
    return carried ? .max : sum
  }
}

/// `struct timespec` of i386 (old_timespec32).
public struct Timespec32: BitwiseCopyable, Sendable {
  public var seconds: Int32
  public var nanoseconds: Int32
  @inline(__always) public init(truncating host: HostTimespec) {
    seconds = Int32(truncatingIfNeeded: host.seconds)
    nanoseconds = Int32(truncatingIfNeeded: host.nanoseconds)
  }
  @inline(__always) public var host: HostTimespec {
    HostTimespec(seconds: Int64(seconds), nanoseconds: Int64(nanoseconds))
  }
}

/// The host's `struct timeval`.
public struct HostTimeval: BitwiseCopyable, Sendable {
  public var seconds: Int64
  public var microseconds: Int64
  @inline(__always) public init(seconds: Int64 = 0, microseconds: Int64 = 0) {
    self.seconds = seconds
    self.microseconds = microseconds
  }
}

/// `struct timeval` of i386 (old_timeval32).
public struct Timeval32: BitwiseCopyable, Sendable {
  public var seconds: Int32
  public var microseconds: Int32
  @inline(__always) public init(seconds: Int32, microseconds: Int32) {
    self.seconds = seconds
    self.microseconds = microseconds
  }
  @inline(__always) public init(truncating host: HostTimeval) {
    self.init(
      seconds: Int32(truncatingIfNeeded: host.seconds), microseconds: Int32(truncatingIfNeeded: host.microseconds))
  }
  @inline(__always) public var host: HostTimeval {
    HostTimeval(seconds: Int64(seconds), microseconds: Int64(microseconds))
  }
}

/// The host's `struct itimerspec`, and i386's in the *_time64 calls.
public struct HostTimerSpec: BitwiseCopyable, Sendable {
  public var interval: HostTimespec
  public var value: HostTimespec
  public init(interval: HostTimespec = HostTimespec(), value: HostTimespec = HostTimespec()) {
    self.interval = interval
    self.value = value
  }
}

/// `struct itimerspec` of i386.
public struct TimerSpec32: BitwiseCopyable, Sendable {
  public var interval: Timespec32
  public var value: Timespec32
  public init(truncating host: HostTimerSpec) {
    interval = Timespec32(truncating: host.interval)
    value = Timespec32(truncating: host.value)
  }
  public var host: HostTimerSpec { HostTimerSpec(interval: interval.host, value: value.host) }
}

/// `struct tms` of i386 (times(2)), in ticks of 10 ms.
public struct Tms32: BitwiseCopyable, Sendable {
  public var user, system, childrenUser, childrenSystem: UInt32
  public init(user: UInt32, system: UInt32, childrenUser: UInt32, childrenSystem: UInt32) {
    self.user = user
    self.system = system
    self.childrenUser = childrenUser
    self.childrenSystem = childrenSystem
  }
}

/// The host's `struct rusage`.
public struct HostRusage: BitwiseCopyable, Sendable {
  public var user = HostTimeval()
  public var system = HostTimeval()
  /// ru_maxrss to ru_nivcsw (getrusage(2)).
  public var counts: (Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int, Int) =
    (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
  public init() {}
}

/// `struct rusage` of i386, 72 bytes.
public struct Rusage32: BitwiseCopyable, Sendable {
  public var user: Timeval32
  public var system: Timeval32
  public var counts:
    (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32, UInt32)

  public init(_ host: HostRusage) {
    user = Timeval32(truncating: host.user)
    system = Timeval32(truncating: host.system)
    let c = host.counts
    func word(_ value: Int) -> UInt32 { UInt32(truncatingIfNeeded: value) }
    counts = (
      word(c.0), word(c.1), word(c.2), word(c.3), word(c.4), word(c.5), word(c.6), word(c.7), word(c.8), word(c.9),
      word(c.10), word(c.11), word(c.12), word(c.13)
    )
  }
}
