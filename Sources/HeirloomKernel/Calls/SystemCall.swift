public import HeirloomABI

/// How much of a call's documented behaviour there is.
public enum Support: Sendable, Equatable {
  case full
  /// What is missing, in a few words.
  case partial(String)
  /// Answers ENOSYS on purpose: the reason.
  case refused(String)
}

/// A system call as it is declared: one row of the default table. Its argument types are read from its handler's own type.
public struct SystemCall: Sendable {
  /// Serves one call. The words are the SAVE_ALL frame's; the answer is what goes to eax, or `registersReplaced`.
  public typealias Handler = @Sendable (Unmanaged<Task>, UnsafePointer<UInt32>) -> Int

  public let number: Int
  public let name: String
  public let signature: Signature
  /// The arguments' names, as C headers and traces have them, with a space between.
  public let parameters: StaticString
  public let support: Support
  public let handler: Handler

  /// The answer of a call that has set the task's registers itself (sigreturn, execve).
  public static let registersReplaced = Int.min
}

/// What a handler may return.
public protocol CallResult: SendableMetatype {
  static var isAddress: Bool { get }
  /// The value for eax, or `SystemCall.registersReplaced`.
  var answer: Int { get }
}

extension Int32: CallResult {
  @inline(__always) public static var isAddress: Bool { false }
  @inline(__always) public var answer: Int { Int(self) }
}

extension UInt32: CallResult {
  @inline(__always) public static var isAddress: Bool { true }
  @inline(__always) public var answer: Int { Int(self) }
}

/// The result of a call that has set the registers itself.
public struct RegistersReplaced: CallResult {
  public init() {}
  @inline(__always) public static var isAddress: Bool { false }
  @inline(__always) public var answer: Int { SystemCall.registersReplaced }
}

/// Nothing but success: 0.
public struct Success: CallResult {
  public init() {}
  @inline(__always) public static var isAddress: Bool { false }
  @inline(__always) public var answer: Int { 0 }
}

/// Runs a handler's body; the one place where an error becomes a negative result.
@inline(__always)
private func complete<R: CallResult>(_ task: Unmanaged<Task>, _ body: (Task) throws(Errno) -> R) -> Int {
  task._withUnsafeGuaranteedRef { task in
    do throws(Errno) { return try body(task).answer } catch { return -Int(error.code) }
  }
}

// One overload an arity, inlined into the table, so that a row costs what a hand-written handler would.

@inline(__always)
func call<R: CallResult>(
  _ number: Int, _ name: String, _ method: @escaping @Sendable (Task) -> () throws(Errno) -> R, _ support: Support = .full
) -> SystemCall {
  let signature = Signature([], isAddress: R.isAddress)
  return SystemCall(number: number, name: name, signature: signature, parameters: "", support: support) { task, _ in
    complete(task) { (task) throws(Errno) in try method(task)() }
  }
}

@inline(__always)
func call<A: Argument, R: CallResult>(
  _ number: Int, _ name: String, _ method: @escaping @Sendable (Task) -> (A) throws(Errno) -> R,
  _ parameters: StaticString, _ support: Support = .full
) -> SystemCall {
  let signature = Signature([A.kind], isAddress: R.isAddress)
  return SystemCall(number: number, name: name, signature: signature, parameters: parameters, support: support) { task, words in
    return complete(task) { (task) throws(Errno) in
      try method(task)(A(words: words))
    }
  }
}

@inline(__always)
func call<A: Argument, B: Argument, R: CallResult>(
  _ number: Int, _ name: String, _ method: @escaping @Sendable (Task) -> (A, B) throws(Errno) -> R,
  _ parameters: StaticString, _ support: Support = .full
) -> SystemCall {
  let signature = Signature([A.kind, B.kind], isAddress: R.isAddress)
  return SystemCall(number: number, name: name, signature: signature, parameters: parameters, support: support) { task, words in
    let word1 = words + A.kind.wordCount
    return complete(task) { (task) throws(Errno) in
      try method(task)(A(words: words), B(words: word1))
    }
  }
}

@inline(__always)
func call<A: Argument, B: Argument, C: Argument, R: CallResult>(
  _ number: Int, _ name: String, _ method: @escaping @Sendable (Task) -> (A, B, C) throws(Errno) -> R,
  _ parameters: StaticString, _ support: Support = .full
) -> SystemCall {
  let signature = Signature([A.kind, B.kind, C.kind], isAddress: R.isAddress)
  return SystemCall(number: number, name: name, signature: signature, parameters: parameters, support: support) { task, words in
    let word1 = words + A.kind.wordCount
    let word2 = word1 + B.kind.wordCount
    return complete(task) { (task) throws(Errno) in
      try method(task)(A(words: words), B(words: word1), C(words: word2))
    }
  }
}

@inline(__always)
func call<A: Argument, B: Argument, C: Argument, D: Argument, R: CallResult>(
  _ number: Int, _ name: String, _ method: @escaping @Sendable (Task) -> (A, B, C, D) throws(Errno) -> R,
  _ parameters: StaticString, _ support: Support = .full
) -> SystemCall {
  let signature = Signature([A.kind, B.kind, C.kind, D.kind], isAddress: R.isAddress)
  return SystemCall(number: number, name: name, signature: signature, parameters: parameters, support: support) { task, words in
    let word1 = words + A.kind.wordCount
    let word2 = word1 + B.kind.wordCount
    let word3 = word2 + C.kind.wordCount
    return complete(task) { (task) throws(Errno) in
      try method(task)(A(words: words), B(words: word1), C(words: word2), D(words: word3))
    }
  }
}

@inline(__always)
func call<A: Argument, B: Argument, C: Argument, D: Argument, E: Argument, R: CallResult>(
  _ number: Int, _ name: String, _ method: @escaping @Sendable (Task) -> (A, B, C, D, E) throws(Errno) -> R,
  _ parameters: StaticString, _ support: Support = .full
) -> SystemCall {
  let signature = Signature([A.kind, B.kind, C.kind, D.kind, E.kind], isAddress: R.isAddress)
  return SystemCall(number: number, name: name, signature: signature, parameters: parameters, support: support) { task, words in
    let word1 = words + A.kind.wordCount
    let word2 = word1 + B.kind.wordCount
    let word3 = word2 + C.kind.wordCount
    let word4 = word3 + D.kind.wordCount
    return complete(task) { (task) throws(Errno) in
      try method(task)(A(words: words), B(words: word1), C(words: word2), D(words: word3), E(words: word4))
    }
  }
}

@inline(__always)
func call<A: Argument, B: Argument, C: Argument, D: Argument, E: Argument, F: Argument, R: CallResult>(
  _ number: Int, _ name: String, _ method: @escaping @Sendable (Task) -> (A, B, C, D, E, F) throws(Errno) -> R,
  _ parameters: StaticString, _ support: Support = .full
) -> SystemCall {
  let signature = Signature([A.kind, B.kind, C.kind, D.kind, E.kind, F.kind], isAddress: R.isAddress)
  return SystemCall(number: number, name: name, signature: signature, parameters: parameters, support: support) { task, words in
    let word1 = words + A.kind.wordCount
    let word2 = word1 + B.kind.wordCount
    let word3 = word2 + C.kind.wordCount
    let word4 = word3 + D.kind.wordCount
    let word5 = word4 + E.kind.wordCount
    return complete(task) { (task) throws(Errno) in
      try method(task)(A(words: words), B(words: word1), C(words: word2), D(words: word3), E(words: word4), F(words: word5))
    }
  }
}
