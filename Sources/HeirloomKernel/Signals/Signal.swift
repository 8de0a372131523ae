/// Signal numbers of i386 (signal(7)) and sets of them.
enum Signal {
  static let hangup: Int32 = 1, interrupt: Int32 = 2, quit: Int32 = 3, illegal: Int32 = 4, trap: Int32 = 5
  static let abort: Int32 = 6, bus: Int32 = 7, floatingPoint: Int32 = 8, kill: Int32 = 9, user1: Int32 = 10
  static let segmentation: Int32 = 11, user2: Int32 = 12, pipe: Int32 = 13, alarm: Int32 = 14, terminate: Int32 = 15
  static let child: Int32 = 17, `continue`: Int32 = 18, stop: Int32 = 19, terminalStop: Int32 = 20
  static let terminalInput: Int32 = 21, terminalOutput: Int32 = 22, urgent: Int32 = 23, virtualAlarm: Int32 = 26
  static let profiling: Int32 = 27, windowChange: Int32 = 28
  static let count: Int32 = 64
  static let firstRealTime: Int32 = 32

  static func isValid(_ number: Int32) -> Bool { (1...count).contains(number) }

  /// The word bit of a sigset_t that stands for `number`.
  @inline(__always) static func bit(_ number: Int32) -> UInt64 { 1 << UInt64(number - 1) }

  /// Cannot be caught, blocked or ignored.
  static let unblockable = bit(kill) | bit(stop)
  static let stops = bit(stop) | bit(terminalStop) | bit(terminalInput) | bit(terminalOutput)
  /// A fault's signals come before others (the kernel's SYNCHRONOUS_MASK).
  static let synchronous = bit(segmentation) | bit(bus) | bit(illegal) | bit(trap) | bit(floatingPoint)

  enum Default { case terminate, core, ignore, stop, `continue` }

  static func defaultAction(_ number: Int32) -> Default {
    switch number {
    case child, urgent, windowChange: .ignore
    case `continue`: .continue
    case stop, terminalStop, terminalInput, terminalOutput: .stop
    case quit, illegal, trap, abort, bus, floatingPoint, segmentation, 24, 25, 31: .core
    default: .terminate
    }
  }
}

/// What a process does with a signal (sigaction(2)).
struct SignalAction: Sendable, Equatable {
  static let `default`: UInt32 = 0
  static let ignore: UInt32 = 1

  // Flags.
  static let noChildStop: UInt32 = 1
  static let noChildWait: UInt32 = 2
  static let wantsInfo: UInt32 = 4
  static let hasRestorer: UInt32 = 0x0400_0000
  static let onStack: UInt32 = 0x0800_0000
  static let restarts: UInt32 = 0x1000_0000
  static let noDefer: UInt32 = 0x4000_0000
  static let resetHandler: UInt32 = 0x8000_0000
  /// All that sigaction(2) keeps, SA_EXPOSE_TAGBITS (0x800) included: a program sees by the others what a kernel knows.
  static let knownFlags =
    noChildStop | noChildWait | wantsInfo | 0x800 | hasRestorer | onStack | restarts | noDefer | resetHandler

  var handler: UInt32 = Self.default
  var flags: UInt32 = 0
  var restorer: UInt32 = 0
  var mask: UInt64 = 0
}

/// Where handlers with SA_ONSTACK run (sigaltstack(2)).
struct AlternateStack: Sendable, Equatable {
  var base: UInt32 = 0
  var size: UInt32 = 0
  /// As the guest has set them: a mode, and SS_AUTODISARM.
  var flags: UInt32 = Self.disabled

  static let inUse: UInt32 = 1
  static let disabled: UInt32 = 2
  /// SS_AUTODISARM: while a handler runs there is none, so that it can go on to another stack and leave this one to others.
  static let disarms: UInt32 = 0x8000_0000

  /// Whether a task with that stack pointer runs on it. One that is set while it disarms itself has been left.
  func contains(_ stackPointer: UInt32) -> Bool {
    size != 0 && flags & Self.disarms == 0 && stackPointer &- base &- 1 < size
  }
}
