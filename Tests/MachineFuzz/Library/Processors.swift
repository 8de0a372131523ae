import CMachine

/// The host processors that a thread may run on, and what it starts from then on.
///
/// A worker and its native processes stay on one: `lsl` of Linux's segment 0x78 tells a process which one it runs on.
struct Processors {
  /// A bit each (sched_setaffinity(2)); no more than a host has.
  private var words = [UInt64](repeating: 0, count: 128)

  /// The calling thread's.
  static var ofThread: Processors {
    var all = Processors()
    all.words.withUnsafeMutableBytes { _ = heirloom_host_call(204, 0, $0.count, Int(bitPattern: $0.baseAddress), 0, 0, 0) }
    return all
  }

  /// Makes them the calling thread's.
  func take() {
    words.withUnsafeBytes { _ = heirloom_host_call(203, 0, $0.count, Int(bitPattern: $0.baseAddress), 0, 0, 0) }
  }

  /// One of them; `number` begins again behind the last.
  func one(_ number: Int) -> Processors {
    let all = (0..<words.count * 64).filter { words[$0 / 64] >> ($0 % 64) & 1 != 0 }
    var one = Processors()
    if !all.isEmpty {
      let chosen = all[number % all.count]
      one.words[chosen / 64] = 1 << (chosen % 64)
    }
    return one
  }
}
