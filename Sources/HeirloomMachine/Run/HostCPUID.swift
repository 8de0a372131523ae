internal import CMachine

/// The host processor's answers to cpuid. Each costs a virtual machine an exit to its host, tens of microseconds, and a program's
/// start asks some thirty times: what all processors answer alike is asked once.
enum HostCPUID {
  struct Answer { var eax, ebx, ecx, edx: UInt32 }

  static func answer(_ leaf: UInt32, _ subleaf: UInt32 = 0) -> Answer {
    guard !isHybrid, let key = key(leaf, subleaf) else { return ask(leaf, subleaf) }
    return lock.withLock {
      for index in 0..<knownCount where known[index].key == key { return known[index].answer }
      let answer = ask(leaf, subleaf)
      if knownCount < capacity {
        (known + knownCount).initialize(to: Known(key: key, answer: answer))
        knownCount += 1
      }
      return answer
    }
  }

  /// AT_HWCAP: leaf 1's edx. Of that leaf ebx alone tells processors apart.
  static let capabilities = ask(1, 0).edx

  private static let lock = MachineLock()
  private struct Known { let key: UInt64; let answer: Answer }
  /// More than there are keys, which are some forty. No array, whose type would be made at the start of every program.
  private static let capacity = 64
  nonisolated(unsafe) private static let known = UnsafeMutablePointer<Known>.allocate(capacity: capacity)
  nonisolated(unsafe) private static var knownCount = 0
  /// Of the leaves that have any.
  private static let subleaves: UInt32 = 8

  /// Processors of several kinds in one machine answer by their kind (Intel SDM volume 2, "CPUID", leaf 7, edx bit 15).
  private static let isHybrid = ask(0, 0).eax >= 7 && ask(7, 0).edx & 1 << 15 != 0

  /// nil where the answer may be a single processor's: its number among the others (1, 0bH, 1fH, 8000_001eH), or anything that
  /// is not known to be otherwise.
  private static func key(_ leaf: UInt32, _ subleaf: UInt32) -> UInt64? {
    switch leaf {
    case 0, 2, 5, 0x8000_0000...0x8000_0008, 0x8000_000a, 0x8000_0019, 0x8000_001a: return UInt64(leaf)
    case 4, 7, 0x8000_001d: return subleaf < subleaves ? UInt64(subleaf) << 32 | UInt64(leaf) : nil
    default: return nil
    }
  }

  private static func ask(_ leaf: UInt32, _ subleaf: UInt32) -> Answer {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4) { r in
      heirloom_cpuid(leaf, subleaf, r.baseAddress.unsafelyUnwrapped)
      return Answer(eax: r[0], ebx: r[1], ecx: r[2], edx: r[3])
    }
  }
}
