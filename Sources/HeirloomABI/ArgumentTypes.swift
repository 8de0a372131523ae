extension Int32: Argument {
  @inline(__always) public static var kind: ArgumentKind { .int }
  @inline(__always) public init(words: UnsafePointer<UInt32>) { self = Int32(bitPattern: words[0]) }
}

extension UInt32: Argument {
  @inline(__always) public static var kind: ArgumentKind { .unsigned }
  @inline(__always) public init(words: UnsafePointer<UInt32>) { self = words[0] }
}

extension Int64: Argument {
  @inline(__always) public static var kind: ArgumentKind { .int64 }
  @inline(__always) public init(words: UnsafePointer<UInt32>) {
    self = Int64(bitPattern: UInt64(words[0]) | UInt64(words[1]) << 32)
  }
}

/// A word that is a set of bits.
public struct Flags: Argument, Sendable, Equatable {
  public let bits: UInt32
  @inline(__always) public init(bits: UInt32) { self.bits = bits }
  @inline(__always) public static var kind: ArgumentKind { .flags }
  @inline(__always) public init(words: UnsafePointer<UInt32>) { bits = words[0] }
  /// Whether any bit of `mask` is set.
  @inline(__always) public func has(_ mask: UInt32) -> Bool { bits & mask != 0 }
}

/// A file descriptor. Guest descriptors are the host's.
public struct FD: Argument, Sendable, Equatable {
  public let number: Int32
  @inline(__always) public init(_ number: Int32) { self.number = number }
  @inline(__always) public static var kind: ArgumentKind { .descriptor }
  @inline(__always) public init(words: UnsafePointer<UInt32>) { number = Int32(bitPattern: words[0]) }

  /// AT_FDCWD: the working directory, where a call takes a directory's descriptor.
  @inline(__always) public static var currentDirectory: FD { FD(-100) }
}

/// A guest address that a handler takes, of one of the kinds below. 0 is the guest's NULL.
public protocol UserAddress: Argument, Sendable {
  var address: UInt32 { get }
  init(_ address: UInt32)
}

extension UserAddress {
  @inline(__always) public init(words: UnsafePointer<UInt32>) { self.init(words[0]) }
  @inline(__always) public var isNull: Bool { address == 0 }
}

/// Where a NUL-terminated path stands in guest memory.
public struct UserPath: UserAddress {
  public let address: UInt32
  @inline(__always) public init(_ address: UInt32) { self.address = address }
  @inline(__always) public static var kind: ArgumentKind { .path }
}

/// Where a NUL-terminated string stands in guest memory.
public struct UserString: UserAddress {
  public let address: UInt32
  @inline(__always) public init(_ address: UInt32) { self.address = address }
  @inline(__always) public static var kind: ArgumentKind { .string }
}

/// Guest memory that a call reads.
public struct InBuffer: UserAddress {
  public let address: UInt32
  @inline(__always) public init(_ address: UInt32) { self.address = address }
  @inline(__always) public static var kind: ArgumentKind { .input }
}

/// Guest memory that a call writes.
public struct OutBuffer: UserAddress {
  public let address: UInt32
  @inline(__always) public init(_ address: UInt32) { self.address = address }
  @inline(__always) public static var kind: ArgumentKind { .output }
}

/// Any other guest address: read and written, or only compared.
public struct UserPointer: UserAddress {
  public let address: UInt32
  @inline(__always) public init(_ address: UInt32) { self.address = address }
  @inline(__always) public static var kind: ArgumentKind { .address }
}
