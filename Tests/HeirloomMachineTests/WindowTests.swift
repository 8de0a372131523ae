import CMachine
import Foundation
import HeirloomABI
import Testing

@testable import HeirloomMachine

/// Guest memory as the kernel uses it, and translations that follow it.
@Suite("the window", .serialized)
struct WindowTests {
  private func error(_ body: () throws -> Void) -> Errno? {
    do { try body() } catch { return error as? Errno }
    return nil
  }

  @Test("access with faults")
  func access() throws {
    let machine = try Machine()
    let window = machine.window
    let end = Place.data + 4096
    try window.store(UInt32(0x1234_5678), at: Place.data + 1)
    #expect(try window.load(Place.data + 1, as: UInt32.self) == 0x1234_5678)
    #expect(try window.load(Place.data + 1, as: UInt64.self) & 0xffff_ffff == 0x1234_5678)
    #expect(error { _ = try window.load(end - 2, as: UInt32.self) } == .EFAULT)
    #expect(error { try window.store(UInt64(1), at: end - 4) } == .EFAULT)
    #expect(error { try window.store(UInt8(1), at: Place.readOnly) } == .EFAULT)
    #expect(error { _ = try machine.read(0, 1) } == .EFAULT)
    #expect(error { _ = try machine.read(0xffff_ffff, 8) } == .EFAULT)
    #expect(error { try window.clear(end - 10, count: 11) } == .EFAULT)
    #expect(try machine.read(0x7000_0000, 0) == [])
    try machine.write(Array("hello".utf8) + [0], at: end - 6)
    #expect(try window.string(at: end - 6, limit: 100) == "hello")
    #expect(error { _ = try window.string(at: end - 6, limit: 5) } == .ENAMETOOLONG)
    try machine.write([0x41], at: end - 1)
    #expect(error { _ = try window.string(at: end - 6, limit: 100) } == .EFAULT)
    try window.store(UInt32(7), at: Place.data)
    #expect(try window.compareExchange(Place.data, expected: 7, desired: 8) == 7)
    #expect(try window.compareExchange(Place.data, expected: 7, desired: 9) == 8)
    #expect(error { _ = try window.compareExchange(Place.readOnly, expected: 0, desired: 1) } == .EFAULT)
  }

