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
      if isGuestAddress(stay.address, cpu) || passedNull && stay.address < nullPages {
        if let entry = stay.entry { TableRegistry.addressFault(in: entry) }
        return -Int(Errno.EFAULT.code)
      }
    }
    module._withUnsafeGuaranteedRef {
      // A task that was thrown out was being killed.
      let segmentation: Int32 = 11
      $0.oops(describe(stay, $0), killedBy: stay.signal == SIGKILL ? SIGKILL : segmentation)
    }
    return -Int(Errno.EFAULT.code)
  }

  /// The window and the guards around it, which only guest addresses lead to.
  private static func isGuestAddress(_ address: UInt64, _ cpu: UnsafeMutablePointer<heirloom_cpu>) -> Bool {
    let guardSize: UInt64 = 2 << 30
    return address &- (cpu.pointee.window &- guardSize) < 1 << 32 + 2 * guardSize
  }

  /// `SIGSEGV at symbol+0x12, address 0x8`.
  static func describe(_ end: heirloom_guard, _ module: Module) -> String {
    let names = [
      SIGSEGV: "SIGSEGV", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE", SIGILL: "SIGILL", SIGTRAP: "SIGTRAP",
      SIGABRT: "SIGABRT, which abort(3) sends,", SIGKILL: "thrown out",
    ]
    var text = names[end.signal] ?? "signal \(end.signal)"
    if end.signal == HEIRLOOM_ENDED_BY_CALL, let name = UnsafePointer<CChar>(bitPattern: UInt(end.address)) {
      text = "a call of \(String(cString: name))"
    }
    text += " at \(ModuleSymbols.name(end.rip, module))"
    if end.caller != 0 { text += ", called from \(ModuleSymbols.name(end.caller, module))" }
    if end.signal == SIGSEGV || end.signal == SIGBUS {
      text += isBelowStack(end) ? ", stack overflow" : ", address 0x\(String(end.address, radix: 16))"
    }
    return text
  }

  /// Whether what has faulted is the stack: it does not end where another mapping begins.
  private static func isBelowStack(_ end: heirloom_guard) -> Bool {
    let reach: UInt64 = 64 << 10
    return end.signal == SIGSEGV && end.address < end.saved.0 && end.address &- (end.rsp &- reach) < 2 * reach
  }
}
