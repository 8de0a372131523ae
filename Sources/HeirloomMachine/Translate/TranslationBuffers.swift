/// What one translation collects, in memory that a processor keeps for all of them.
final class TranslationBuffers {
  struct Exit { let site: UInt32; let target: UInt32; let host: UInt32 }

  private static let capacity = 4096
  private let rows = UnsafeMutablePointer<RecoveryRow>.allocate(capacity: capacity)
  private var rowCount = 0
  private let exits = UnsafeMutablePointer<Exit>.allocate(capacity: capacity)
  private var exitCount = 0
  /// Where the decoder reads near a page's end.
  let pageEnd = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)

  var pages: [UInt32] = []
  var lastPage = UInt32.max
  var pending: Int32 = 0
  var limit = 0
  var isAlone = false
  /// The instruction that is being emitted.
  var current: UInt32 = 0

  deinit {
    rows.deallocate()
    exits.deallocate()
    pageEnd.deallocate()
  }

  func reset(limit: Int, isAlone: Bool) {
    rowCount = 0
    exitCount = 0
    pages.removeAll(keepingCapacity: true)
    lastPage = UInt32.max
    pending = 0
    self.limit = limit
    self.isAlone = isAlone
  }

  func enter(_ page: UInt32) {
    lastPage = page
    depend(on: page)
  }

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
