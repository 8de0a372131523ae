internal import CMachine
internal import HeirloomABI

/// The code cache's memory: one for the host process, mapped twice, to write and to run. It is handed out in chunks.
///
/// It lies below 4 GiB, so that emitted code finds a place in it with a 32-bit number.
final class CodeArena: @unchecked Sendable {
  static let shared = CodeArena()

  static let chunkSize = 128 << 10
  static let chunkCount = 2048
  static let size = chunkSize * chunkCount

  /// The writable view and the executable one of the same bytes.
  let writable: UnsafeMutableRawPointer
  let executable: UnsafeMutableRawPointer

  private let lock = MachineLock()
  private var free: [Int] = []
  private var fresh = 0
  /// Chunks that may be in use at once.
  private var usable = chunkCount
  /// The space that owns each chunk; unowned, for a space gives its chunks back before it goes.
  private let owners: UnsafeMutablePointer<Unmanaged<CodeSpace>?>

  private init() {
    guard let descriptor = HostMemory.memoryFile(named: "heirloom-code", size: Self.size),
      let writable = HostMemory.mapShared(descriptor, size: Self.size, writable: true),
      let executable = HostMemory.mapShared(descriptor, size: Self.size, writable: false),
      let owners = HostMemory.reserve(Self.chunkCount * MemoryLayout<Unmanaged<CodeSpace>?>.stride)
    else { fatalError("the host gives no memory for translated code: is memfd_create(2) or an executable mapping refused?") }
    HostMemory.close(descriptor)
    self.writable = writable
    self.executable = executable
    // Zeroed: no chunk has one.
    self.owners = owners.bindMemory(to: Unmanaged<CodeSpace>?.self, capacity: Self.chunkCount)
    var e = Emitter(output: writable)
    LookupMiss.emit(&e)
  }

  /// The executable view's address, which fits 31 bits.
  var address: UInt32 { UInt32(UInt(bitPattern: executable)) }

  /// A chunk's number, or nil where all are in use.
  func takeChunk(for space: CodeSpace) -> Int? {
    lock.withLock {
      guard fresh - free.count < usable else { return nil }
      let chunk: Int
      if let used = free.popLast() {
        chunk = used
      } else {
        guard fresh < Self.chunkCount else { return nil }
        chunk = fresh
        fresh += 1
      }
      owners[chunk] = Unmanaged.passUnretained(space)
      return chunk
    }
  }

  /// Whether the place is in one of `space`'s chunks.
  func isOwner(_ space: CodeSpace, of place: UInt32) -> Bool {
    lock.withLock { owners[Int(place) / Self.chunkSize]?.toOpaque() == Unmanaged.passUnretained(space).toOpaque() }
  }

  func limit(to bytes: Int) { lock.withLock { usable = min(max(bytes / Self.chunkSize, 2), Self.chunkCount) } }

  func giveBack(_ chunks: [Int]) {
    lock.withLock {
      for chunk in chunks { owners[chunk] = nil }
      free += chunks
    }
  }

  /// Offset of a place in emitted code, as the host sees it.
  func offset(of rip: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: rip &- UInt64(UInt(bitPattern: executable))) }
}
