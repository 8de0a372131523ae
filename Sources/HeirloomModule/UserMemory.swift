/// An address in the guest's memory, which may be bad: every access says so by throwing EFAULT.
///
/// What stands there has i386's layout: an `int`, a `long` and a pointer are an Int32, an Int32 and a UInt32.
public protocol UserAddress: SyscallArgument {
  /// The host address of the guest's byte; 0 for NULL.
  var address: UInt { get }
  init(address: UInt)
}

extension UserAddress {
  public init(word: Int) { self.init(address: UInt(bitPattern: word)) }
  public var word: Int { Int(bitPattern: address) }
  public var isNull: Bool { address == 0 }

  /// What NULL is in the guest.
  public static var null: Self { Self(address: 0) }

  /// The same `count` bytes further on.
  public func advanced(by count: Int) -> Self { Self(address: address &+ UInt(bitPattern: count)) }

  /// Reads a value. - Throws: EFAULT.
  public func load<Value: BitwiseCopyable>(_ type: Value.Type = Value.self, at offset: Int = 0) throws(Errno) -> Value {
    let value = withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { place -> Value? in
      copyIn(UnsafeMutableRawPointer(place.baseAddress.unsafelyUnwrapped), offset, MemoryLayout<Value>.size) ? place[0] : nil
    }
    guard let value else { throw .EFAULT }
    return value
  }

  /// Reads `count` bytes. - Throws: EFAULT.
  public func bytes(_ count: Int, at offset: Int = 0) throws(Errno) -> [UInt8] {
    if count <= 0 { return [] }
    var isWhole = false
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      isWhole = copyIn(UnsafeMutableRawPointer(buffer.baseAddress.unsafelyUnwrapped), offset, count)
      filled = isWhole ? count : 0
    }
    guard isWhole else { throw .EFAULT }
    return bytes
  }

  private func copyIn(_ target: UnsafeMutableRawPointer, _ offset: Int, _ count: Int) -> Bool {
    copy_from_user(target, UnsafeRawPointer(bitPattern: address &+ UInt(bitPattern: offset)), UInt(count)) == 0
  }
}

/// An address that may also be written to.
public protocol WritableUserAddress: UserAddress {}

extension WritableUserAddress {
  /// Writes a value. - Throws: EFAULT.
  public func store<Value: BitwiseCopyable>(_ value: Value, at offset: Int = 0) throws(Errno) {
    var value = value
    let left = withUnsafeBytes(of: &value) { copy_to_user(target(offset), $0.baseAddress.unsafelyUnwrapped, UInt($0.count)) }
    guard left == 0 else { throw .EFAULT }
  }

  /// Writes bytes. - Throws: EFAULT.
  public func store(bytes: [UInt8], at offset: Int = 0) throws(Errno) {
    if bytes.isEmpty { return }
    let left = bytes.withUnsafeBytes { copy_to_user(target(offset), $0.baseAddress.unsafelyUnwrapped, UInt($0.count)) }
    guard left == 0 else { throw .EFAULT }
  }

  private func target(_ offset: Int) -> UnsafeMutableRawPointer? {
    UnsafeMutableRawPointer(bitPattern: address &+ UInt(bitPattern: offset))
  }
}

/// Memory that a call reads.
public struct UserBuffer: UserAddress {
  public static var typeName: StaticString { "in" }
  public let address: UInt
  public init(address: UInt) { self.address = address }
}

/// Memory that a call may write.
public struct UserMemory: WritableUserAddress {
  public static var typeName: StaticString { "pointer" }
  public let address: UInt
  public init(address: UInt) { self.address = address }
}

/// Where a value, or a row of them, stands in the guest's memory.
public struct UserPointer<Value: BitwiseCopyable>: WritableUserAddress {
  public static var typeName: StaticString { "pointer" }
  public let address: UInt
  public init(address: UInt) { self.address = address }
  public init(_ memory: some UserAddress) { address = memory.address }

  /// Reads the value of that index. - Throws: EFAULT.
  public subscript(index: Int) -> Value {
    get throws(Errno) { try load(Value.self, at: index * MemoryLayout<Value>.stride) }
  }

  /// The value. - Throws: EFAULT.
  public var value: Value { get throws(Errno) { try load() } }

  /// Writes the value of that index. - Throws: EFAULT.
  public func set(_ value: Value, at index: Int = 0) throws(Errno) {
    try store(value, at: index * MemoryLayout<Value>.stride)
  }
}

/// A NUL-terminated string, a path among others, in the guest's memory.
public struct UserString: UserAddress {
  public static var typeName: StaticString { "string" }
  public let address: UInt
  public init(address: UInt) { self.address = address }

  /// The string; what is no UTF-8 becomes U+FFFD.
  ///
  /// - Parameter limit: bytes that it may have, its NUL included; 4096 is a path's.
  /// - Throws: EFAULT, ENAMETOOLONG.
  public func string(limit: Int = 4096) throws(Errno) -> String { String(decoding: try utf8(limit: limit), as: UTF8.self) }

  /// The string's bytes, without its NUL. - Throws: EFAULT, ENAMETOOLONG.
  public func utf8(limit: Int = 4096) throws(Errno) -> [UInt8] {
    var length = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
      buffer.baseAddress.unsafelyUnwrapped.withMemoryRebound(to: CChar.self, capacity: limit) {
        length = strncpy_from_user($0, UnsafePointer(bitPattern: address), limit)
      }
      count = length >= 0 && length < limit ? length : 0
    }
    if length < 0 { throw .EFAULT }
    if length >= limit { throw .ENAMETOOLONG }
    return bytes
  }
}

/// In a log line: the string in quotes, or `(bad)` where there is none to read.
extension UserString: CustomStringConvertible {
  public var description: String {
    do throws(Errno) { return "\"" + (try string()) + "\"" } catch { return "(bad)" }
  }
}

/// In a log line: `NULL`, or `...`, as an address says nothing and changes from run to run.
extension UserAddress {
  public var description: String { isNull ? "NULL" : "..." }
}
extension UserBuffer: CustomStringConvertible {}
extension UserMemory: CustomStringConvertible {}
