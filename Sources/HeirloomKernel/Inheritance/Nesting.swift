internal import CHeirloom
public import CMachine
internal import HeirloomABI

/// The entries that a task is inside of, for the unload side: the first one in `task_struct.inside`, and those that have been
/// reached through it here.
///
/// A mark is set before its entry is looked at a second time, as `callOverride` does, and may move down to the place of the
/// mark before it. So who looks for marks reads the deepest place first.
struct Nesting {
  /// One more than may be used, for a mark on its way down. nil: not inside.
  let marks: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  /// How many of the places are used.
  var depth = 0

  /// Entries within entries that a call may be inside of.
  static let maximumDepth = 32

  init() {
    marks = .allocate(capacity: Self.maximumDepth + 1)
    marks.initialize(repeating: nil, count: Self.maximumDepth + 1)
  }

  func deallocate() { marks.deallocate() }
}

extension Task {
  /// The entries that the task is inside of; the same may be there twice.
  fileprivate var entriesInside: [UnsafeMutableRawPointer] {
    let marks = block.pointee.nesting.marks
    return (0...Nesting.maximumDepth).reversed().compactMap { ModuleStay.entry(at: marks + $0) }
      + [ModuleStay.entry(at: block.outermostMark)].compactMap { $0 }
  }

  /// Whether the task is inside one of `entries`.
  func isInside(_ entries: Set<UnsafeMutableRawPointer>) -> Bool {
    func holds(_ place: UnsafeMutablePointer<UnsafeMutableRawPointer?>) -> Bool {
      ModuleStay.entry(at: place).map { entries.contains($0) } ?? false
    }
    let marks = block.pointee.nesting.marks
    for place in (0...Nesting.maximumDepth).reversed() where holds(marks + place) { return true }
    return holds(block.outermostMark)
  }
}

extension Kernel {
  /// The entries that tasks are inside of, and how many tasks each. Whoever asks holds neither the registry's lock nor the
  /// tree's.
  var tasksInside: [UnsafeMutableRawPointer: UInt64] {
    treeLock.withLock {
      var counts: [UnsafeMutableRawPointer: UInt64] = [:]
      for task in processes.values.flatMap(\.family.tasks) {
        for entry in Set(task.entriesInside) { counts[entry, default: 0] += 1 }
      }
      return counts
    }
  }
}

extension UnsafeMutablePointer<TaskBlock> {
  @inline(__always)
  var outermostMark: UnsafeMutablePointer<UnsafeMutableRawPointer?> {
    (UnsafeMutableRawPointer(self) + MemoryLayout<task_struct>.offset(of: \.inside).unsafelyUnwrapped)
      .assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
  }

  /// Serves a call from inside an entry, by the one that `link` names: the next layer, or the default where there is none.
  ///
  /// - Parameters:
  ///   - link: where an entry that the task is inside of keeps the one below it.
  ///   - words: the call's arguments in SAVE_ALL's order.
  /// - Returns: what goes to eax; -ELOOP where layers call each other deeper than `Nesting.maximumDepth`.
  @inline(__always)
  func descend(
    _ link: UnsafeMutablePointer<UnsafeMutableRawPointer?>, _ number: Int, _ cpu: UnsafeMutablePointer<heirloom_cpu>,
    _ words: UnsafePointer<UInt32>
  ) -> Int {
    let depth = pointee.nesting.depth
    guard depth < Nesting.maximumDepth else { return tooDeep(number) }
    let mark = pointee.nesting.marks + depth
    while let next = heirloom_atomic_load_pointer(link) {
      mark.pointee = next
      heirloom_compiler_barrier()
      if heirloom_atomic_load_pointer(link) == next {
        pointee.nesting.depth = depth + 1
        note(next)
        let answer = next.assumingMemoryBound(to: SyscallEntry.self).pointee.invoke(next, cpu, words)
        pointee.nesting.depth = depth
        heirloom_compiler_barrier()
        mark.pointee = nil
        return answer
      }
      mark.pointee = nil
    }
    return callDefault(number, words)
  }

  /// Serves a call that `entry`, which the task has just come to, leaves to what is below: the task is inside `entry` no more.
  @inline(__always)
  func passOn(
    _ entry: UnsafeMutablePointer<SyscallEntry>, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ words: UnsafePointer<UInt32>
  ) -> Int {
    let depth = pointee.nesting.depth
    let spare = pointee.nesting.marks + depth
    let own = depth == 0 ? outermostMark : spare - 1
    let number = entry.pointee.number
    while let next = heirloom_atomic_load_pointer(entry.nextPlace) {
      spare.pointee = next
      heirloom_compiler_barrier()
      if heirloom_atomic_load_pointer(entry.nextPlace) == next {
        own.pointee = next
        heirloom_compiler_barrier()
        spare.pointee = nil
        pointee.trace?.pointee.pass()
        note(next)
        return next.assumingMemoryBound(to: SyscallEntry.self).pointee.invoke(next, cpu, words)
      }
      spare.pointee = nil
    }
    own.pointee = nil
    pointee.trace?.pointee.pass()
    return callDefault(number, words)
  }

  /// The default, below all layers.
  @inline(__always)
  private func callDefault(_ number: Int, _ words: UnsafePointer<UInt32>) -> Int {
    pointee.trace?.pointee.enterDefault()
    return serveDefault(number, words)
  }

  /// `sys_call_table[eax]`.
  @inline(__always)
  func serveDefault(_ number: Int, _ words: UnsafePointer<UInt32>) -> Int {
    heirloom_call_handler(pointee.defaults + number, pointee.task.toOpaque(), words)
  }

  /// A watched call has come to an entry.
  @inline(__always)
  func note(_ entry: UnsafeMutableRawPointer) {
    pointee.trace?.pointee.enter(entry.assumingMemoryBound(to: SyscallEntry.self).pointee.identity)
  }

  @inline(never)
  private func tooDeep(_ number: Int) -> Int {
    pointee.task._withUnsafeGuaranteedRef { task in
      task.kernel.log.write(
        .warning, "call \(number) of pid \(task.process.id): more than \(Nesting.maximumDepth) layers within each other; ELOOP")
    }
    return -Int(Errno.ELOOP.code)
  }
}

/// What a handler may ask of the layers below its own.
public enum LayerCall {
  /// Serves the calling task's call by what is below `entry`, which the task is inside of.
  ///
  /// - Parameter words: the arguments in SAVE_ALL's order, six words.
  /// - Returns: the result or -errno.
  public static func next(
    below entry: UnsafeMutableRawPointer, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ words: UnsafePointer<UInt32>
  ) -> Int {
    let block = cpu.pointee.kernel.unsafelyUnwrapped.assumingMemoryBound(to: TaskBlock.self)
    let entry = entry.assumingMemoryBound(to: SyscallEntry.self)
    return block.descend(entry.nextPlace, entry.pointee.number, cpu, words)
  }
}
