internal import CHeirloom
internal import CMachine

/// What dispatch reads of a table: for each number the entry that serves it, or nothing.
///
/// A directory of pages, each of 64 numbers. All pages without an entry are one and the same, so that a table costs what it
/// has entries for: 128 bytes, and 512 more for each page in use. The directory stays where it is while the table lives.
/// Readers take no lock; writers hold the registry's.
struct TableHeads {
  typealias Entry = UnsafeMutableRawPointer?
  typealias Page = UnsafeMutablePointer<Entry>

  static let pageSize = 1 << pageShift
  private static let pageCount = Int(NR_syscalls) / pageSize
  private static let pageShift = 6

  /// As `task_struct.syscall_table` holds it.
  let directory: UnsafeMutablePointer<Page>

  /// The page that no entry is in. Never written.
  nonisolated(unsafe) private static let emptyPage: Page = {
    let page = Page.allocate(capacity: pageSize)
    page.initialize(repeating: nil, count: pageSize)
    return page
  }()

  /// What a task without a table reads, where it reads at all.
  nonisolated(unsafe) static let none = TableHeads()

  init() {
    directory = .allocate(capacity: Self.pageCount)
    directory.initialize(repeating: Self.emptyPage, count: Self.pageCount)
  }

  /// Frees the memory, which no task reads any more.
  func deallocate() {
    for index in 0..<Self.pageCount where directory[index] != Self.emptyPage { directory[index].deallocate() }
    directory.deallocate()
  }

  subscript(_ number: Int) -> Entry { directory[number >> Self.pageShift][number & (Self.pageSize - 1)] }

  /// Makes dispatch see `entry` at `number`, or nothing. One aligned word: a reader sees the old or the new.
  func store(_ entry: Entry, at number: Int) {
    let place = directory + (number >> Self.pageShift)
    if place.pointee == Self.emptyPage {
      if entry == nil { return }
      let page = Page.allocate(capacity: Self.pageSize)
      page.initialize(repeating: nil, count: Self.pageSize)
      heirloom_atomic_store_pointer(UnsafeMutableRawPointer(place).assumingMemoryBound(to: Entry.self), page)
    }
    heirloom_atomic_store_pointer(place.pointee + (number & (Self.pageSize - 1)), entry)
  }

  /// Numbers that have an entry.
  var numbersInUse: Set<Int> {
    var numbers: Set<Int> = []
    for page in 0..<Self.pageCount where directory[page] != Self.emptyPage {
      for index in 0..<Self.pageSize where directory[page][index] != nil { numbers.insert(page * Self.pageSize + index) }
    }
    return numbers
  }

  /// Bytes of host memory.
  var size: Int {
    let pages = (0..<Self.pageCount).filter { directory[$0] != Self.emptyPage }.count
    return Self.pageCount * MemoryLayout<Page>.size + pages * Self.pageSize * MemoryLayout<Entry>.size
  }
}

extension task_struct {
  /// Where dispatch looks for `number`. The directory is never missing in a task's own.
  @inline(__always) func head(_ number: Int) -> TableHeads.Page {
    syscall_table.unsafelyUnwrapped[number >> 6] + (number & 63)
  }
}
