public import HeirloomABI

/// What a guest may do with a page.
public struct Protection: OptionSet, Sendable {
  public let rawValue: UInt8
  @inline(__always) public init(rawValue: UInt8) { self.rawValue = rawValue }
  public static let read = Protection(rawValue: 1)
  public static let write = Protection(rawValue: 2)
  public static let execute = Protection(rawValue: 4)
}

/// A half-open range of guest addresses that starts and ends on page boundaries; `end` may be 2^32.
public struct PageRange: Equatable, Sendable {
  public let start: UInt64
  public let end: UInt64
  @inline(__always) public init(_ start: UInt64, _ end: UInt64) { self.start = start; self.end = end }
  @inline(__always) public init(start: UInt32, length: UInt64) { self.init(UInt64(start), UInt64(start) + length) }
  @inline(__always) public var length: UInt64 { end - start }
  @inline(__always) public var isEmpty: Bool { end <= start }
}

/// The host memory of one guest address space: 4 GiB, aligned to 4 GiB, between guards of 2 GiB that are never mapped.
/// Guest address `a` is host address `base + a`.
///
/// The kernel decides what is mapped where; the window carries it out, and keeps translations true to the bytes they were
/// made from. Callers hold the address space's lock.
public final class Window: @unchecked Sendable {
  public let base: UnsafeMutableRawPointer
  public init() throws(Errno) { fatalError() }

  /// New zeroed memory, private to this window.
  public func mapAnonymous(_ range: PageRange, _ protection: Protection) throws(Errno) { fatalError() }
  /// New zeroed memory that windows made by fork share.
  public func mapAnonymousShared(_ range: PageRange, _ protection: Protection) throws(Errno) { fatalError() }
  /// A file's bytes. `descriptor` is a host descriptor of the calling thread; `offset` is in bytes.
  public func mapFile(_ range: PageRange, _ protection: Protection, descriptor: Int32, offset: UInt64, shared: Bool) throws(Errno) { fatalError() }
  public func protect(_ range: PageRange, _ protection: Protection) throws(Errno) { fatalError() }
  /// Back to unmapped: every access faults.
  public func unmap(_ range: PageRange) { fatalError() }
  /// Moves mapped pages within the window, as mremap(2) does; what was at `target` is lost.
  public func move(_ source: PageRange, to target: PageRange) throws(Errno) { fatalError() }
  /// Maps here what `source` has shared (MAP_SHARED) in `range`, the same memory.
  public func shareMapping(of source: Window, _ range: PageRange, _ protection: Protection) throws(Errno) { fatalError() }
  /// Copies those pages of a private mapping that `source` has written or faulted in as its own; `range` is already mapped
  /// here from the same origin.
  public func copyPrivatePages(of source: Window, _ range: PageRange, _ protection: Protection) throws(Errno) { fatalError() }
  /// Takes over the translations of `parent`, whose executable mappings this window now repeats. They stay shared until
  /// either of the two changes its code.
  public func adoptTranslations(of parent: Window) { fatalError() }
  /// madvise(MADV_DONTNEED): private pages read as zeroes, or as the file's bytes, again.
  public func discard(_ range: PageRange) throws(Errno) { fatalError() }
  /// To be called before the host's kernel writes into guest memory: pages that hold translated code are write-protected
  /// on the host, and a host call would answer EFAULT there. Costs one comparison where no such page exists.
  @inline(__always) public func willWrite(_ address: UInt32, _ length: UInt64) { fatalError() }

  // Access with faults answered as EFAULT, whatever another thread unmaps meanwhile.
  public func load<T: BitwiseCopyable>(_ address: UInt32, as type: T.Type = T.self) throws(Errno) -> T { fatalError() }
  public func store<T: BitwiseCopyable>(_ value: T, at address: UInt32) throws(Errno) { fatalError() }
  public func copyIn(_ address: UInt32, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) { fatalError() }
  public func copyOut(_ buffer: UnsafeRawBufferPointer, to address: UInt32) throws(Errno) { fatalError() }
  /// Sets `count` bytes to zero.
  public func clear(_ address: UInt32, count: UInt32) throws(Errno) { fatalError() }
  /// The bytes before the NUL. - Throws: EFAULT; ENAMETOOLONG where there is none within `limit` bytes.
  public func string(at address: UInt32, limit: Int) throws(Errno) -> String { fatalError() }
  /// One aligned word, compared and exchanged atomically; the word that was there.
  public func compareExchange(_ address: UInt32, expected: UInt32, desired: UInt32) throws(Errno) -> UInt32 { fatalError() }
  /// Host address of a guest address, for a host call that answers EFAULT by itself. No check is made.
  @inline(__always) public func host(_ address: UInt32) -> UnsafeMutableRawPointer { base + Int(address) }
}
