internal import HeirloomABI
internal import HeirloomMachine

/// What a new mapping shows.
enum MappingSource {
  case anonymous
  /// `descriptor` is the caller's; the address space keeps a descriptor of its own.
  case file(descriptor: Int32, offset: UInt64)
}

/// How mmap(2) may place a mapping.
enum Placement {
  case anywhere(hint: UInt32)
  case fixed(UInt32)
  /// MAP_FIXED_NOREPLACE: EEXIST where something is mapped.
  case fixedIfFree(UInt32)
}

extension AddressSpace {
  /// Private memory of this size is made so that a fork need not copy it, for two thirds more at each page's first touch.
  private static let large: UInt64 = 8 << 20
  /// The heap's growth beyond that has so many bytes set aside in one piece.
  private static let heapReserve: UInt64 = 1 << 30

  // `isForThread`: a stack, or memory of which little will be used; it is not made as a large one.

  /// - Throws: EINVAL, ENOMEM, EEXIST; what the host answers for the file.
  func map(
    length: UInt64, _ protection: Protection, at placement: Placement, _ source: MappingSource, shared: Bool,
    purpose: VMA.Purpose = .other, isForThread: Bool = false
  ) throws(Errno) -> UInt32 {
    let length = Layout.pageUp(length)
    guard length > 0 else { throw .EINVAL }
    guard length <= Layout.taskSize else { throw .ENOMEM }
    if case .file(let descriptor, _) = source, protection.contains(.execute) {
      // The file's times, by which its code is known, are asked for after this: then all later changes are told.
      Kernel.running?.willRun(try FileID(descriptor: Int(descriptor)))
    }
    return try lock.withLock { () throws(Errno) in
      let range = try place(length, placement)
      try carryOut(range, protection, source, shared: shared, purpose: purpose, isForThread: isForThread)
      return UInt32(range.start)
    }
  }

  private func place(_ length: UInt64, _ placement: Placement) throws(Errno) -> PageRange {
    switch placement {
    case .fixed(let address), .fixedIfFree(let address):
      let range = PageRange(start: address, length: length)
      guard address % 4096 == 0 else { throw .EINVAL }
      guard range.end <= Layout.taskSize else { throw .ENOMEM }
      guard range.start >= Layout.lowest else { throw .EPERM }
      if case .fixedIfFree = placement, !areas.isFree(range) { throw .EEXIST }
      return range
    case .anywhere(let hint):
      let wanted = PageRange(start: UInt32(Layout.pageDown(UInt64(hint))), length: length)
      if wanted.start >= Layout.lowest, wanted.end <= Layout.taskSize, areas.isFree(wanted) { return wanted }
      guard
        let range = areas.freeRange(length: length, below: Layout.mmapTop, floor: Layout.lowest)
          ?? areas.freeRange(length: length, below: Layout.taskSize, floor: Layout.mmapTop)
      else { throw .ENOMEM }
      return range
    }
  }

  private func carryOut(
    _ range: PageRange, _ protection: Protection, _ source: MappingSource, shared: Bool, purpose: VMA.Purpose,
    isForThread: Bool
  ) throws(Errno) {
    var area = VMA(range: range, protection: protection, isShared: shared, purpose: purpose)
    let replaced = areas.overlapping(range)
    switch source {
    case .anonymous:
      if shared {
        let memory = FileID.ofNewMemory()
        try window.mapAnonymousShared(range, protection, memory)
        area.memory = memory
      } else if range.length >= Self.large, purpose == .other, !isForThread {
        let piece = SnapshotPiece(length: range.length)
        try window.mapSnapshot(piece, range, protection)
        area.snapshot = piece
      } else {
        try window.mapAnonymous(range, protection)
      }
    case .file(let descriptor, let offset):
      let (backing, identity) = try backing(for: descriptor)
      do throws(Errno) {
        try window.mapFile(
          range, protection, descriptor: descriptor, offset: offset, shared: shared, file: backing.file, identity: identity)
      } catch {
        releaseUnused([backing])
        throw error
      }
      area.backing = backing
      area.offset = offset
    }
    areas.insert(area)
    releaseUnused(replaced.compactMap(\.backing))
  }

  /// - Throws: EINVAL for an unaligned or too large range.
  func unmap(_ address: UInt32, length: UInt64) throws(Errno) {
    let range = PageRange(start: address, length: Layout.pageUp(length))
    guard address % 4096 == 0, !range.isEmpty, range.end <= Layout.taskSize else { throw .EINVAL }
    lock.withLock { remove(range) }
  }

