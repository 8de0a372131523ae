internal import CHeirloom
internal import CMachine

/// A process's own sequence of random numbers, for rules with a chance: the same for the same seed. A child's is derived from
/// its parent's and from how many children the parent has had before, so that a tree of processes repeats itself.
///
/// The generator is SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), whose state is a counter: threads draw by one addition.
final class Dice: @unchecked Sendable {
  let state: UnsafeMutablePointer<UInt64>
  private let seed: UInt64
  /// Guarded by `Kernel.treeLock`.
  private var children: UInt64 = 0

  init(seed: UInt64) {
    self.seed = seed
    state = .allocate(capacity: 1)
    state.initialize(to: seed)
  }

  deinit { state.deallocate() }

  /// A child's.
  func derived() -> Dice {
    children += 1
    return Dice(seed: Self.mixed(seed ^ Self.mixed(children &* Self.step)))
  }

  static func draw(_ state: UnsafeMutablePointer<UInt64>) -> UInt64 {
    mixed(heirloom_atomic_add64(state, step) &+ step)
  }

  private static let step: UInt64 = 0x9e37_79b9_7f4a_7c15

  private static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}
