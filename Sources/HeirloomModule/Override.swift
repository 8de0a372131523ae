/// A handler for one call: what a table is given. For each call of the kernel there is a maker of its name, with the call's
/// own types: `.getpid { 1 }`, `.open { path, flags, mode throws(Errno) in … }`, `.open(open)`.
///
/// A handler returns the result, or throws the error that the guest gets in errno. It may hold on to values of its own.
public struct Override {
  let number: Int32
  /// Of a new call.
  let signature: String?
  let handler: Handler
  var isObserver = false
  /// As listings show it.
  var name = "closure"

  private init(_ number: Int32, _ signature: String?, _ serve: @escaping (UnsafePointer<Int>) throws(Errno) -> Int) {
    self.init(number, signature, handler: Handler { arguments in
      do throws(Errno) { return try serve(arguments) } catch { return -Int(error.code) }
    })
  }

  init(_ number: Int32, _ signature: String?, handler: Handler) {
    self.number = number
    self.signature = signature
    self.handler = handler
  }

  /// The same handler under a name of its own in listings and traces: `.openat(f).named("open_secret")`.
  public func named(_ name: String) -> Override {
    var named = self
    named.name = name
    return named
  }

  /// Serves any call, with its arguments as `SyscallArguments` has them.
  public static func any(_ number: Int32, _ handler: @escaping (SyscallArguments) throws(Errno) -> Int) -> Override {
    Override(number, nil) { (arguments) throws(Errno) in try handler(SyscallArguments(first: arguments)) }
  }

  // One overload an arity.

  public init(_ number: Int32, _ handler: @escaping () throws(Errno) -> Int) {
    self.init(number, nil) { (_) throws(Errno) in try handler() }
  }

  public init<A: SyscallArgument>(_ number: Int32, _ handler: @escaping (A) throws(Errno) -> Int) {
    self.init(number, nil) { (w) throws(Errno) in
      try handler(A(word: w[0]))
    }
  }

  public init<A: SyscallArgument, B: SyscallArgument>(
    _ number: Int32, _ handler: @escaping (A, B) throws(Errno) -> Int
  ) {
    self.init(number, nil) { (w) throws(Errno) in
      try handler(A(word: w[0]), B(word: w[1]))
    }
  }

  public init<A: SyscallArgument, B: SyscallArgument, C: SyscallArgument>(
    _ number: Int32, _ handler: @escaping (A, B, C) throws(Errno) -> Int
  ) {
    self.init(number, nil) { (w) throws(Errno) in
      try handler(A(word: w[0]), B(word: w[1]), C(word: w[2]))
    }
  }

  public init<A: SyscallArgument, B: SyscallArgument, C: SyscallArgument, D: SyscallArgument>(
    _ number: Int32, _ handler: @escaping (A, B, C, D) throws(Errno) -> Int
  ) {
    self.init(number, nil) { (w) throws(Errno) in
      try handler(A(word: w[0]), B(word: w[1]), C(word: w[2]), D(word: w[3]))
    }
  }

  public init<
    A: SyscallArgument, B: SyscallArgument, C: SyscallArgument, D: SyscallArgument, E: SyscallArgument
  >(_ number: Int32, _ handler: @escaping (A, B, C, D, E) throws(Errno) -> Int) {
    self.init(number, nil) { (w) throws(Errno) in
      try handler(A(word: w[0]), B(word: w[1]), C(word: w[2]), D(word: w[3]), E(word: w[4]))
    }
  }

  public init<
    A: SyscallArgument, B: SyscallArgument, C: SyscallArgument, D: SyscallArgument, E: SyscallArgument, F: SyscallArgument
  >(_ number: Int32, _ handler: @escaping (A, B, C, D, E, F) throws(Errno) -> Int) {
    self.init(number, nil) { (w) throws(Errno) in
      try handler(A(word: w[0]), B(word: w[1]), C(word: w[2]), D(word: w[3]), E(word: w[4]), F(word: w[5]))
    }
  }

  // A call that the kernel does not have, at a number that it leaves empty. The handler's own types are the call's:
  // `Override(500, new: "greet") { (name: UserString, times: Int32) throws(Errno) in … }`.

  public init(_ number: Int32, new name: String, _ handler: @escaping () throws(Errno) -> Int) {
    self.init(number, Self.signature(name, [])) { (_) throws(Errno) in try handler() }
  }

