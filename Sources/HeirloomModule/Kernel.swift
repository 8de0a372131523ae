/// What the kernel itself does for the task that has made the call, whatever the tables say. For each call there is a function
/// of its name, with the call's own types: `try Kernel.open(path, flags, mode)`.
public enum Kernel {
  /// - Throws: what the call answers in errno.
  public static func call(
    _ number: Int32, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0, _ d: Int = 0, _ e: Int = 0, _ f: Int = 0
  ) throws(Errno) -> Int {
    try answer(
      withUnsafeTemporaryAllocation(of: Int.self, capacity: 6) { words in
        (words[0], words[1], words[2], words[3], words[4], words[5]) = (a, b, c, d, e, f)
        return heirloom_syscall_default(Int(number), words.baseAddress.unsafelyUnwrapped)
      })
  }

  static func answer(_ result: Int) throws(Errno) -> Int {
    if result < 0 && result >= -4095 { throw Errno(Int32(-result)) }
    return result
  }
}

/// Lets what lies below the calling handler serve its call, with the arguments that it was called with: the next layer, in the
/// end the kernel. - Throws: what that answers in errno.
public func callNext() throws(Errno) -> Int { try Kernel.answer(heirloom_syscall_next(0, nil)) }

// The same with other arguments, the first ones of the call's.

public func callNext(_ a: some SyscallArgument) throws(Errno) -> Int {
  try next([a.word])
}
public func callNext(_ a: some SyscallArgument, _ b: some SyscallArgument) throws(Errno) -> Int {
  try next([a.word, b.word])
}
public func callNext(
  _ a: some SyscallArgument, _ b: some SyscallArgument, _ c: some SyscallArgument,
  
) throws(Errno) -> Int {
  try next([a.word, b.word, c.word])
}
public func callNext(
  _ a: some SyscallArgument, _ b: some SyscallArgument, _ c: some SyscallArgument,
  _ d: some SyscallArgument
) throws(Errno) -> Int {
  try next([a.word, b.word, c.word, d.word])
}
public func callNext(
  _ a: some SyscallArgument, _ b: some SyscallArgument, _ c: some SyscallArgument,
  _ d: some SyscallArgument, _ e: some SyscallArgument
) throws(Errno) -> Int {
  try next([a.word, b.word, c.word, d.word, e.word])
}
public func callNext(
  _ a: some SyscallArgument, _ b: some SyscallArgument, _ c: some SyscallArgument,
  _ d: some SyscallArgument, _ e: some SyscallArgument, _ f: some SyscallArgument
) throws(Errno) -> Int {
  try next([a.word, b.word, c.word, d.word, e.word, f.word])
}

private func next(_ words: [Int]) throws(Errno) -> Int {
  try Kernel.answer(words.withUnsafeBufferPointer { heirloom_syscall_next(UInt32($0.count), $0.baseAddress) })
}