  @Test("windows lie apart, and leave nothing to the next")
  func addresses() throws {
    let pages = [UInt32(0x1_0000), 0x8000_0000, 0xffff_d000]
    var bases: Set<UInt> = []
    for _ in 0..<8 {
      let windows = try (0..<12).map { _ in try Window() }
      let sorted = windows.map { UInt(bitPattern: $0.base) }.sorted()
      for (lower, upper) in zip(sorted, sorted.dropFirst()) { #expect(upper - lower >= 6 << 30) }
      bases.formUnion(sorted)
      for window in windows {
        for page in pages {
          #expect(!window.isMapped(page: page >> 12))
          #expect(error { _ = try window.load(page, as: UInt8.self) } == .EFAULT)
          try window.mapAnonymous(PageRange(start: page, length: 4096), [.read, .write])
          try window.store(page, at: page)
          #expect(try window.load(page, as: UInt32.self) == page)
        }
        window.unmap(PageRange(start: pages[0], length: 4096))
        #expect(error { _ = try window.load(pages[0], as: UInt8.self) } == .EFAULT)
      }
    }
    #expect(bases.count < 96)
  }

  /// mov eax, value; int3
  private func constant(_ value: UInt8) -> [UInt8] { [0xb8, value, 0, 0, 0, 0xcc] }

  @Test("the kernel's writes to code")
  func copyOut() throws {
    let machine = try Machine()
    try machine.bound {
      for value in UInt8(1)...20 {
        try machine.write(constant(value), at: Place.code)
        #expect(try machine.run(at: Place.code)["eax"] == UInt32(value))
      }
      try machine.window.store(UInt8(99), at: Place.code + 1)
      #expect(try machine.run(at: Place.code)["eax"] == 99)
      _ = try machine.window.compareExchange(Place.code, expected: 0x0000_63b8, desired: 0x0000_64b8)
      #expect(try machine.run(at: Place.code)["eax"] == 100)
      try machine.window.clear(Place.code + 1, count: 1)
      #expect(try machine.run(at: Place.code)["eax"] == 0)
    }
  }

  @Test("code that changes code", arguments: [UInt32(0x20), 0x1000, 0x2ffe])
  func selfModifying(_ distance: UInt32) throws {
    let machine = try Machine()
    let target = Place.code + distance
    try machine.write(constant(1), at: target)
    // mov ecx, 200; 1: mov [target+1], cl; call target (mov eax, x; ret); add ebx, eax; dec ecx; jnz 1b; int3
    try machine.write([0xc3], at: target + 5)
    var code: [UInt8] = [0xb9, 200, 0, 0, 0, 0x88, 0x0d]
    code += withUnsafeBytes(of: target + 1) { Array($0) } + [0xe8]
    code += withUnsafeBytes(of: target - (Place.code + UInt32(code.count) + 4)) { Array($0) }
    code += [0x01, 0xc3, 0x49, 0x75]
    code.append(UInt8(truncatingIfNeeded: 5 - code.count - 1))
    try machine.write(code + [0xcc], at: Place.code)
    let outcome = try machine.bound { try machine.run(at: Place.code) }
    #expect(outcome.signal == 5 && outcome["ebx"] &- 0x2000_0a00 == 200 * 201 / 2, "\(outcome)")
  }

  @Test("an instruction that changes the next one")
  func changesNext() throws {
    let machine = try Machine()
    // mov byte [next+1], 7; next: mov eax, 0; int3
    let next = Place.code + 7
    try machine.write([0xc6, 0x05] + withUnsafeBytes(of: next + 1) { Array($0) } + [7] + constant(0), at: Place.code)
    let outcome = try machine.bound { try machine.run(at: Place.code) }
    #expect(outcome["eax"] == 7)
  }

  @Test("a thunk for the program counter that changes")
  func thunk() throws {
    let machine = try Machine()
    let thunk = Place.code + 0x3000
    let call = [0xe8] + withUnsafeBytes(of: thunk - (Place.code + 5)) { Array($0) } + [0xcc]
    try machine.write(call, at: Place.code)
    try machine.write([0x8b, 0x1c, 0x24, 0xc3], at: thunk)
    try machine.bound {
      #expect(try machine.run(at: Place.code)["ebx"] == Place.code + 5)
      // mov ebx, 5; nop; ret
      try machine.write([0x6a, 5, 0x5b, 0xc3], at: thunk)
      #expect(try machine.run(at: Place.code)["ebx"] == 5)
    }
  }

  @Test("mappings that change take their translations along")
  func mappings() throws {
    let machine = try Machine()
    let window = machine.window
    let page = PageRange(start: 0x5000_0000, length: 4096)
    let other = PageRange(start: 0x5800_0000, length: 4096)
    try machine.bound {
      try window.mapAnonymous(page, [.read, .write, .execute])
      try machine.write(constant(1), at: 0x5000_0000)
      #expect(try machine.run(at: 0x5000_0000)["eax"] == 1)
      try window.move(page, to: other)
      #expect(try machine.run(at: 0x5800_0000)["eax"] == 1)
      #expect(try machine.run(at: 0x5000_0000).signal == 11)
      try machine.write(constant(2), at: 0x5800_0000)
      #expect(try machine.run(at: 0x5800_0000)["eax"] == 2)
      try window.protect(other, [.read, .write])
      #expect(try machine.run(at: 0x5800_0000).signal == 11)
      try machine.write(constant(3), at: 0x5800_0000)
      try window.protect(other, [.read, .execute])
      #expect(try machine.run(at: 0x5800_0000)["eax"] == 3)
      #expect(error { try machine.write(constant(4), at: 0x5800_0000) } == .EFAULT)
      #expect(try machine.run(at: 0x5800_0000)["eax"] == 3)
      try window.protect(other, [.read, .write, .execute])
      try window.discard(other)
      // add [eax], al to the page's end, beyond which there is nothing
      #expect(try machine.run(at: 0x5800_0000)["address"] == 0x5800_1000)
      try window.mapAnonymous(other, [.read, .write, .execute])
      try machine.write(constant(5), at: 0x5800_0000)
      #expect(try machine.run(at: 0x5800_0000)["eax"] == 5)
      window.unmap(other)
      #expect(try machine.run(at: 0x5800_0000)["address"] == 0x5800_0000)
      #expect(window.guardedCount == 0)
    }
  }

  private func eax(_ machine: Machine, at address: UInt32) throws -> UInt32 {
    try machine.bound { try machine.run(at: address)["eax"] }
  }

  @Test("fork: a change in one window is not the other's")
  func sharing() throws {
    let parent = try Machine()
    let child = try Machine()
    let page = PageRange(start: 0x5000_0000, length: 4096)
    for machine in [parent, child] {
      try machine.window.mapAnonymous(page, [.read, .write])
      try machine.write(constant(1), at: 0x5000_0000)
      try machine.window.protect(page, [.read, .execute])
    }
    #expect(try eax(parent, at: 0x5000_0000) == 1)
    child.window.adoptImages(of: parent.window)
    #expect(try eax(child, at: 0x5000_0000) == 1)
    try child.window.protect(page, [.read, .write])
    try child.write(constant(2), at: 0x5000_0000)
    try child.window.protect(page, [.read, .execute])
    #expect(try eax(parent, at: 0x5000_0000) == 1)
    #expect(try eax(child, at: 0x5000_0000) == 2)
    // What is writable is translated by each for itself.
    for (machine, value) in [(parent, UInt8(7)), (child, UInt8(8))] {
      try machine.write(constant(value), at: Place.code)
      #expect(try eax(machine, at: Place.code) == UInt32(value))
    }
  }

  /// One thread patches what the other runs; each sees nothing but whole instructions, and the last patch at the end.
  @Test("two threads, one patching what the other runs")
  func threads() throws {
    let machine = try Machine()
    let other = try Second(of: machine)
    // The runner: 1: call f; cmp eax, 0x63; jne 1b; int3.  f, two pages on: mov eax, x; ret
    let function = Place.code + 0x2000
    try machine.write(constant(0), at: function)
    try machine.write([0xc3], at: function + 5)
    try machine.write(
      [0xe8] + withUnsafeBytes(of: function - (Place.code + 5)) { Array($0) } + [0x83, 0xf8, 0x63, 0x75, 0xf6, 0xcc], at: Place.code)
    // The patcher: mov ecx, 3000; 1: mov [f+1], cl; and byte [f+1], 0x1f; dec ecx; jnz 1b; mov byte [f+1], 0x63; int3
    let place = withUnsafeBytes(of: function + 1) { Array($0) }
    var code: [UInt8] = [0xb9, 0xb8, 0x0b, 0, 0, 0x88, 0x0d] + place + [0x80, 0x25] + place + [0x1f, 0x49, 0x75]
    code.append(UInt8(truncatingIfNeeded: 5 - code.count - 1))
    try machine.write(code + [0xc6, 0x05] + place + [0x63, 0xcc], at: Place.code + 0x8000)
    let done = DispatchSemaphore(value: 0)
    other.start(at: Place.code + 0x8000, done)
    let outcome = try machine.bound { try machine.run(at: Place.code) }
    done.wait()
    // The pattern's int 0x63 may come from the masking, never half an instruction.
    #expect(outcome.signal == 5 && outcome["eax"] == 0x63, "\(outcome)")
  }

  /// One thread maps and unmaps the page that the other runs: the guest's fault, not the host's.
  @Test("two threads, one unmapping what the other runs")
  func unmapping() throws {
    let machine = try Machine()
    let page = PageRange(start: 0x5000_0000, length: 4096)
    let stop = UnsafeMutablePointer<UInt32>.allocate(capacity: 1)
    stop.initialize(to: 0)
    let ended = DispatchSemaphore(value: 0)
    let (window, word) = (machine.window, UInt(bitPattern: stop))
    let thread = Thread {
      let stop = UnsafeMutablePointer<UInt32>(bitPattern: word)!
      while heirloom_atomic_load(stop) == 0 {
        try? window.mapAnonymous(page, [.read, .write, .execute])
        try? window.store(UInt32(0xcccc_cc40), at: 0x5000_0ffc)
        window.unmap(page)
      }
      ended.signal()
    }
    thread.start()
    try machine.bound {
      for _ in 0..<4000 {
        let outcome = try machine.run(at: 0x5000_0ff0)
        #expect(outcome.signal == 11 || outcome.signal == 5, "\(outcome)")
      }
    }
    _ = heirloom_atomic_or(stop, 1)
    ended.wait()
    stop.deallocate()
  }
}

/// Another processor in a machine's window, on a thread of its own.
final class Second: @unchecked Sendable {
  private let processor: Processor
  private let storage: UnsafeMutableRawPointer

  init(of machine: Machine) throws {
    storage = .allocate(byteCount: Processor.storageSize, alignment: 64)
    storage.initializeMemory(as: UInt8.self, repeating: 0, count: Processor.storageSize)
    processor = try Processor(storage: storage, window: machine.window)
  }

  deinit { storage.deallocate() }

  func start(at address: UInt32, _ done: DispatchSemaphore) {
    let thread = Thread { [self] in
      processor.bind()
      processor.reset(eip: address, esp: Place.stack + 0x400)
      _ = processor.run()
      processor.unbind()
      done.signal()
    }
    thread.start()
  }
}
