internal import CHeirloom
internal import CMachine
internal import Glibc
internal import HeirloomABI
internal import HeirloomKernel

/// What a host fault inside a module's code means.
enum Containment {
  /// Ends a call whose handler has faulted.
  ///
  /// - Parameter passedNull: the guest has given NULL for one of the addresses.
  /// - Returns: -EFAULT where the handler has touched memory that the guest does not have. Anything else is an oops: it is
  ///   logged, the calling process dies, and the module is quarantined.
  static func end(
    _ stay: heirloom_guard, in module: Unmanaged<Module>, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ passedNull: Bool
  ) -> Int {
    if stay.signal == SIGSEGV || stay.signal == SIGBUS {
      // The NULL that a guest passes is as bad an address as any other.
      let nullPages: UInt64 = 65536
      if isGuestAddress(stay.address, cpu) || passedNull && stay.address < nullPages { return -Int(Errno.EFAULT.code) }
    }
    module._withUnsafeGuaranteedRef { $0.oops(describe(stay)) }
    return -Int(Errno.EFAULT.code)
  }

  /// The window and the guards around it, which only guest addresses lead to.
  private static func isGuestAddress(_ address: UInt64, _ cpu: UnsafeMutablePointer<heirloom_cpu>) -> Bool {
    let guardSize: UInt64 = 2 << 30
    return address &- (cpu.pointee.window &- guardSize) < 1 << 32 + 2 * guardSize
  }

  /// `SIGSEGV at symbol+0x12, address 0x8`.
  static func describe(_ record: heirloom_guard) -> String {
    let signal = [SIGSEGV: "SIGSEGV", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP"]
    var text = "\(signal[record.signal] ?? "signal \(record.signal)") at \(symbol(at: record.rip))"
    if record.signal == SIGSEGV || record.signal == SIGBUS { text += ", address 0x\(String(record.address, radix: 16))" }
    return text
  }

  private static func symbol(at address: UInt64) -> String {
    var distance: UInt = 0
    let name = heirloom_symbol(UInt(address), &distance)
    return (name.map { String(cString: $0) } ?? "") + "+0x" + String(distance, radix: 16)
  }
}
