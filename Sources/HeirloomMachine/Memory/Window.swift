internal import CMachine
public import HeirloomABI
internal import Synchronization

/// What a guest may do with a page.
public struct Protection: OptionSet, Sendable {
  public let rawValue: UInt8
  @inline(__always) public init(rawValue: UInt8) { self.rawValue = rawValue }
  public static let read = Protection(rawValue: 1)
  public static let write = Protection(rawValue: 2)
  public static let execute = Protection(rawValue: 4)
}

/// A half-open range of guest addresses that starts and ends on page boundaries; `end` may be 2^32.
public struct PageRange: Hashable, Sendable {
  public let start: UInt64
  public let end: UInt64
  @inline(__always) public init(_ start: UInt64, _ end: UInt64) { self.start = start; self.end = end }
  @inline(__always) public init(start: UInt32, length: UInt64) { self.init(UInt64(start), UInt64(start) + length) }
  @inline(__always) public var length: UInt64 { end - start }
  @inline(__always) public var isEmpty: Bool { end <= start }
}

/// The host memory of one guest address space: 4 GiB, aligned to 4 GiB, between guards of 2 GiB where nothing is ever mapped.
/// Guest address `a` is host address `base + a`.
///
/// The kernel decides what is mapped where; the window carries it out, and keeps translations true to the bytes they were
/// made from. Callers of what changes mappings hold the address space's lock.
public final class Window: @unchecked Sendable {
  static let size = 1 << 32
  static let pageCount = 1 << 20

  let addresses: WindowAddresses
  public let base: UnsafeMutableRawPointer
  /// A byte a page: the guest's protection, `isMapped`, and what its translations have done to it.
  let pages: UnsafeMutablePointer<UInt8>
  enum PageState {
    static let isMapped: UInt8 = 0x10
    /// Read-only on the host, as its bytes are translated.
    static let isGuarded: UInt8 = 0x20
    /// Something has been translated from the page since a write to it began.
    static let isAwaited: UInt8 = 0x40
    /// It has been guarded, and written to.
    static let wasRewritten: UInt8 = 0x80
    /// It is a mapping of its own on the host.
    static let standsApart: UInt8 = 0x08
    static let ofTranslation = isGuarded | isAwaited | wasRewritten | standsApart
  }

  /// Guards `pages`' guarded bits, the code map and the processors against faults on other threads.
  let lock = MachineLock()
  /// Pages that the guest may write and that are read-only on the host.
  @usableFromInline var guardedCount = 0
  /// Whether there has been one, as in programs that write code.
  public internal(set) var hasGuarded = false
  /// Pages that have been set apart, ever.
  var apartCount = 0
  /// Mappings of files' memory; and private ones of files that may be run and are no images. Empty in most processes.
  var files: [FilePiece] = []
  /// Where code is translated.
  var code: CodeMap
  var processors: [Unmanaged<Processor>] = []
  /// Held by whoever has stopped the processors.
  let stopLock = MachineLock()
  let isStopped = Atomic<Bool>(false)

  /// Whether it has had a child, and what its children leave for the next ones.
  var hasForked = false
  var spares: SpareAddresses?
  /// Its parent's, for a child but the first.
  let parentsSpares: SpareAddresses?
  /// What an earlier child has left here and the fork has not come to yet, ascending.
  var left: ArraySlice<Shown>
  /// What is mapped, as long as nothing has changed since the fork that made the window.
  var forked: ForkedMappings?

  /// The code library's of it.
  private var number = 0

  public convenience init() throws(Errno) { self.init(try WindowAddresses.take(), left: [], spares: nil) }

  /// Takes over `addresses`. - Parameter spares: of the parent's children.
  init(_ addresses: WindowAddresses, left: [Shown], spares: SpareAddresses?) {
    self.addresses = addresses
    self.left = left[...]
    parentsSpares = spares
    base = addresses.base
    pages = addresses.pages
    code = CodeMap(images: [], own: CodeSpace(), epoch: CodeLibrary.shared.newEpoch())
    number = CodeLibrary.shared.add(self)
  }

  deinit {
    CodeLibrary.shared.remove(number: number)
    CodeLibrary.shared.giveBack(code.images)
    spares?.close()
    if let forked, parentsSpares?.keep(addresses, forked) == true { return }
    addresses.giveBack()
  }

  /// Host address of a guest address, for a host call that answers EFAULT by itself. No check is made.
  @inline(__always) public func host(_ address: UInt32) -> UnsafeMutableRawPointer { base + Int(address) }

  /// The page of a host address, where it lies in the window.
  func page(ofHost address: UInt64) -> UInt32? {
    let offset = address &- UInt64(UInt(bitPattern: base))
    return offset < UInt64(Self.size) ? UInt32(offset >> 12) : nil
  }

  @inline(__always) func mayExecute(page: UInt32) -> Bool { pages[Int(page)] & Protection.execute.rawValue != 0 }
  @inline(__always) func mayWrite(page: UInt32) -> Bool { pages[Int(page)] & Protection.write.rawValue != 0 }
  @inline(__always) func isMapped(page: UInt32) -> Bool { pages[Int(page)] & PageState.isMapped != 0 }
  /// For anything: reading, writing or executing.
  func mayUse(page: UInt32) -> Bool {
    pages[Int(page)] & (Protection.read.rawValue | Protection.write.rawValue | Protection.execute.rawValue) != 0
  }

  /// To be called before the host's kernel writes into guest memory: pages that hold translated code are write-protected
  /// on the host, and a host call would answer EFAULT there. Costs one comparison where no such page exists.
  @inlinable @inline(__always)
  public func willWrite(_ address: UInt32, _ length: UInt64) {
    if guardedCount != 0 { unguard(address, length) }
  }
}
