internal import HeirloomABI
internal import HeirloomMachine

/// The page that signal handlers return through where the program gave no restorer, as the vdso's is for Linux.
enum Trampoline {
  /// popl %eax; movl $__NR_sigreturn,%eax; int $0x80
  static let sigreturn = UInt32(Layout.trampoline)
  /// movl $__NR_rt_sigreturn,%eax; int $0x80
  static let realTimeSigreturn = UInt32(Layout.trampoline) + 32

  private static let code: [UInt8] = {
    var page: [UInt8] = [0x58, 0xb8, 119, 0, 0, 0, 0xcd, 0x80]
    page += [UInt8](repeating: 0xcc, count: 32 - page.count)
    page += [0xb8, 173, 0, 0, 0, 0xcd, 0x80]
    return page
  }()

  static func map(into memory: AddressSpace) throws(Errno) {
    let address = UInt32(Layout.trampoline)
    _ = try memory.map(
      length: Layout.pageSize, [.read, .write], at: .fixed(address), .anonymous, shared: false, purpose: .trampoline)
    try memory.user.write(code, at: address)
    try memory.protect(address, length: Layout.pageSize, [.read, .execute])
  }
}
