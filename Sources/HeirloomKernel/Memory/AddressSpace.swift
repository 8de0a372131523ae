internal import CMachine
public import HeirloomABI
public import HeirloomMachine

/// Where things stand in a guest's address space: as a 64-bit Linux lays out an i386 program without randomisation.
enum Layout {
  static let pageSize: UInt64 = 4096
  /// Ends user space (TASK_SIZE of an i386 program on x86-64).
  static let taskSize: UInt64 = 0xffff_e000
  static let stackTop: UInt64 = 0xffff_e000
  /// RLIMIT_STACK's default. The whole of it is mapped at once; pages cost memory when touched.
  static let stackSize: UInt64 = 8 << 20
  /// The page with the signal trampolines.
  static let trampoline: UInt64 = 0xf7ff_d000
  /// mmap goes downwards from here.
  static let mmapTop: UInt64 = 0xf7ff_c000
  /// vm.mmap_min_addr.
  static let lowest: UInt64 = 0x1_0000
  /// Where a position-independent program goes.
  static let programBase: UInt32 = 0x5655_5000

  @inline(__always) static func pageUp(_ value: UInt64) -> UInt64 { (value + 4095) & ~4095 }
  @inline(__always) static func pageDown(_ value: UInt64) -> UInt64 { value & ~4095 }
}

/// A guest's memory: the VMAs and the window that carries them out. Shared by the threads of a process, and by a vforked
/// child until it calls execve.
public final class AddressSpace: @unchecked Sendable {
  public let window: Window

  /// Guards the VMAs and every change of the window's mappings.
  let lock = Lock()
  var areas = VMAList()
  /// The heap, from brk's start to its present end.
  var heapStart: UInt32 = 0
  var heapEnd: UInt32 = 0

  public init() throws(Errno) {
    window = try Window()
  }

  // The one door to guest memory for system call handlers. Every access answers EFAULT on its own.

  // Generic, so written here and not only in the machine: within a module it is specialised, and a call's price is a move.

  @inline(__always) public func load<T: BitwiseCopyable>(_ at: some UserAddress, as type: T.Type = T.self) throws(Errno) -> T {
    let from = window.host(at.address)
    var failed = false
    let value = withUnsafeTemporaryAllocation(of: T.self, capacity: 1) { (space) -> T in
      let slot = UnsafeMutableRawPointer(space.baseAddress.unsafelyUnwrapped)
      let size = MemoryLayout<T>.size
      if size == 4 {
        failed = heirloom_load32(from, slot.assumingMemoryBound(to: UInt32.self)) != 0
      } else {
        failed = heirloom_copy(slot, from, size) != 0
      }
      if failed { slot.initializeMemory(as: UInt8.self, repeating: 0, count: size) }
      return space[0]
    }
    if failed { throw .EFAULT }
    return value
  }
  @inline(__always) public func store<T: BitwiseCopyable>(_ value: T, at: some UserAddress) throws(Errno) {
    let size = MemoryLayout<T>.size
    window.willWrite(at.address, UInt64(size))
    let to = window.host(at.address)
    let failed = withUnsafeBytes(of: value) { heirloom_copy(to, $0.baseAddress.unsafelyUnwrapped, size) != 0 }
    if failed { throw .EFAULT }
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
  /// Writes all of `bytes` to guest memory from `address` on.
  func write(_ bytes: [UInt8], at address: UInt32) throws(Errno) {
    let failure: Errno? = bytes.withUnsafeBytes { buffer in
      do throws(Errno) {
        try window.copyOut(buffer, to: address)
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
  }
  /// - Throws: EFAULT; ENAMETOOLONG where no NUL follows within `limit` bytes (PATH_MAX by default).
  public func string(_ at: some UserAddress, limit: Int = 4096) throws(Errno) -> String {
    try window.string(at: at.address, limit: limit)
  }
  /// The bytes of a NUL-terminated string, without the NUL. - Throws: EFAULT; ENAMETOOLONG.
  public func bytes(_ at: some UserAddress, limit: Int = 4096) throws(Errno) -> [UInt8] {
    var bytes: [UInt8] = []
    var address = at.address
    while bytes.count < limit {
      // Never past a page's end: the string may be the last thing before unmapped memory.
      let chunk = min(limit - bytes.count, 4096 - Int(address % 4096))
      let piece: [UInt8] = try array(UserPointer(address), count: chunk)
      if let end = piece.firstIndex(of: 0) {
        bytes += piece[..<end]
        return bytes
      }
      bytes += piece
      address &+= UInt32(chunk)
    }
    throw .ENAMETOOLONG
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
