internal import CHeirloom
internal import CMachine
public import HeirloomABI

/// When an entry serves: a condition on a call's arguments and its caller, on how often it comes, or on chance.
///
/// docs/stacking.md has the language. It is compiled to a row of tests, each of which knows the one to go on with for either
/// outcome, so that a call costs as many as it takes to know.
public final class Rule: @unchecked Sendable {
  /// As it was written.
  public let text: String
  let tests: UnsafeMutablePointer<RuleTest>
  private let count: Int

  /// - Parameters:
  ///   - signature: the types of the call's arguments.
  ///   - call: its name, for messages.
  /// - Throws: says what is wrong with the text, and where.
  public init(_ text: String, for signature: Signature, call: String) throws(RuleError) {
    self.text = text
    var parser = try RuleParser(text, signature, call)
    let compiled = try parser.compiled()
    count = compiled.count
    tests = .allocate(capacity: count)
    tests.initialize(from: compiled, count: count)
  }

  deinit {
    for test in UnsafeBufferPointer(start: tests, count: count) { test.memory?.deallocate() }
    tests.deallocate()
  }
}

/// What is wrong with a rule's text.
public struct RuleError: Error, CustomStringConvertible, Sendable {
  public let description: String
}

/// One test of a rule.
struct RuleTest {
  enum Kind: UInt8 {
    /// The value is from `low` to `high`.
    case range
    /// Of its bits in `low`, those in `high` are set, and no others; where `high` is 0, any of them.
    case bits
    /// The value is in one of the ranges in `memory`: `low` is how many.
    case ranges
    /// The string at the value's address is matched by the pattern in `memory`, `low` bytes long.
    case string
    /// The same for the caller's program name.
    case program
    /// The test itself counts in `memory`; each `low`-th time it holds.
    case every
    /// A draw of the process's dice is below `low`, of 2^63.
    case chance
  }

  /// What is tested.
  enum Source: UInt8 { case signed, unsigned, wide, uid, pid, none }

  static let holds: UInt8 = 255
  static let fails: UInt8 = 254

  var kind: Kind
  var source = Source.none
  /// The argument's first word.
  var word: UInt8 = 0
  /// The test to go on with, `holds` or `fails`.
  var ifTrue = Self.holds
  var ifFalse = Self.fails
  var low: Int64 = 0
  var high: Int64 = 0
  var memory: UnsafeMutableRawPointer?
}

extension UnsafeMutablePointer<RuleTest> {
  /// Whether the entry is to serve the call.
  @inline(__always)
  func match(
    _ block: UnsafeMutablePointer<TaskBlock>, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ words: UnsafePointer<UInt32>
  ) -> Bool {
    var index: UInt8 = 0
    repeat {
      let test = self + Int(index)
      index = test.outcome(block, cpu, words) ? test.pointee.ifTrue : test.pointee.ifFalse
    } while index < RuleTest.fails
    return index == RuleTest.holds
  }

  @inline(__always)
  private func outcome(
    _ block: UnsafeMutablePointer<TaskBlock>, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ words: UnsafePointer<UInt32>
  ) -> Bool {
    switch pointee.kind {
    case .range:
      let value = value(block, words)
      return value >= pointee.low && value <= pointee.high
    case .bits:
      let bits = value(block, words) & pointee.low
      return pointee.high == 0 ? bits != 0 : bits == pointee.high
    default: return other(block, cpu, words)
    }
  }

  @inline(__always)
  private func value(_ block: UnsafeMutablePointer<TaskBlock>, _ words: UnsafePointer<UInt32>) -> Int64 {
    let word = words + Int(pointee.word)
    switch pointee.source {
    case .signed: return Int64(Int32(bitPattern: word.pointee))
    case .unsigned: return Int64(word.pointee)
    case .wide: return Int64(bitPattern: UInt64(word[0]) | UInt64(word[1]) << 32)
    case .uid: return block.pointee.task._withUnsafeGuaranteedRef { Int64($0.process.euid) }
    case .pid: return Int64(block.pointee.current.tgid)
    case .none: return 0
    }
  }

  /// The tests that look at memory or keep a count.
  @inline(never)
  private func other(
    _ block: UnsafeMutablePointer<TaskBlock>, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ words: UnsafePointer<UInt32>
  ) -> Bool {
    switch pointee.kind {
    case .range, .bits: return false
    case .ranges:
      let value = value(block, words)
      let ranges = pointee.memory.unsafelyUnwrapped.assumingMemoryBound(to: Int64.self)
      for index in 0..<Int(pointee.low) where value >= ranges[2 * index] && value <= ranges[2 * index + 1] { return true }
      return false
    case .string:
      let address = UInt(words[Int(pointee.word)])
      guard address != 0, let start = UnsafeRawPointer(bitPattern: UInt(cpu.pointee.window) + address) else { return false }
      let limit = 4096 // PATH_MAX
      let length = heirloom_string_length(start, limit)
      guard length >= 0, length < limit else { return false }
      return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: limit) { copy in
        let copy = copy.baseAddress.unsafelyUnwrapped
        return heirloom_copy(copy, start, length) == 0 && pattern.matches(UnsafeBufferPointer(start: copy, count: length))
      }
    case .program:
      return withUnsafeBytes(of: &block.pointee.current.comm) { name in
        let bytes = name.assumingMemoryBound(to: UInt8.self)
        return pattern.matches(UnsafeBufferPointer(rebasing: bytes.prefix { $0 != 0 }))
      }
    case .every:
      let count = heirloom_atomic_add(pointee.memory.unsafelyUnwrapped.assumingMemoryBound(to: UInt32.self), 1)
      return Int64(count) % pointee.low == pointee.low - 1
    case .chance: return Dice.draw(block.pointee.dice) >> 1 < UInt64(pointee.low)
    }
  }

  private var pattern: Glob {
    Glob(UnsafeBufferPointer(
      start: pointee.memory.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self), count: Int(pointee.low)))
  }
}
