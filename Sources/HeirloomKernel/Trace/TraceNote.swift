/// Which entries have served a traced call so far, from the first on. It stands on the task's kernel stack as long as the
/// call lasts.
struct TraceNote {
  private var identities: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0, 0, 0)
  private var count = 0
  /// The default has served, too.
  private(set) var reachesDefault = false

  private static let capacity = 8

  /// A call has come to an entry. Those behind the eighth are only counted.
  mutating func enter(_ identity: UInt64) {
    if identity == 0 { return }
    let place = count
    count += 1
    guard place < Self.capacity else { return }
    withUnsafeMutableBytes(of: &identities) { $0.storeBytes(of: identity, toByteOffset: place * 8, as: UInt64.self) }
  }

  /// The entry it came to last has passed it on.
  mutating func pass() { count -= 1 }

  mutating func enterDefault() { reachesDefault = true }

  /// How many there were behind the eighth.
  var furtherCount: Int { max(0, count - Self.capacity) }

  var served: [UInt64] {
    withUnsafeBytes(of: identities) { Array($0.bindMemory(to: UInt64.self).prefix(min(count, Self.capacity))) }
  }
}
