internal import HeirloomABI

/// Indices of the host's and the guest's limits alike (asm-generic/resource.h).
enum HostLimits {
  static let fileSize = 1
  static let stack = 3
  static let files = 7
  static let pendingSignals = 11
  static let count = 16
}

/// A process's limits (getrlimit(2)). The kernel keeps them itself: the host's are those of the whole kernel.
struct ResourceLimits: Sendable {
  private var limits: [HostLimit]

  /// The first process's: the host's, but for the table of descriptors and the stack, which are made here.
  static let initial: ResourceLimits = {
    var limits = (0..<HostLimits.count).map { index in
      var limit = HostLimit(soft: HostLimit.infinity, hard: HostLimit.infinity)
      _ = try? withHostPointer(to: &limit) { (limit) throws(Errno) in try Host.call(.prlimit64, 0, index, 0, limit) }
      return limit
    }
    limits[HostLimits.files] = HostLimit(soft: DescriptorLimits.initialSoft, hard: UInt64(DescriptorLimits.base))
    limits[HostLimits.stack] = HostLimit(soft: 8 << 20, hard: HostLimit.infinity)
    return ResourceLimits(limits: limits)
  }()

  @inline(__always) subscript(index: Int) -> HostLimit {
    get { limits[index] }
    set { limits[index] = newValue }
  }
}
