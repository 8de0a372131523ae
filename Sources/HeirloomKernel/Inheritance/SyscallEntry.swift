internal import CHeirloom
public import CMachine

/// One handler in a slot, in memory of its own that lives until no task is inside it. Whoever registers it allocates it, with
/// fields of its own behind these.
public struct SyscallEntry {
  /// Serves a call. The words are its arguments in SAVE_ALL's order, the frame's own or others; the answer goes to eax.
  ///
  /// An observer is called in the same way, with a `syscall_event` in the words' place.
  public typealias Invoke =
    @convention(c) (UnsafeMutableRawPointer, UnsafeMutablePointer<heirloom_cpu>, UnsafePointer<UInt32>) -> Int

  /// What dispatch calls: `serve`, or what looks at the rule and counts around it.
  public internal(set) var invoke: Invoke
  /// Runs the handler.
  let serve: Invoke
  /// The entry that serves below this one; nil: the default. Kept right as long as a task may be inside.
  var next: UnsafeMutableRawPointer?
  /// The call that it serves.
  var number = 0
  /// When it serves; nil: always. Owned by its layer.
  var rule: UnsafeMutablePointer<RuleTest>?
  /// Where its calls are counted; nil: nowhere. Owned by its layer.
  var counts: UnsafeMutablePointer<EntryCounts>?
  /// How often its handler was ended by a bad address, and after how often it is to be taken out; 0: never.
  var faults: UInt32 = 0
  var faultLimit: UInt32 = 0
  /// Which layer it is, for traces. No two layers have the same.
  var identity: UInt64 = 0

  public init(invoke: @escaping Invoke) {
    self.invoke = invoke
    serve = invoke
  }
}

extension UnsafeMutablePointer<SyscallEntry> {
  /// Where the entry keeps what is below it.
  @inline(__always)
  var nextPlace: UnsafeMutablePointer<UnsafeMutableRawPointer?> {
    (UnsafeMutableRawPointer(self) + MemoryLayout<SyscallEntry>.offset(of: \.next).unsafelyUnwrapped).assumingMemoryBound(
      to: UnsafeMutableRawPointer?.self)
  }

  /// Makes dispatch call what the entry's fields ask for. One aligned word: a caller sees the old or the new.
  func chooseInvoke() {
    let function: SyscallEntry.Invoke =
      switch (pointee.rule != nil, pointee.counts?.pointee.level ?? .off) {
      case (false, .off): pointee.serve
      case (true, .off): serveRuled
      case (false, .counters): serveCounted
      default: serveWithCare
      }
    heirloom_atomic_store_pointer(
      UnsafeMutableRawPointer(self).assumingMemoryBound(to: UnsafeMutableRawPointer?.self),
      unsafeBitCast(function, to: UnsafeMutableRawPointer.self))
  }
}

// One function for each of the usual cases, so that a call pays for what its entry has.

/// Serves a call by an entry that has a rule.
@c(heirloom_serve_ruled)
private func serveRuled(
  _ entry: UnsafeMutableRawPointer, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ words: UnsafePointer<UInt32>
) -> Int {
  let fields = entry.assumingMemoryBound(to: SyscallEntry.self)
  let block = cpu.pointee.kernel.unsafelyUnwrapped.assumingMemoryBound(to: TaskBlock.self)
  if fields.pointee.rule.unsafelyUnwrapped.match(block, cpu, words) { return fields.pointee.serve(entry, cpu, words) }
  return block.passOn(fields, cpu, words)
}

/// Serves a call by an entry whose calls are counted.
@c(heirloom_serve_counted)
private func serveCounted(
  _ entry: UnsafeMutableRawPointer, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ words: UnsafePointer<UInt32>
) -> Int {
  let fields = entry.assumingMemoryBound(to: SyscallEntry.self)
  let answer = fields.pointee.serve(entry, cpu, words)
  // Looked up behind the call, so that only two registers have to outlive it.
  let block = cpu.pointee.kernel.unsafelyUnwrapped.assumingMemoryBound(to: TaskBlock.self)
  let cell = fields.pointee.counts.unsafelyUnwrapped.cell(of: block.pointee.index)
  cell.pointee.calls &+= 1
  if isError(answer) { cell.pointee.errors &+= 1 }
  return answer
}

/// Whether a call's answer is -errno.
@inline(__always)
private func isError(_ answer: Int) -> Bool { UInt(bitPattern: answer) >= UInt(bitPattern: -4095) }

/// Serves a call by an entry that has both, or whose calls are timed.
@c(heirloom_serve_with_care)
private func serveWithCare(
  _ entry: UnsafeMutableRawPointer, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ words: UnsafePointer<UInt32>
) -> Int {
  let fields = entry.assumingMemoryBound(to: SyscallEntry.self)
  let block = cpu.pointee.kernel.unsafelyUnwrapped.assumingMemoryBound(to: TaskBlock.self)
  if let rule = fields.pointee.rule, !rule.match(block, cpu, words) { return block.passOn(fields, cpu, words) }
  guard let counts = fields.pointee.counts, counts.pointee.level != .off else {
    return fields.pointee.serve(entry, cpu, words)
  }
  let cell = counts.cell(of: block.pointee.index)
  let begin = counts.pointee.level == .latency ? Host.fastMonotonicTime : 0
  let answer = fields.pointee.serve(entry, cpu, words)
  if begin != 0 { cell.add(Host.fastMonotonicTime &- begin) }
  cell.pointee.calls &+= 1
  if isError(answer) { cell.pointee.errors &+= 1 }
  return answer
}
