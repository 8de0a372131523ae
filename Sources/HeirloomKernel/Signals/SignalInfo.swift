internal import HeirloomABI
internal import HeirloomMachine

/// A signal's origin: the fields of siginfo_t that i386 programs see (sigaction(2), "The siginfo_t argument").
struct SignalInfo: Sendable, Equatable {
  var code: Int32
  /// The words behind si_signo, si_errno and si_code.
  var fields: [UInt32]
  /// For a signal frame's sigcontext.
  var fault: Fault?
  /// The timer of timer_create(2) that it comes from.
  private(set) var timer: Int32?

  /// SI_KERNEL.
  static let kernel = SignalInfo(code: 0x80, fields: [])

  /// SI_USER or SI_TKILL.
  static func user(_ sender: Process, isThreadDirected: Bool = false) -> SignalInfo {
    SignalInfo(code: isThreadDirected ? -6 : 0, fields: [UInt32(bitPattern: sender.id), sender.uid])
  }

  /// SI_TIMER. - Parameter value: of the sigevent.
  static func timer(_ id: Int32, missed: UInt64, value: UInt32) -> SignalInfo {
    var info = SignalInfo(code: -2, fields: [UInt32(bitPattern: id), UInt32(clamping: min(missed, UInt64(Int32.max))), value])
    info.timer = id
    return info
  }

  /// si_overrun, of a timer's signal.
  var overrun: Int32 {
    get { Int32(bitPattern: fields[1]) }
    set { fields[1] = UInt32(bitPattern: newValue) }
  }

  static func fault(_ fault: Fault) -> SignalInfo {
    SignalInfo(code: fault.code, fields: [fault.address], fault: fault)
  }

  /// SIGCHLD's: who, whose, how, and no times.
  static func childExited(_ child: Process, _ status: ExitStatus) -> SignalInfo {
    switch status {
    case .exited(let value): childEvent(child, code: 1, value & 0xff)
    case .signaled(let signal, let core): childEvent(child, code: core ? 3 : 2, signal)
    }
  }

  static func childStopped(_ child: Process, _ signal: Int32) -> SignalInfo { childEvent(child, code: 5, signal) }
  static func childContinued(_ child: Process) -> SignalInfo { childEvent(child, code: 6, Signal.continue) }

  private static func childEvent(_ child: Process, code: Int32, _ status: Int32) -> SignalInfo {
    SignalInfo(
      code: code, fields: [UInt32(bitPattern: child.id), child.uid, UInt32(bitPattern: status), 0, 0])
  }

  /// The 128 bytes of an i386 siginfo_t.
  func bytes(number: Int32) -> [UInt8] {
    var words: [UInt32] = [UInt32(bitPattern: number), 0, UInt32(bitPattern: code)] + fields
    words += [UInt32](repeating: 0, count: 32 - words.count)
    return words.withUnsafeBytes { [UInt8]($0) }
  }

  /// What rt_sigqueueinfo(2) passes.
  init(words: [UInt32]) {
    code = Int32(bitPattern: words[2])
    fields = Array(words[3..<32])
  }

  init(code: Int32, fields: [UInt32], fault: Fault? = nil) {
    self.code = code
    self.fields = fields
    self.fault = fault
  }
}

extension Int32 {
  /// The sum of two that are not negative, or the largest number.
  func addingClamped(_ other: Int32) -> Int32 { addingReportingOverflow(other).overflow ? .max : self + other }
}
