/// A type that a system call's handler takes: a number, or an address in the guest's memory.
public protocol SyscallArgument {
  /// As a new call's signature names it.
  static var typeName: StaticString { get }
  /// From a call's argument as the kernel passes it: a number, or a host address.
  init(word: Int)
  var word: Int { get }
}

extension Int32: SyscallArgument {
  public static var typeName: StaticString { "int" }
  public init(word: Int) { self.init(truncatingIfNeeded: word) }
  public var word: Int { Int(self) }
}

extension UInt32: SyscallArgument {
  public static var typeName: StaticString { "uint" }
  public init(word: Int) { self.init(truncatingIfNeeded: word) }
  public var word: Int { Int(self) }
}

/// A number of two words, such as an offset.
extension Int64: SyscallArgument {
  public static var typeName: StaticString { "int64" }
  public init(word: Int) { self.init(word) }
  public var word: Int { Int(self) }
}

/// AT_FDCWD: the working directory, in a directory descriptor's place.
public let currentDirectory: Int32 = -100
