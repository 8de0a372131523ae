/// What one translation collects, in memory that a processor keeps for all of them.
final class TranslationBuffers {
  struct Exit { let site: UInt32; let target: UInt32; let host: UInt32 }

  private static let capacity = 4096
  private let rows = UnsafeMutablePointer<RecoveryRow>.allocate(capacity: capacity)
  private var rowCount = 0
  private let exits = UnsafeMutablePointer<Exit>.allocate(capacity: capacity)
  private var exitCount = 0
  /// A copy of guest code for the decoder, the first of it from `readStart`.
  private let code = UnsafeMutableRawPointer.allocate(byteCount: readSize + lookahead, alignment: 16)
  private var readStart: UInt32 = 0
  private var readCount: UInt32 = 0
  /// Bytes copied at once; bytes that the decoder may look at from where it stands.
  static let readSize = 256
  static let lookahead = 32

  var pages: [UInt32] = []
  /// Where the run's calls come back to.
  var returns: [UInt32] = []
  var lastPage = UInt32.max
  var pending: Int32 = 0
  var limit = 0
  /// Instructions of the run so far.
  var count = 0
  var isAlone = false
  /// Whether the run has come by a system call that the host may have served.
  var isBehindSystemCall = false
  /// The number that the run has put into eax lately, if it is one.
  var callNumber = UInt32.max
  /// The instruction that is being emitted.
  var current: UInt32 = 0

  deinit {
    rows.deallocate()
    exits.deallocate()
    code.deallocate()
  }

  func reset(limit: Int, isAlone: Bool) {
    rowCount = 0
    exitCount = 0
    count = 0
    pages.removeAll(keepingCapacity: true)
    returns.removeAll(keepingCapacity: true)
    lastPage = UInt32.max
    readCount = 0
    pending = 0
    isBehindSystemCall = false
    callNumber = .max
    self.limit = limit
    self.isAlone = isAlone
  }

  func enter(_ page: UInt32) {
    lastPage = page
    depend(on: page)
  }

  // MARK: The guest's code

  /// The copy's bytes at `pc`, if there are enough.
  @inline(__always)
  func bytes(at pc: UInt32) -> UnsafeRawPointer? {
    let offset = pc &- readStart
    return offset < readCount ? UnsafeRawPointer(code + Int(offset)) : nil
  }

  /// Where to copy to what stands at `pc`, with `left` bytes to the page's end.
  func beginReading(at pc: UInt32, _ left: Int) -> UnsafeMutableRawPointer {
    readStart = pc
    // At the page's end the copy serves one instruction.
    readCount = UInt32(max(min(left, Self.readSize) - Self.lookahead, 0) + 1)
    return code
  }

  func forgetBytes() { readCount = 0 }

  /// What is translated goes when the page changes.
  func depend(on page: UInt32) {
    if !isAlone, !pages.contains(page) { pages.append(page) }
  }

  @inline(__always)
  func append(_ row: RecoveryRow) {
    rows[rowCount] = row
    rowCount += 1
  }

  /// A direct jump whose rel32 stands at `site`; `host` is 0 where its target has no translation yet.
  @inline(__always)
  func append(_ exit: Exit) {
    exits[exitCount] = exit
    exitCount += 1
  }

  var notedRows: UnsafeBufferPointer<RecoveryRow> { UnsafeBufferPointer(start: rows, count: rowCount) }
  var allExits: UnsafeMutableBufferPointer<Exit> { UnsafeMutableBufferPointer(start: exits, count: exitCount) }
  var resolvedExits: [Exit] { allExits.filter { $0.host != 0 } }
}