  public init<A: SyscallArgument>(_ number: Int32, new name: String, _ handler: @escaping (A) throws(Errno) -> Int) {
    self.init(number, Self.signature(name, [A.typeName])) { (w) throws(Errno) in
      try handler(A(word: w[0]))
    }
  }

  public init<A: SyscallArgument, B: SyscallArgument>(
    _ number: Int32, new name: String, _ handler: @escaping (A, B) throws(Errno) -> Int
  ) {
    self.init(number, Self.signature(name, [A.typeName, B.typeName])) { (w) throws(Errno) in
      try handler(A(word: w[0]), B(word: w[1]))
    }
  }

  public init<A: SyscallArgument, B: SyscallArgument, C: SyscallArgument>(
    _ number: Int32, new name: String, _ handler: @escaping (A, B, C) throws(Errno) -> Int
  ) {
    self.init(number, Self.signature(name, [A.typeName, B.typeName, C.typeName])) { (w) throws(Errno) in
      try handler(A(word: w[0]), B(word: w[1]), C(word: w[2]))
    }
  }

  public init<A: SyscallArgument, B: SyscallArgument, C: SyscallArgument, D: SyscallArgument>(
    _ number: Int32, new name: String, _ handler: @escaping (A, B, C, D) throws(Errno) -> Int
  ) {
    self.init(number, Self.signature(name, [A.typeName, B.typeName, C.typeName, D.typeName])) { (w) throws(Errno) in
      try handler(A(word: w[0]), B(word: w[1]), C(word: w[2]), D(word: w[3]))
    }
  }

  public init<
    A: SyscallArgument, B: SyscallArgument, C: SyscallArgument, D: SyscallArgument, E: SyscallArgument
  >(_ number: Int32, new name: String, _ handler: @escaping (A, B, C, D, E) throws(Errno) -> Int) {
    let signature = Self.signature(name, [A.typeName, B.typeName, C.typeName, D.typeName, E.typeName])
    self.init(number, signature) { (w) throws(Errno) in
      try handler(A(word: w[0]), B(word: w[1]), C(word: w[2]), D(word: w[3]), E(word: w[4]))
    }
  }

  public init<
    A: SyscallArgument, B: SyscallArgument, C: SyscallArgument, D: SyscallArgument, E: SyscallArgument, F: SyscallArgument
  >(_ number: Int32, new name: String, _ handler: @escaping (A, B, C, D, E, F) throws(Errno) -> Int) {
    let signature = Self.signature(name, [A.typeName, B.typeName, C.typeName, D.typeName, E.typeName, F.typeName])
    self.init(number, signature) { (w) throws(Errno) in
      try handler(A(word: w[0]), B(word: w[1]), C(word: w[2]), D(word: w[3]), E(word: w[4]), F(word: w[5]))
    }
  }

  /// `greet(string,int)`.
  private static func signature(_ name: String, _ types: [StaticString]) -> String {
    var text = name + "("
    for (index, type) in types.enumerated() {
      if index > 0 { text += "," }
      type.withUTF8Buffer { text += String(decoding: $0, as: UTF8.self) }
    }
    return text + ")"
  }
}

/// A call's arguments, whatever the call.
public struct SyscallArguments {
  let first: UnsafePointer<Int>

  /// Argument `index`, from 0 on; a call has six at most, and one that it does not have is 0 or rubbish.
  public func argument<A: SyscallArgument>(_ index: Int, as type: A.Type = A.self) -> A {
    precondition(index >= 0 && index < 6, "a call has six arguments at most")
    return A(word: first[index])
  }
}

/// A handler as the kernel holds it: the context of `heirloom_swift_serve`.
final class Handler {
  let serve: (UnsafePointer<Int>) -> Int
  init(_ serve: @escaping (UnsafePointer<Int>) -> Int) { self.serve = serve }
}

@c(heirloom_swift_serve)
func serve(_ context: UnsafeMutableRawPointer, _ arguments: UnsafePointer<Int>) -> Int {
  // Alive as long as the entry is: `RegisteredHandlers` holds it.
  Unmanaged<Handler>.fromOpaque(context)._withUnsafeGuaranteedRef { $0.serve(arguments) }
}
