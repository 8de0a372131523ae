internal import CMachine
internal import Glibc

/// The host's memory calls: the machine's one door to them.
enum HostMemory {
  static func memoryFile(named name: String, size: Int) -> Int32? {
    let descriptor = name.withCString { heirloom_host_call(319, Int(bitPattern: $0), 1, 0, 0, 0, 0) }
    guard descriptor >= 0, ftruncate(Int32(descriptor), size) == 0 else { return nil }
    return Int32(descriptor)
  }

  /// The code cache's file, below 2 GiB.
  static func mapShared(_ descriptor: Int32, size: Int, writable: Bool) -> UnsafeMutableRawPointer? {
    let protection = writable ? PROT_READ | PROT_WRITE : PROT_READ | PROT_EXEC
    let map32Bit: Int32 = writable ? 0 : 0x40
    let address = mmap(nil, size, protection, MAP_SHARED | map32Bit, descriptor, 0)
    return address == MAP_FAILED ? nil : address
  }

  static func close(_ descriptor: Int32) { Glibc.close(descriptor) }

  /// Zeroed memory that costs nothing until it is touched.
  static func reserve(_ size: Int) -> UnsafeMutableRawPointer? {
    let address = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    return address == MAP_FAILED ? nil : address
  }

  /// As `reserve`, with `guards` bytes at either end that may not be used.
  static func reserveGuarded(_ size: Int, guards: Int) -> UnsafeMutableRawPointer? {
    let address = mmap(nil, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    guard let address, address != MAP_FAILED else { return nil }
    if protect(address + guards, size - 2 * guards, readable: true, writable: true) == 0 { return address }
    release(address, size)
    return nil
  }

  /// As `reserve`, for a table that is touched in few places; while it is not writable the host does not count it as memory in use.
  static func reserveSparse(_ size: Int, writable: Bool) -> UnsafeMutableRawPointer? {
    let protection = writable ? PROT_READ | PROT_WRITE : PROT_READ
    let address = mmap(nil, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    if address == MAP_FAILED { return nil }
    // A touch takes a page of 4 KiB, not one of 2 MiB.
    madvise(address, size, MADV_NOHUGEPAGE)
    return address
  }

  /// Whether nothing is mapped in `size` bytes from `address` on.
  static func isFree(_ address: UnsafeMutableRawPointer, _ size: Int) -> Bool {
    let fixedNoReplace: Int32 = 0x10_0000
    let result = mmap(address, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | fixedNoReplace, -1, 0)
    if result == MAP_FAILED { return false }
    munmap(result, size)
    // A host before Linux 4.17 takes the address for a hint.
    return result == address
  }

  enum Flag {
    static let fixed = Int(MAP_FIXED)
    static let noReserve = Int(MAP_NORESERVE)
    static let `private` = Int(MAP_PRIVATE) | fixed
    static let shared = Int(MAP_SHARED) | fixed
    static let privateAnonymous = `private` | Int(MAP_ANONYMOUS) | Int(MAP_NORESERVE)
    static let sharedAnonymous = shared | Int(MAP_ANONYMOUS)
  }

  /// PROT_* bits for the host: guest code is never executed where it stands, only read.
  static func protection(_ guest: Protection) -> Int {
    guest.isEmpty ? 0 : Int(PROT_READ) | (guest.contains(.write) ? Int(PROT_WRITE) : 0)
  }

  /// 0 or -errno, as the next ones.
  static func mapFixed(
    _ address: UnsafeMutableRawPointer, _ size: Int, _ protection: Int, _ flags: Int, _ descriptor: Int32, _ offset: Int
  ) -> Int {
    let result = heirloom_host_call(9, Int(bitPattern: address), size, protection, flags, Int(descriptor), offset)
    return result < 0 && result >= -4095 ? result : 0
  }

  @discardableResult
  static func protect(_ address: UnsafeMutableRawPointer, _ size: Int, _ protection: Int) -> Int {
    heirloom_host_call(10, Int(bitPattern: address), size, protection, 0, 0, 0)
  }

  @discardableResult
  static func protect(_ address: UnsafeMutableRawPointer, _ size: Int, readable: Bool, writable: Bool) -> Int {
    protect(address, size, (readable ? 1 : 0) | (writable ? 2 : 0))
  }

  /// Makes memory a mapping of its own, which the host does not join to its neighbours whatever the protection: by advice
  /// that asks for nothing that matters here (madvise(2)).
  ///
  /// - Parameter fromNext: of two neighbours that are both set apart, one says true, so that they are not joined.
  static func setApart(_ address: UnsafeMutableRawPointer, _ size: Int, fromNext: Bool) {
    madvise(address, size, fromNext ? MADV_DONTDUMP : MADV_RANDOM)
  }

  /// What has been set apart may be joined again.
  static func join(_ address: UnsafeMutableRawPointer, _ size: Int) {
    madvise(address, size, MADV_DODUMP)
    madvise(address, size, MADV_NORMAL)
  }

  /// mremap(2) to a fixed place; with an old size of 0 a shared mapping is doubled.
  static func move(
    _ source: UnsafeMutableRawPointer, _ oldSize: Int, to target: UnsafeMutableRawPointer, _ newSize: Int
  ) -> Int {
    let result = heirloom_host_call(25, Int(bitPattern: source), oldSize, newSize, 3, Int(bitPattern: target), 0)
    return result < 0 && result >= -4095 ? result : 0
  }

  /// mremap(2) in its place.
  static func grow(_ address: UnsafeMutableRawPointer, _ oldSize: Int, to newSize: Int) -> Int {
    let result = heirloom_host_call(25, Int(bitPattern: address), oldSize, newSize, 0, 0, 0)
    return result < 0 && result >= -4095 ? result : 0
  }

  // membarrier(2): what this thread has written is seen by all that run in this process, and what they had written by it.
  static func registerBarrier() { _ = heirloom_host_call(324, 16, 0, 0, 0, 0, 0) }
  static func barrier() { _ = heirloom_host_call(324, 8, 0, 0, 0, 0, 0) }

  /// Lets others run, for longer each time. - Returns: what to pass the next time; at first 0.
  static func pause(after last: Int) -> Int {
    if last < 10 {
      sched_yield()
      return last + 1
    }
    usleep(UInt32(last))
    return min(last * 2, 1000)
  }

  /// Nothing is mapped there any more.
  static func release(_ address: UnsafeMutableRawPointer, _ size: Int) { munmap(address, size) }

  /// Private pages go, also where there are gaps between mappings. - Returns: false where something else stood against it.
  static func discardAcross(_ address: UnsafeMutableRawPointer, _ size: Int) -> Bool {
    let result = heirloom_host_call(28, Int(bitPattern: address), size, Int(MADV_DONTNEED), 0, 0, 0)
    // All that is mapped is gone through before this is said of what is not (madvise(2)).
    return result == 0 || result == -Int(ENOMEM)
  }

  /// Back to zeroes.
  static func discard(_ address: UnsafeMutableRawPointer, _ size: Int) { madvise(address, size, MADV_DONTNEED) }
}

/// A lock held for short among the machine's threads.
final class MachineLock: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  init() { pthread_mutex_init(mutex, nil) }
  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }
  func lock() { pthread_mutex_lock(mutex) }
  func unlock() { pthread_mutex_unlock(mutex) }
  @inline(__always)
  func withLock<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }
}
