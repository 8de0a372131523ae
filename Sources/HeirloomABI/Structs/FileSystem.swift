/// The host's `struct statfs`, 120 bytes.
public struct HostStatfs: BitwiseCopyable, Sendable {
  public var type: Int64 = 0
  public var blockSize: Int64 = 0
  public var blocks: UInt64 = 0
  public var free: UInt64 = 0
  public var available: UInt64 = 0
  public var files: UInt64 = 0
  public var freeFiles: UInt64 = 0
  public var identity: (UInt32, UInt32) = (0, 0)
  public var nameLength: Int64 = 0
  public var fragmentSize: Int64 = 0
  public var flags: Int64 = 0
  private var spare: (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)
  public init() {}
}

/// `struct statfs` of i386, 64 bytes.
public struct Statfs32: BitwiseCopyable, Sendable {
  public var type, blockSize, blocks, free, available, files, freeFiles: UInt32
  public var identity: (UInt32, UInt32)
  public var nameLength, fragmentSize, flags: UInt32
  private var spare: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)

  /// - Throws: EOVERFLOW where a number does not fit (statfs(2)).
  public init(_ host: HostStatfs) throws(Errno) {
    guard let blocks = UInt32(exactly: host.blocks), let free = UInt32(exactly: host.free),
      let available = UInt32(exactly: host.available)
    else { throw .EOVERFLOW }
    // Counts of files may be -1: unknown.
    func count(_ value: UInt64) throws(Errno) -> UInt32 {
      if value == UInt64.max { return UInt32.max }
      guard let count = UInt32(exactly: value) else { throw .EOVERFLOW }
      return count
    }
    type = UInt32(truncatingIfNeeded: host.type)
    blockSize = UInt32(truncatingIfNeeded: host.blockSize)
    self.blocks = blocks
    self.free = free
    self.available = available
    files = try count(host.files)
    freeFiles = try count(host.freeFiles)
    identity = host.identity
    nameLength = UInt32(truncatingIfNeeded: host.nameLength)
    fragmentSize = UInt32(truncatingIfNeeded: host.fragmentSize)
    flags = UInt32(truncatingIfNeeded: host.flags)
  }
}

/// `struct statfs64` of i386, 84 bytes.
public struct Statfs64: BitwiseCopyable, Sendable {
  public var type, blockSize: UInt32
  public var blocks, free, available, files, freeFiles: Long64
  public var identity: (UInt32, UInt32)
  public var nameLength, fragmentSize, flags: UInt32
  private var spare: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)

  public init(_ host: HostStatfs) {
    type = UInt32(truncatingIfNeeded: host.type)
    blockSize = UInt32(truncatingIfNeeded: host.blockSize)
    blocks = Long64(host.blocks)
    free = Long64(host.free)
    available = Long64(host.available)
    files = Long64(host.files)
    freeFiles = Long64(host.freeFiles)
    identity = host.identity
    nameLength = UInt32(truncatingIfNeeded: host.nameLength)
    fragmentSize = UInt32(truncatingIfNeeded: host.fragmentSize)
    flags = UInt32(truncatingIfNeeded: host.flags)
  }
}

/// The host's `struct flock`, 32 bytes.
public struct HostLock: BitwiseCopyable, Sendable {
  public var type: Int16
  public var whence: Int16
  private var padding1: Int32 = 0
  public var start: Int64
  public var length: Int64
  public var owner: Int32
  private var padding2: Int32 = 0
  public init(type: Int16, whence: Int16, start: Int64, length: Int64, owner: Int32) {
    self.type = type
    self.whence = whence
    self.start = start
    self.length = length
    self.owner = owner
  }
}

/// `struct flock` of i386, 16 bytes.
public struct Lock32: BitwiseCopyable, Sendable {
  public var type: Int16
  public var whence: Int16
  public var start: Int32
  public var length: Int32
  public var owner: Int32

  public var host: HostLock {
    HostLock(type: type, whence: whence, start: Int64(start), length: Int64(length), owner: owner)
  }

  /// - Throws: EOVERFLOW where the lock starts beyond 2 GiB; a length beyond is cut (compat_flock of Linux).
  public init(_ host: HostLock) throws(Errno) {
    guard let start = Int32(exactly: host.start) else { throw .EOVERFLOW }
    type = host.type
    whence = host.whence
    self.start = start
    length = Int32(exactly: host.length) ?? Int32.max
    owner = host.owner
  }
}

/// `struct flock64` of i386, 24 bytes.
public struct Lock64: BitwiseCopyable, Sendable {
  public var type: Int16
  public var whence: Int16
  public var start: Long64
  public var length: Long64
  public var owner: Int32

  public var host: HostLock {
    HostLock(type: type, whence: whence, start: start.signed, length: length.signed, owner: owner)
  }
  public init(_ host: HostLock) {
    type = host.type
    whence = host.whence
    start = Long64(host.start)
    length = Long64(host.length)
    owner = host.owner
  }
}

/// `struct open_how` of openat2(2).
public struct OpenHow: BitwiseCopyable, Sendable {
  public var flags: UInt64
  public var mode: UInt64
  public var resolve: UInt64
  public init(flags: UInt64, mode: UInt64, resolve: UInt64) {
    self.flags = flags
    self.mode = mode
    self.resolve = resolve
  }
}