  /// Callers hold the lock.
  private func remove(_ range: PageRange) {
    let removed = areas.overlapping(range)
    if removed.isEmpty { return }
    for area in removed {
      window.unmap(area.range)
      if let snapshot = area.snapshot, snapshot.isOnlyHere { snapshot.discard(area.range.length) }
    }
    areas.remove(range)
    releaseUnused(removed.compactMap(\.backing))
  }

  /// - Parameter wholeStack: from the stack's lowest page on (mprotect(2), PROT_GROWSDOWN).
  /// - Throws: EINVAL; ENOMEM where a page of the range is not mapped (those before it are changed, as mprotect(2) says);
  ///   EACCES.
  func protect(_ address: UInt32, length: UInt64, _ protection: Protection, wholeStack: Bool = false) throws(Errno) {
    var range = PageRange(start: address, length: Layout.pageUp(length))
    guard address % 4096 == 0 else { throw .EINVAL }
    if wholeStack {
      guard let stack = lock.withLock({ areas.area(at: range.start) }), stack.purpose == .stack else { throw .EINVAL }
      range = PageRange(stack.range.start, range.end)
    }
    guard range.end <= Layout.taskSize else { throw .ENOMEM }
    if protection.contains(.execute) {
      // Before the lock, which comes after the tree's.
      for backing in lock.withLock({ areas.overlapping(range).compactMap(\.backing) }) { Kernel.running?.willRun(backing.file) }
    }
    try lock.withLock { () throws(Errno) in
      var next = range.start
      for var area in areas.overlapping(range) {
        guard area.range.start == next else { throw .ENOMEM }
        let file = area.isShared ? nil : area.backing.map { (id: $0.file, offset: area.offset) }
        try window.protect(area.range, protection, file: file)
        area.protection = protection
        areas.insert(area)
        next = area.range.end
      }
      guard next >= range.end else { throw .ENOMEM }
    }
  }

  /// brk(2): moves the heap's end if it can; the heap's end afterwards.
  func setBreak(_ end: UInt32) -> UInt32 {
    lock.withLock {
      guard end >= heapStart else { return heapEnd }
      let old = Layout.pageUp(UInt64(heapEnd))
      let new = Layout.pageUp(UInt64(end))
      if new > old {
        let growth = PageRange(old, new)
        // A page's distance to the next mapping, as the kernel keeps it.
        guard new + Layout.pageSize <= Layout.taskSize, areas.isFree(PageRange(old, new + Layout.pageSize)) else { return heapEnd }
        let protection: Protection = [.read, .write]
        var area = VMA(range: growth, protection: protection, isShared: false, purpose: .heap)
        area.snapshot = heapPiece(for: growth)
        guard (try? mapGrowth(area)) != nil else { return heapEnd }
        areas.insert(area)
      } else if new < old {
        remove(PageRange(new, old))
      }
      heapEnd = end
      return heapEnd
    }
  }

  /// What the heap's growth shows where the heap is large; nil: zeroes of its own.
  private func heapPiece(for growth: PageRange) -> SnapshotPiece? {
    guard growth.end - Layout.pageDown(UInt64(heapStart)) >= Self.large else { return nil }
    if let last = areas.area(at: growth.start - 1), last.purpose == .heap, let live = last.snapshot, live.isLive,
      live.room(after: last.range.length) >= growth.length
    {
      return live.advanced(by: last.range.length)
    }
    return SnapshotPiece(length: max(Self.heapReserve, growth.length))
  }

  private func mapGrowth(_ area: VMA) throws(Errno) {
    if let piece = area.snapshot {
      try window.mapSnapshot(piece, area.range, area.protection)
    } else {
      try window.mapAnonymous(area.range, area.protection)
    }
  }

