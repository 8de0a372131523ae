// What stat(2) and its kin write, for i386 and for the host. i386 aligns 64-bit fields to 4, so its structs are made of
// 32-bit words.

/// A 64-bit number of an i386 struct, which stands on a 4-byte boundary.
public struct Long64: BitwiseCopyable, Sendable {
  public var low: UInt32
  public var high: UInt32
  @inline(__always) public init(_ value: UInt64) {
    low = UInt32(truncatingIfNeeded: value)
    high = UInt32(truncatingIfNeeded: value >> 32)
  }
  @inline(__always) public init(_ value: Int64) { self.init(UInt64(bitPattern: value)) }
  @inline(__always) public var unsigned: UInt64 { UInt64(low) | UInt64(high) << 32 }
  @inline(__always) public var signed: Int64 { Int64(bitPattern: unsigned) }
}

/// The host's `struct stat` (arch/x86/include/uapi/asm/stat.h), 144 bytes.
public struct HostStat: BitwiseCopyable, Sendable {
  public var device: UInt64 = 0
  public var inode: UInt64 = 0
  public var links: UInt64 = 0
  public var mode: UInt32 = 0
  public var uid: UInt32 = 0
  public var gid: UInt32 = 0
  private var padding: UInt32 = 0
  public var rawDevice: UInt64 = 0
  public var size: Int64 = 0
  public var blockSize: Int64 = 0
  public var blocks: Int64 = 0
  public var accessed = HostTimespec()
  public var modified = HostTimespec()
  public var changed = HostTimespec()
  private var reserved: (Int64, Int64, Int64) = (0, 0, 0)
  public init() {}

  public static let typeMask: UInt32 = 0o170000
  public static let regular: UInt32 = 0o100000
  public static let directory: UInt32 = 0o040000
  public static let characterDevice: UInt32 = 0o020000
  public static let link: UInt32 = 0o120000
  @inline(__always) public var type: UInt32 { mode & Self.typeMask }
}

/// `struct stat64` of i386, 96 bytes.
public struct Stat64: BitwiseCopyable, Sendable {
  public var device: Long64
  public var padding1: UInt32 = 0
  public var inodeLow: UInt32
  public var mode: UInt32
  public var links: UInt32
  public var uid: UInt32
  public var gid: UInt32
  public var rawDevice: Long64
  public var padding2: UInt32 = 0
  public var size: Long64
  public var blockSize: UInt32
  public var blocks: Long64
  public var accessed: Timespec32
  public var modified: Timespec32
  public var changed: Timespec32
  public var inode: Long64

  @inline(__always) public init(_ host: HostStat) {
    device = Long64(host.device)
    inodeLow = UInt32(truncatingIfNeeded: host.inode)
    mode = host.mode
    links = UInt32(truncatingIfNeeded: host.links)
    uid = host.uid
    gid = host.gid
    rawDevice = Long64(host.rawDevice)
    size = Long64(host.size)
    blockSize = UInt32(truncatingIfNeeded: host.blockSize)
    blocks = Long64(host.blocks)
    accessed = Timespec32(truncating: host.accessed)
    modified = Timespec32(truncating: host.modified)
    changed = Timespec32(truncating: host.changed)
    inode = Long64(host.inode)
  }
}

/// `struct stat` of i386, as calls 106 to 108 write it: 64 bytes.
public struct Stat32: BitwiseCopyable, Sendable {
  public var device: UInt32
  public var inode: UInt32
  public var mode: UInt16
  public var links: UInt16
  public var uid: UInt16
  public var gid: UInt16
  public var rawDevice: UInt32
  public var size: UInt32
  public var blockSize: UInt32
  public var blocks: UInt32
  public var accessed: Timespec32
  public var modified: Timespec32
  public var changed: Timespec32
  private var unused: Long64 = Long64(UInt64(0))

  /// - Throws: EOVERFLOW where a number does not fit (stat(2)).
  public init(_ host: HostStat) throws(Errno) {
    guard let inode = UInt32(exactly: host.inode), let links = UInt16(exactly: host.links), host.size <= Int64(Int32.max)
    else { throw .EOVERFLOW }
    device = UInt32(truncatingIfNeeded: host.device)
    self.inode = inode
    mode = UInt16(truncatingIfNeeded: host.mode)
    self.links = links
    uid = ID16.from(host.uid)
    gid = ID16.from(host.gid)
    rawDevice = UInt32(truncatingIfNeeded: host.rawDevice)
    size = UInt32(truncatingIfNeeded: host.size)
    blockSize = UInt32(truncatingIfNeeded: host.blockSize)
    blocks = UInt32(truncatingIfNeeded: host.blocks)
    accessed = Timespec32(truncating: host.accessed)
    modified = Timespec32(truncating: host.modified)
    changed = Timespec32(truncating: host.changed)
  }
}

/// User and group ids of the calls from before Linux 2.4.
public enum ID16 {
  /// overflowuid for what does not fit.
  @inline(__always) public static func from(_ id: UInt32) -> UInt16 { UInt16(exactly: id) ?? 65534 }
  /// 0xffff is -1: "leave it".
  @inline(__always) public static func widen(_ id: UInt32) -> UInt32 {
    let low = id & 0xffff
    return low == 0xffff ? UInt32.max : low
  }
}
