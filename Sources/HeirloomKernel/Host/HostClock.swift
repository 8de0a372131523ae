internal import Glibc
internal import HeirloomABI

extension Host {
  /// Writes the time of `clock` to the timespec at `address`, through the vdso where the host has one: no call into the
  /// host's kernel.
  @inline(__always)
  static func clock(_ clock: Int32, _ address: Int) throws(Errno) {
    let time = UnsafeMutablePointer<timespec>(bitPattern: address).unsafelyUnwrapped
    if clock_gettime(clock, time) != 0 { throw .EINVAL }
  }

  /// The monotonic clock in nanoseconds, by the same way.
  @inline(__always)
  static var fastMonotonicTime: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) &* 1_000_000_000 &+ UInt64(time.tv_nsec)
  }

  /// Nanoseconds since 1970.
  static var realTime: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
