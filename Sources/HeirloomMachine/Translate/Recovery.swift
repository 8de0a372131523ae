/// What the guest's state is when the host stands at some place of emitted code.
///
/// Every sequence is written so that it can be begun again until it commits, and notes a row wherever that changes. The
/// recovery needs nothing but the row: no other file knows a sequence's offsets.
enum Recovery: Equatable {
  /// The registers are the guest's, esp after the pending offset; eip is the row's.
  case plain
  /// As plain, but eip is in r8.
  case targetInScratch
  /// A register's value is in r9; the instruction is begun again.
  case borrowed(UInt8)
  /// The same, after the instruction has done its work: the row's pc is the next one's.
  case borrowedDone(UInt8)

  var code: UInt8 {
    switch self {
    case .plain: 0
    case .targetInScratch: 1
    case .borrowed(let register), .borrowedDone(let register): 8 | register
    }
  }

  init(code: UInt8) {
    switch code {
    case 0: self = .plain
    case 1: self = .targetInScratch
    default: self = .borrowed(code & 7)
    }
  }
}

/// From `host` on, up to the next row's, emitted code stands for what the row says.
struct RecoveryRow: BitwiseCopyable {
  /// Offset in the code cache.
  let host: UInt32
  let pc: UInt32
  /// The pending offset above the recovery's code: there are more rows than translated instructions.
  private let rest: UInt32

  /// - Parameter pending: within 8 MiB.
  @inline(__always)
  init(host: UInt32, pc: UInt32, pending: Int32, recovery: UInt8) {
    self.host = host
    self.pc = pc
    rest = UInt32(bitPattern: pending &<< 8) | UInt32(recovery)
  }

  /// To be added to esp.
  var pending: Int32 { Int32(bitPattern: rest) >> 8 }
  /// A `Recovery`'s code.
  var recovery: UInt8 { UInt8(truncatingIfNeeded: rest) }
}
