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
}
