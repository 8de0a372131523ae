internal import CMachine
internal import HeirloomABI
internal import HeirloomMachine

/// A guest's memory as system call handlers reach it: the one door. Every access answers EFAULT on its own.
///
/// It holds no reference: the task that makes the call keeps its address space meanwhile, and counting references would
/// cost more than most accesses. So nobody keeps one beyond a call, or across execve.
struct UserMemory {
  private let space: Unmanaged<AddressSpace>
  /// Host address of guest address 0.
  private let base: UnsafeMutableRawPointer

  @inline(__always) init(_ space: AddressSpace) {
    self.space = Unmanaged.passUnretained(space)
    base = space.window.base
  }

  private var window: Window { space.takeUnretainedValue().window }

  @inline(__always) private func host(_ at: UInt32) -> UnsafeMutableRawPointer { base + Int(at) }

  @inline(__always) private func willWrite(_ at: UInt32, _ length: Int) {
    space._withUnsafeGuaranteedRef { $0.window.willWrite(at, UInt64(length)) }
  }

  // Generic, so written here and not only in the machine: within a module it is specialised, and a call's price is a move.

  @inline(__always) func load<T: BitwiseCopyable>(_ at: some UserAddress, as type: T.Type = T.self) throws(Errno) -> T {
    let from = host(at.address)
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
  @inline(__always) func store<T: BitwiseCopyable>(_ value: T, at: some UserAddress) throws(Errno) {
    let size = MemoryLayout<T>.size
    willWrite(at.address, size)
    let to = host(at.address)
    let failure: Errno? = withUnsafeBytes(of: value) { bytes in
      let from = bytes.baseAddress.unsafelyUnwrapped
      if heirloom_copy(to, from, size) == 0 { return nil }
      do throws(Errno) {
        try window.writeAgain(at.address, size) { heirloom_copy(to, from, size) == 0 }
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
  }
  /// Copies `count` values of `T` in.
  func array<T: BitwiseCopyable>(_ at: some UserAddress, count: Int, of type: T.Type = T.self) throws(Errno) -> [T] {
    let bytes = count * MemoryLayout<T>.stride
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes, 1), alignment: 16)
    defer { copy.deallocate() }
    try copyIn(at, into: UnsafeMutableRawBufferPointer(rebasing: copy[0..<bytes]))
    return Array(UnsafeRawBufferPointer(rebasing: copy[0..<bytes]).bindMemory(to: T.self))
  }
  func copyOut(_ bytes: UnsafeRawBufferPointer, to at: some UserAddress) throws(Errno) {
    try window.copyOut(bytes, to: at.address)
  }
  func copyIn(_ at: some UserAddress, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) {
    try window.copyIn(at.address, into: buffer)
  }
  /// Writes all of `bytes` to guest memory from `address` on.
  func write(_ bytes: [UInt8], at address: UInt32) throws(Errno) {
    let failure: Errno? = bytes.withUnsafeBytes { buffer in
      do throws(Errno) {
        try copyOut(buffer, to: UserPointer(address))
        return nil
      } catch { return error }
    }
    if let failure { throw failure }
  }
  /// - Throws: EFAULT; ENAMETOOLONG where no NUL follows within `limit` bytes (PATH_MAX by default).
  func string(_ at: some UserAddress, limit: Int = 4096) throws(Errno) -> String {
    try window.string(at: at.address, limit: limit)
  }
  /// The bytes of a NUL-terminated string, without the NUL. - Throws: EFAULT; ENAMETOOLONG.
  func bytes(_ at: some UserAddress, limit: Int = 4096) throws(Errno) -> [UInt8] {
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
  @inline(__always) func input(_ at: some UserAddress) -> Int { at.isNull ? 0 : Int(bitPattern: host(at.address)) }
  /// For a host call that writes `length` bytes of the guest's memory and answers EFAULT by itself.
  @inline(__always) func output(_ at: some UserAddress, _ length: Int) -> Int {
    if at.isNull { return 0 }
    willWrite(at.address, length)
    return Int(bitPattern: host(at.address))
  }
}
