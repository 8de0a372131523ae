internal import CMachine
public import HeirloomABI

/// Which pages a process has of its own in private mappings (/proc/<pid>/pagemap; the kernel's admin-guide/mm/pagemap).
///
/// The host process has one address space, so one descriptor serves all threads. It is opened before the first of them.
public enum PageMap {
  nonisolated(unsafe) private static var descriptor = -1

  /// Opens the map; `hold` moves the descriptor to where every thread's table has it.
  public static func open(hold: (Int32) throws(Errno) -> Int32) throws(Errno) {
    let opened = "/proc/self/pagemap".withCString { heirloom_host_call(257, -100, Int(bitPattern: $0), 0x80000, 0, 0, 0) }
    // A host without /proc: all pages count as private.
    if opened >= 0 { descriptor = Int(try hold(Int32(opened))) }
  }

  /// Appends runs of private pages among `pages` of the memory at `base`, ascending, by number from there.
  static func appendPrivateRuns(_ base: UnsafeMutableRawPointer, _ pages: Range<Int>, to runs: inout [Range<Int>]) {
    let before = runs.count
    if scan(base, pages, into: &runs) { return }
    runs.removeSubrange(before...)
    read(base, pages, into: &runs)
  }

  // MARK: PAGEMAP_SCAN (Linux 6.7): one call, which skips what has no pages

  /// struct page_region of linux/fs.h.
  private struct Region { var start, end, categories: UInt64 }

  private static func scan(_ base: UnsafeMutableRawPointer, _ pages: Range<Int>, into runs: inout [Range<Int>]) -> Bool {
    let scanRequest = 0xc060_6610
    let (file, present, swapped, zero): (UInt64, UInt64, UInt64, UInt64) = (1 << 2, 1 << 3, 1 << 4, 1 << 5)
    let base = UInt64(UInt(bitPattern: base))
    let end = base + UInt64(pages.upperBound) << 12
    var start = base + UInt64(pages.lowerBound) << 12
    let capacity = 128
    return withUnsafeTemporaryAllocation(of: Region.self, capacity: capacity) { regions in
      while start < end {
        // struct pm_scan_arg: size, flags, start, end, walk_end, vec, vec_len, max_pages, and of the categories those that
        // are inverted, the ones that must all hold, the ones of which one must, and the ones to be told.
        var argument: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (
          96, 0, start, end, 0, UInt64(UInt(bitPattern: regions.baseAddress)), UInt64(capacity), 0, file | zero, file | zero,
          present | swapped, file
        )
        let count = withUnsafeMutablePointer(to: &argument) {
          heirloom_host_call(16, descriptor, scanRequest, Int(bitPattern: $0), 0, 0, 0)
        }
        if count < 0 { return false }
        for region in regions[0..<count] {
          append(Int((region.start - base) >> 12)..<Int((region.end - base) >> 12), to: &runs)
        }
        if argument.4 <= start { return false }
        start = argument.4
      }
      return true
    }
  }

  // MARK: The older way: an entry a page

  /// Present, or swapped out.
  private static let hasPage: UInt64 = 3 << 62
  /// A page of a file, or shared anonymous.
  private static let isFilePage: UInt64 = 1 << 61

  private static func read(_ base: UnsafeMutableRawPointer, _ pages: Range<Int>, into runs: inout [Range<Int>]) {
    let batch = 512
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: batch) { entries in
      var first = pages.lowerBound
      while first < pages.upperBound {
        let count = min(batch, pages.upperBound - first)
        let offset = (Int(bitPattern: base) >> 12 + first) * 8
        let got = heirloom_host_call(17, descriptor, Int(bitPattern: entries.baseAddress), count * 8, offset, 0, 0)
        guard got == count * 8 else { return append(first..<pages.upperBound, to: &runs) }
        for index in 0..<count where entries[index] & hasPage != 0 && entries[index] & isFilePage == 0 {
          append(first + index..<first + index + 1, to: &runs)
        }
        first += count
      }
    }
  }

  private static func append(_ run: Range<Int>, to runs: inout [Range<Int>]) {
    if let last = runs.last, last.upperBound == run.lowerBound {
      runs[runs.count - 1] = last.lowerBound..<run.upperBound
    } else {
      runs.append(run)
    }
  }
}
