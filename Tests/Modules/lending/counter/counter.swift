// Exports a counter to the modules relay, in C, and taker, in Swift.
import HeirloomModule
import Synchronization

private let count = Atomic<Int32>(0)

/// Counts up. - Returns: what it has come to.
@c(count_up) public func countUp(_ by: Int32) -> Int32 { count.add(by, ordering: .relaxed).newValue }

/// Where the parity of a number goes to.
@c
public func parity(_ number: UInt32, _ isOdd: UnsafeMutablePointer<Bool>?) { isOdd?.pointee = number % 2 == 1 }

/// For C in this module alone.
@c(reset_count) func reset() { count.store(0, ordering: .relaxed) }

@main struct Counter: Module {
  static func load() throws(Errno) { reset() }
  static func unload() { printk("counter: \(count.load(ordering: .relaxed))") }
}
