internal import CMachine
internal import HeirloomABI

/// Which pages of a mapping a process has as its own (/proc/<pid>/pagemap; the kernel's admin-guide/mm/pagemap).
enum PageMap {
  /// Present, or swapped out.
  private static let hasPage: UInt64 = 3 << 62
  /// A page of a file, or shared anonymous.
  private static let isFilePage: UInt64 = 1 << 61
  private static let batch = 4096

  /// Calls `body` with the first page's index and the length of each run of private pages. All pages count as private where
  /// the host does not tell.
  static func forEachPrivateRun(
    _ address: UnsafeMutableRawPointer, pages: Int, _ body: (Int, Int) throws(Errno) -> Void
  ) throws(Errno) {
    // Opened for each fork: the descriptor belongs to the calling thread's table.
    let descriptor = "/proc/self/pagemap".withCString { heirloom_host_call(257, -100, Int(bitPattern: $0), 0x80000, 0, 0, 0) }
    guard descriptor >= 0 else { return try body(0, pages) }
    defer { _ = heirloom_host_call(3, descriptor, 0, 0, 0, 0, 0) }
    let entries = UnsafeMutablePointer<UInt64>.allocate(capacity: batch)
    defer { entries.deallocate() }
    var first = 0
    var runStart: Int?
    while first < pages {
      let count = min(batch, pages - first)
      let offset = (Int(bitPattern: address) >> 12 + first) * 8
      let got = heirloom_host_call(17, descriptor, Int(bitPattern: entries), count * 8, offset, 0, 0)
      guard got == count * 8 else { return try body(first, pages - first) }
      for index in 0..<count {
        let isPrivate = entries[index] & hasPage != 0 && entries[index] & isFilePage == 0
        if isPrivate, runStart == nil { runStart = first + index }
        if !isPrivate, let start = runStart {
          try body(start, first + index - start)
          runStart = nil
        }
      }
      first += count
    }
    if let start = runStart { try body(start, pages - start) }
  }
}
