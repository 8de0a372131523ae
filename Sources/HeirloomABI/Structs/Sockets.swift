/// `struct iovec` of i386.
public struct Vector32: BitwiseCopyable, Sendable {
  public var base: UInt32
  public var length: UInt32
  public init(base: UInt32, length: UInt32) {
    self.base = base
    self.length = length
  }
}

/// The host's `struct iovec`.
public struct HostVector: BitwiseCopyable, Sendable {
  public var base: Int
  public var length: Int
  public init(base: Int, length: Int) {
    self.base = base
    self.length = length
  }
}

/// `struct msghdr` of i386, 28 bytes.
public struct Message32: BitwiseCopyable, Sendable {
  public var name, nameLength, vectors, vectorCount, control, controlLength, flags: UInt32
}

/// The host's `struct msghdr`, 56 bytes.
public struct HostMessage: BitwiseCopyable, Sendable {
  public var name = 0
  public var nameLength: UInt32 = 0
  private var padding1: UInt32 = 0
  public var vectors = 0
  public var vectorCount = 0
  public var control = 0
  public var controlLength = 0
  public var flags: UInt32 = 0
  private var padding2: UInt32 = 0
  public init() {}
}

/// `struct cmsghdr` of i386, 12 bytes; its data follows, and the next one stands at a multiple of 4.
public struct Control32: BitwiseCopyable, Sendable {
  public var length: UInt32
  public var level: Int32
  public var type: Int32
  public init(length: UInt32, level: Int32, type: Int32) {
    self.length = length
    self.level = level
    self.type = type
  }
}

/// The host's `struct cmsghdr`, 16 bytes; the next one stands at a multiple of 8.
public struct HostControl: BitwiseCopyable, Sendable {
  public var length: Int
  public var level: Int32
  public var type: Int32
  public init(length: Int, level: Int32, type: Int32) {
    self.length = length
    self.level = level
    self.type = type
  }
}