  /// mremap(2).
  func remap(
    _ address: UInt32, oldLength: UInt64, newLength: UInt64, mayMove: Bool, to fixed: UInt32?
  ) throws(Errno) -> UInt32 {
    let old = PageRange(start: address, length: Layout.pageUp(oldLength))
    let length = Layout.pageUp(newLength)
    guard address % 4096 == 0, length > 0, !old.isEmpty else { throw .EINVAL }
    return try lock.withLock { () throws(Errno) in
      let isShorter = length < old.length
      if isShorter && fixed == nil {
        // Whatever the rest of the range is.
        guard areas.area(at: old.start) != nil else { throw .EFAULT }
        remove(PageRange(old.start + length, old.end))
        return address
      }
      guard let last = areas.parts(of: isShorter ? PageRange(old.start, old.start + length) : old).last else { throw .EFAULT }
      if fixed == nil {
        if length == old.length { return address }
        let growth = PageRange(old.end, old.start + length)
        if growth.end <= Layout.taskSize, areas.isFree(growth) {
          try extend(last, by: growth)
          return address
        }
        guard mayMove else { throw .ENOMEM }
      }
      let target = try place(length, fixed.map { .fixed($0) } ?? .anywhere(hint: 0))
      guard !target.overlaps(old) else { throw .EINVAL }
      remove(target)
      if isShorter { remove(PageRange(old.start + length, old.end)) }
      var moved = last
      for part in areas.overlapping(old) {
        moved = try move(part, to: target.start + (part.range.start - old.start))
      }
      if target.end > moved.range.end { try extend(moved, by: PageRange(moved.range.end, target.end)) }
      return UInt32(target.start)
    }
  }

  /// Maps `growth`, which follows `area`, from the same origin.
  private func extend(_ area: VMA, by growth: PageRange) throws(Errno) {
    var extended = area
    extended.range = growth
    extended.snapshot = nil
    extended.offset = area.offset + (growth.start - area.range.start)
    if let backing = area.backing {
      try window.mapFile(
        growth, area.protection, descriptor: backing.descriptor, offset: extended.offset, shared: area.isShared, file: backing.file)
    } else if area.isShared {
      try window.growShared(by: growth, area.protection)
    } else {
      if growth.length >= Self.large { extended.snapshot = SnapshotPiece(length: growth.length) }
      try mapGrowth(extended)
    }
    areas.insert(extended)
  }

  /// What the pages show goes with them. - Returns: the area in its new place.
  private func move(_ area: VMA, to start: UInt64) throws(Errno) -> VMA {
    var moved = area
    moved.range = PageRange(start, start + area.range.length)
    try window.move(area.range, to: moved.range)
    areas.remove(area.range)
    areas.insert(moved)
    return moved
  }

  /// madvise(MADV_DONTNEED). - Throws: ENOMEM where a page is not mapped.
  func discard(_ address: UInt32, length: UInt64) throws(Errno) {
    let range = PageRange(start: address, length: Layout.pageUp(length))
    guard address % 4096 == 0 else { throw .EINVAL }
    try lock.withLock { () throws(Errno) in
      for area in areas.overlapping(range) { try discard(area) }
      guard areas.covers(range) else { throw .ENOMEM }
    }
  }

  /// What madvise(2) asks of every advice. - Throws: EINVAL; ENOMEM where a page is not mapped.
  func checkMapped(_ address: UInt32, length: UInt64) throws(Errno) {
    guard address % 4096 == 0 else { throw .EINVAL }
    let range = PageRange(start: address, length: Layout.pageUp(length))
    guard lock.withLock({ areas.covers(range) }) else { throw .ENOMEM }
  }

  /// madvise(MADV_DONTFORK, MADV_WIPEONFORK and what undoes them).
  ///
  /// - Throws: EINVAL, also for what is to be wiped and is shared or a file's; ENOMEM where a page is not mapped.
  func setForkRule(_ rule: VMA.ForkRule, _ address: UInt32, length: UInt64) throws(Errno) {
    let range = PageRange(start: address, length: Layout.pageUp(length))
    guard address % 4096 == 0 else { throw .EINVAL }
    try lock.withLock { () throws(Errno) in
      for var area in areas.overlapping(range) {
        if rule == .wipe, area.isShared || area.backing != nil { throw .EINVAL }
        area.forkRule = rule
        areas.insert(area)
      }
      guard areas.covers(range) else { throw .ENOMEM }
    }
  }

  private func discard(_ area: VMA) throws(Errno) {
    guard let snapshot = area.snapshot else { return try window.discard(area.range) }
    if snapshot.isLive { return window.discard(area.range) { snapshot.discard(area.range.length) } }
    var area = area
    area.snapshot = nil
    try mapOrigin(of: area, in: window, noticesChanges: true)
    areas.insert(area)
  }

  /// Maps a private area's zeroes or file.
  ///
  /// - Parameter noticesChanges: else a forked window is told later what it shows (`Window.adoptImages`).
  func mapOrigin(of area: VMA, in window: Window, noticesChanges: Bool) throws(Errno) {
    if let backing = area.backing {
      try window.mapFile(
        area.range, area.protection, descriptor: backing.descriptor, offset: area.offset, shared: false,
        file: noticesChanges ? backing.file : nil)
    } else {
      try window.mapAnonymous(area.range, area.protection)
    }
  }
}
