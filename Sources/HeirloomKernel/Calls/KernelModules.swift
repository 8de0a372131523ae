public import HeirloomABI
internal import HeirloomMachine

// Modules, asked for by guests (init_module(2), finit_module(2), delete_module(2)).

/// Keeps the kernel's modules: the loader, which the kernel itself does not know.
public protocol ModuleKeeper: AnyObject, Sendable {
  /// The text of /proc/modules (proc(5)); addresses are shown where the reader is privileged.
  func modulesText(showsAddresses: Bool) -> String
  /// Loads the module in `bytes`; `path` names it where it does not itself; nil: nobody knows its file. `parameters` are words with a space between; what
  /// stands between double quotes keeps its spaces.
  func insert(_ bytes: [UInt8], path: String?, parameters: String) throws(Errno)
  /// Unloads a module.
  ///
  /// - Parameters:
  ///   - waits: until calls inside have ended; else EAGAIN where one has not.
  ///   - insists: calls that sleep inside are woken.
  func remove(_ name: String, waits: Bool, insists: Bool) throws(Errno)
}

extension Task {
  private static let maximumSize = 64 << 20

  func init_module(_ image: InBuffer, _ length: UInt32, _ parameters: UserString) throws(Errno) -> Success {
    let keeper = try moduleKeeper()
    guard length <= Self.maximumSize else { throw .ENOMEM }
    let bytes = try memory.array(image, count: Int(length), of: UInt8.self)
    // Where the file is mapped, it names the module.
    let backing = process.memory.lock.withLock { process.memory.areas.area(at: UInt64(image.address))?.backing }
    let file = backing.flatMap { try? String(decoding: HostLink.target(ofDescriptor: $0.descriptor), as: UTF8.self) }
    try keeper.insert(bytes, path: file, parameters: LosslessText.string(try memory.bytes(parameters)))
    return Success()
  }

  func finit_module(_ file: FD, _ parameters: UserString, _ flags: Flags) throws(Errno) -> Success {
    let keeper = try moduleKeeper()
    // MODULE_INIT_IGNORE_MODVERSIONS and MODULE_INIT_IGNORE_VERMAGIC: there is neither.
    guard flags.bits & ~3 == 0 else { throw .EINVAL }
    let descriptor = try hostDescriptor(file)
    let status = try Host.reading(into: HostStat()) { (status) throws(Errno) in try Host.call(.fstat, Int(descriptor), status) }
    let (kind, regular): (UInt32, UInt32) = (0xf000, 0x8000)
    guard status.mode & kind == regular else { throw .EINVAL }
    guard status.size <= Self.maximumSize else { throw .EFBIG }
    // What the host user may not read, the guest could not open.
    let bytes = try HostFile.read(descriptor, count: Int(status.size), at: 0)
    let path = String(decoding: try HostLink.target(ofDescriptor: descriptor), as: UTF8.self)
    try keeper.insert(bytes, path: path, parameters: LosslessText.string(try memory.bytes(parameters)))
    return Success()
  }

  func delete_module(_ name: UserString, _ flags: Flags) throws(Errno) -> Success {
    let keeper = try moduleKeeper()
    // O_NONBLOCK and O_TRUNC; rmmod(8) gives O_EXCL too, which says nothing.
    let (dontWait, force): (UInt32, UInt32) = (0x800, 0x200)
    try keeper.remove(try memory.string(name, limit: 64), waits: !flags.has(dontWait), insists: flags.has(force))
    return Success()
  }

  /// - Throws: EPERM where guests may not, or where this one has no CAP_SYS_MODULE.
  private func moduleKeeper() throws(Errno) -> any ModuleKeeper {
    guard kernel.options.allowsGuestModules, process.credentials.isPrivileged else { throw .EPERM }
    guard let keeper = kernel.modules else { throw .ENOSYS }
    return keeper
  }
}
