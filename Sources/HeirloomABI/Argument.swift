/// How one argument of a system call looks from outside: what libffi passes, what a trace prints and what a C prototype
/// says.
public enum ArgumentKind: UInt8, Sendable {
  /// `int`.
  case int
  /// `unsigned int`, printed in decimal.
  case unsigned
  /// `unsigned int`, a set of bits.
  case flags
  /// `int`, a file descriptor.
  case descriptor
  /// `loff_t`: two words, low one first.
  case int64
  /// `const char __user *`, a NUL-terminated path.
  case path
  /// `const char __user *`, NUL-terminated.
  case string
  /// `const void __user *`, read by the kernel.
  case input
  /// `void __user *`, written by the kernel.
  case output
  /// `void __user *`, anything else: in and out, or a place that is not looked at.
  case address

  /// Words of the frame that it takes.
  @inline(__always)
  public var wordCount: Int { self == .int64 ? 2 : 1 }

  /// A guest address, which a module gets as the host address of the same byte.
  @inline(__always)
  public var isPointer: Bool { rawValue >= ArgumentKind.path.rawValue }
}

/// A type that a system call's handler takes. Its value is read from the words that SAVE_ALL left on the stack, in
/// asmlinkage order: ebx, ecx, edx, esi, edi, ebp.
public protocol Argument: SendableMetatype {
  static var kind: ArgumentKind { get }
  /// - Parameter words: the argument's first word.
  init(words: UnsafePointer<UInt32>)
}

/// The types of one system call, from which the libffi descriptor, the trace and the C prototype are made.
public struct Signature: Sendable, Equatable {
  public let arguments: [ArgumentKind]
  /// The result is an address or another unsigned number, not an `int`.
  public let isAddress: Bool

  public init(_ arguments: [ArgumentKind], isAddress: Bool = false) {
    self.arguments = arguments
    self.isAddress = isAddress
  }

  /// For a call whose types nobody has stated: six plain words.
  public static let untyped = Signature(Array(repeating: .unsigned, count: 6))

  public var wordCount: Int { arguments.reduce(0) { $0 + $1.wordCount } }
}
