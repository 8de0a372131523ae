internal import CMachine

/// A processor's cache of indirect jumps: for every guest address where the host finds its translation.
///
/// It is flat, so that a jump is one load; memory it takes only around the addresses that have been jumped to, four times
/// as much as their code at most. Where none is known it holds `LookupMiss`, on pages that hold anything; elsewhere it holds 0:
/// the jump there is a fault, which the host's handler takes to `LookupMiss`.
final class LookupCache {
  let table: UnsafeMutableRawPointer
  private let access: Access
  /// What has been inserted since the last time it was emptied.
  private var inserted: [UInt32] = []
  /// As many are forgotten one by one, without giving the memory up.
  private static let countedInserts = 512
  /// More, and it begins anew.
  private static let insertLimit = 1 << 15
  /// An entry for each of the 2^32 addresses, 4 bytes each.
  static let size = 4 << 32

  /// What the host lets a cache have.
  enum Access {
    case all
    /// Nothing may be written that was not asked for: a host that never promises more memory than it has
    /// (vm.overcommit_memory of 2). Blocks are made writable when something is inserted.
    case blocks
    /// No addresses are left: the empty table that all such caches share. Every indirect jump is a fault.
    case none
  }

  convenience init() { self.init([.all, .blocks, .none]) }

  /// - Parameter choices: what is tried, in turn; `.none` always succeeds.
  init(_ choices: [Access]) {
    for access in choices {
      let table: UnsafeMutableRawPointer? =
        switch access {
        case .all: HostMemory.reserveSparse(Self.size, writable: true)
        case .blocks: HostMemory.reserveSparse(Self.size, writable: false)
        case .none: Self.empty
        }
      guard let table else { continue }
      self.table = table
      self.access = access
      return
    }
    preconditionFailure("Processor.setUpHost() has not been called")
  }

  deinit { if access != .none { HostMemory.release(table, Self.size) } }

  /// nil: there is no room for even that one, and guest code cannot run.
  nonisolated(unsafe) static let empty = HostMemory.reserveSparse(size, writable: false)

  private var addresses: UnsafeMutablePointer<UInt32> { table.assumingMemoryBound(to: UInt32.self) }
  private let miss = CodeArena.shared.address + LookupMiss.place
  private static let entriesOfPage = 4096 / MemoryLayout<UInt32>.size

  func clear() {
    if inserted.count < Self.countedInserts {
      for pc in inserted { forget(pc) }
    } else {
      HostMemory.discard(table, Self.size)
    }
    inserted.removeAll(keepingCapacity: true)
  }

  func forget(_ pc: UInt32) {
    // A page that was only read takes no memory.
    if addresses[Int(pc)] != 0 { addresses[Int(pc)] = miss }
  }

  /// Remembers the place of `pc`'s translation in the code cache.
  func insert(_ pc: UInt32, _ place: UInt32) {
    switch access {
    case .all: break
    case .blocks: guard openBlock(of: pc) else { return }
    case .none: return
    }
    if inserted.count == Self.insertLimit { clear() }
    inserted.append(pc)
    // Written at once: to read a new page first would be one more fault.
    if heirloom_atomic_add(addresses + Int(pc), miss) == 0 {
      let page = Int(pc) & ~(Self.entriesOfPage - 1)
      (addresses + page).update(repeating: miss, count: Self.entriesOfPage)
    }
    addresses[Int(pc)] = CodeArena.shared.address + place
  }

  // MARK: Blocks

  private var openBlocks: Set<UInt32> = []
  /// Code of 16 KiB.
  private static let blockShift: UInt32 = 14

  private func openBlock(of pc: UInt32) -> Bool {
    let block = pc >> Self.blockShift
    if openBlocks.contains(block) { return true }
    let size = 4 << Int(Self.blockShift)
    guard HostMemory.protect(table + Int(block) * size, size, readable: true, writable: true) == 0 else { return false }
    openBlocks.insert(block)
    return true
  }
}
