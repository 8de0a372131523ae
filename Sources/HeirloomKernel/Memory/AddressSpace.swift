public import HeirloomABI
public import HeirloomMachine

/// A guest's memory: the VMAs and the window that carries them out. Shared by the threads of a process, and by a vforked
/// child until it calls execve.
public final class AddressSpace: @unchecked Sendable {
  public let window: Window

  public init() throws(Errno) {
    window = try Window()
  }

  // The one door to guest memory for system call handlers. Every access answers EFAULT on its own.

  @inline(__always) public func load<T: BitwiseCopyable>(_ at: some UserAddress, as type: T.Type = T.self) throws(Errno) -> T {
    try window.load(at.address, as: type)
  }
  @inline(__always) public func store<T: BitwiseCopyable>(_ value: T, at: some UserAddress) throws(Errno) {
    try window.store(value, at: at.address)
  }
  /// Copies `count` values of `T` in.
  public func array<T: BitwiseCopyable>(_ at: some UserAddress, count: Int, of type: T.Type = T.self) throws(Errno) -> [T] {
    let bytes = count * MemoryLayout<T>.stride
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes, 1), alignment: 16)
    defer { copy.deallocate() }
    try window.copyIn(at.address, into: UnsafeMutableRawBufferPointer(rebasing: copy[0..<bytes]))
    return Array(UnsafeRawBufferPointer(rebasing: copy[0..<bytes]).bindMemory(to: T.self))
  }
  public func copyOut(_ bytes: UnsafeRawBufferPointer, to at: some UserAddress) throws(Errno) {
    try window.copyOut(bytes, to: at.address)
  }
  public func copyIn(_ at: some UserAddress, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) {
    try window.copyIn(at.address, into: buffer)
  }
  /// - Throws: EFAULT; ENAMETOOLONG where no NUL follows within `limit` bytes (PATH_MAX by default).
  public func string(_ at: some UserAddress, limit: Int = 4096) throws(Errno) -> String {
    try window.string(at: at.address, limit: limit)
  }
  /// For a host call that reads the guest's memory and answers EFAULT by itself.
  @inline(__always) public func input(_ at: some UserAddress) -> Int { at.isNull ? 0 : Int(bitPattern: window.host(at.address)) }
  /// For a host call that writes `length` bytes of the guest's memory and answers EFAULT by itself.
  @inline(__always) public func output(_ at: some UserAddress, _ length: Int) -> Int {
    if at.isNull { return 0 }
    window.willWrite(at.address, UInt64(length))
    return Int(bitPattern: window.host(at.address))
  }
}
