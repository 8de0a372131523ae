internal import HeirloomABI
internal import HeirloomMachine

extension AddressSpace {
  /// A forked child's memory: the same mappings, shared ones shared, private ones as they are at one moment. What neither
  /// writes afterwards is there once.
  ///
  /// Runs on the parent's thread. The child's table of descriptors will hold the backings under the same numbers.
  func copy() throws(Errno) -> AddressSpace {
    let child = try AddressSpace(childOf: self)
    try window.whileStopped { () throws(Errno) in
      try lock.withLock { () throws(Errno) in
        var inheritor = Inheritor(parent: self, child: child)
        try inheritor.run()
      }
    }
    return child
  }
}

extension AddressSpace {
  /// Before the host waits at a word that is known to it by the memory behind: large memory must not change that while the
  /// wait lasts, as a fork would have it.
  func settle(_ address: UInt32) throws(Errno) {
    try lock.withLock { () throws(Errno) in
      guard let area = areas.area(at: UInt64(address)), let live = area.snapshot, live.isLive else { return }
      var settled = area
      settled.snapshot = try window.settle(live, area.range, area.protection)
      areas.insert(settled)
    }
  }
}

extension VMA {
  /// What is written goes into a file, or the snapshots'.
  fileprivate var hasNoPrivatePages: Bool { isShared || snapshot?.isLive == true }
}

/// One fork's way through the parent's areas. Their lock is held, and no other thread runs guest code here.
private struct Inheritor {
  let parent: AddressSpace
  let child: AddressSpace
  var copies: [ObjectIdentifier: FileBacking] = [:]
  /// What a later child may find mapped; nil where there is shared memory.
  var mappings: ForkedMappings? = ForkedMappings()

  init(parent: AddressSpace, child: AddressSpace) {
    self.parent = parent
    self.child = child
  }

  mutating func run() throws(Errno) {
    let isAlone = parent.window.hasOneProcessor
    var runs = parent.window.privateRuns(outside: parent.areas.areas.filter(\.hasNoPrivatePages).map(\.range))[...]
    for index in parent.areas.areas.indices {
      let area = parent.areas.areas[index]
      if area.isShared || area.forkRule != .copy {
        mappings = nil
        child.window.unmapLeft(below: area.range.end)
      }
      if area.forkRule == .leaveOut { continue }
      var own = area
      own.backing = area.backing.map { copy(of: $0) }
      if area.isShared {
        try child.window.shareMapping(of: parent.window, area.range, area.protection)
      } else if area.forkRule == .wipe {
        own.snapshot = nil
        try child.window.mapAnonymous(area.range, area.protection)
      } else {
        let inheritance = try parent.window.freeze(
          PrivateMapping(
            range: area.range, protection: area.protection, isFile: area.backing != nil, snapshot: area.snapshot),
          runs: Self.take(&runs, in: area.range), isAlone: isAlone)
        parent.areas.show(inheritance.parent, at: index)
        own.snapshot = inheritance.child
        try map(own, copies: inheritance.copies)
      }
      child.areas.append(own)
    }
    child.window.finishFork(mappings)
    child.heapStart = parent.heapStart
    child.heapEnd = parent.heapEnd
    child.window.adoptImages(of: parent.window)
  }

  private mutating func map(_ area: VMA, copies: [Range<Int>]) throws(Errno) {
    let mapping = Shown(range: area.range, protection: area.protection, source: Self.source(of: area))
    if child.window.reuse(mapping) {
      // An earlier child has left it.
    } else if let snapshot = area.snapshot {
      try child.window.mapSnapshot(snapshot, area.range, area.protection)
    } else {
      try child.mapOrigin(of: area, in: child.window, noticesChanges: false)
    }
    mappings?.append(mapping, hasCopies: !copies.isEmpty)
    try child.window.copy(copies, of: parent.window, area.range, area.protection)
  }

  private static func source(of area: VMA) -> Shown.Source {
    if let snapshot = area.snapshot { return snapshot.source }
    guard let backing = area.backing else { return .zeroes }
    return .file(device: backing.device, inode: backing.inode, offset: area.offset)
  }

  /// A descriptor's number means another table's file in the child: the object is not shared.
  private mutating func copy(of backing: FileBacking) -> FileBacking {
    if let known = copies[ObjectIdentifier(backing)] { return known }
    let copy = FileBacking(
      descriptor: backing.descriptor, device: backing.device, inode: backing.inode, mode: backing.mode)
    copies[ObjectIdentifier(backing)] = copy
    return copy
  }

  /// The part within `range` of runs that begin there or later; they are taken off.
  private static func take(_ runs: inout ArraySlice<Range<Int>>, in range: PageRange) -> [Range<Int>] {
    let limits = Int(range.start >> 12)..<Int(range.end >> 12)
    var taken: [Range<Int>] = []
    while let run = runs.first, run.lowerBound < limits.upperBound {
      let part = run.clamped(to: limits)
      if !part.isEmpty { taken.append(part) }
      if run.upperBound > limits.upperBound { break }
      runs.removeFirst()
    }
    return taken
  }
}
