internal import CHeirloom
internal import CMachine

/// What dispatch sees of a slot that is observed: it tells the observers, and lets the slot's layers serve in between.
///
/// A task is inside of it as long as the call lasts, and inside an observer only while that runs: an observer can leave while
/// calls that it has seen begin go on.
struct ObservedSlot {
  /// `next` is the slot's uppermost layer.
  var fields: SyscallEntry
  /// Those that are told, from the first one on; the rest are nil. An observer is looked at twice, as an entry is.
  var observers: (Entry, Entry, Entry, Entry, Entry, Entry, Entry, Entry)

  typealias Entry = UnsafeMutableRawPointer?
  static let maximumObservers = 8

  static func make(number: Int) -> UnsafeMutablePointer<ObservedSlot> {
    let place = UnsafeMutablePointer<ObservedSlot>.allocate(capacity: 1)
    place.initialize(
      to: ObservedSlot(
        fields: SyscallEntry(invoke: serveObserved), observers: (nil, nil, nil, nil, nil, nil, nil, nil)))
    place.pointee.fields.number = number
    return place
  }
}

extension UnsafeMutablePointer<ObservedSlot> {
  var entry: UnsafeMutablePointer<SyscallEntry> { UnsafeMutableRawPointer(self).assumingMemoryBound(to: SyscallEntry.self) }

  @inline(__always)
  fileprivate var places: UnsafeMutablePointer<ObservedSlot.Entry> {
    (UnsafeMutableRawPointer(self) + MemoryLayout<ObservedSlot>.offset(of: \.observers).unsafelyUnwrapped)
      .assumingMemoryBound(to: ObservedSlot.Entry.self)
  }

  /// Makes calls tell these from now on.
  func tell(_ observers: [UnsafeMutableRawPointer]) {
    for index in 0..<ObservedSlot.maximumObservers {
      heirloom_atomic_store_pointer(places + index, index < observers.count ? observers[index] : nil)
    }
  }
}

/// Serves a call whose slot is observed.
@c(heirloom_serve_observed)
private func serveObserved(
  _ entry: UnsafeMutableRawPointer, _ cpu: UnsafeMutablePointer<heirloom_cpu>, _ words: UnsafePointer<UInt32>
) -> Int {
  let slot = entry.assumingMemoryBound(to: ObservedSlot.self)
  let block = cpu.pointee.kernel.unsafelyUnwrapped.assumingMemoryBound(to: TaskBlock.self)
  var event = syscall_event()
  event.size = UInt32(MemoryLayout<syscall_event>.size)
  event.number = Int32(slot.pointee.fields.number)
  event.arguments = (words[0], words[1], words[2], words[3], words[4], words[5])
  event.memory = UnsafeRawPointer(bitPattern: UInt(cpu.pointee.window))
  for index in 0..<ObservedSlot.maximumObservers {
    guard block.tell(slot.places + index, event, cpu) else { break }
  }
  let answer = block.descend(slot.entry.nextPlace, slot.pointee.fields.number, cpu, words)
  event.phase = Int32(SYSCALL_AFTER)
  // A call that has replaced the registers has no result of its own.
  event.result = answer == SystemCall.registersReplaced ? 0 : answer
  for index in (0..<ObservedSlot.maximumObservers).reversed() { _ = block.tell(slot.places + index, event, cpu) }
  return answer
}

extension UnsafeMutablePointer<TaskBlock> {
  /// Runs the observer that `link` names, with a copy of `event`. - Returns: false where there is none.
  fileprivate func tell(
    _ link: UnsafeMutablePointer<UnsafeMutableRawPointer?>, _ event: syscall_event, _ cpu: UnsafeMutablePointer<heirloom_cpu>
  ) -> Bool {
    guard let observer = heirloom_atomic_load_pointer(link) else { return false }
    let depth = pointee.nesting.depth
    guard depth < Nesting.maximumDepth else { return true }
    let mark = pointee.nesting.marks + depth
    mark.pointee = observer
    heirloom_compiler_barrier()
    if heirloom_atomic_load_pointer(link) == observer {
      pointee.nesting.depth = depth + 1
      var copy = event
      withUnsafePointer(to: &copy) { copy in
        let words = UnsafeRawPointer(copy).assumingMemoryBound(to: UInt32.self)
        _ = observer.assumingMemoryBound(to: SyscallEntry.self).pointee.invoke(observer, cpu, words)
      }
      pointee.nesting.depth = depth
      heirloom_compiler_barrier()
    }
    mark.pointee = nil
    return true
  }
}
