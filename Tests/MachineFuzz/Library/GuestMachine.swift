import CMachine
import Foundation
import HeirloomABI
import HeirloomMachine

/// The machine's side: a window laid out as the server's memory, and one processor.
final class GuestMachine {
  private let window: Window
  private let processor: Processor
  private let storage: UnsafeMutableRawPointer
  private let fpu: [UnsafeMutableRawPointer]
  private let image: UnsafeMutableRawPointer
  private let data = Template.memory(Layout.dataSize, seed: 1)
  private let stack = Template.memory(Layout.stackSize, seed: 2)
  private let watchdog: Watchdog

  private static let installed: Void = try! Processor.setUpHost()

  init() throws {
    _ = Self.installed
    window = try Window()
    storage = .allocate(byteCount: Processor.storageSize, alignment: 64)
    storage.initializeMemory(as: UInt8.self, repeating: 0, count: Processor.storageSize)
    processor = try Processor(storage: storage, window: window)
    processor.state.pointee.gate = { _ in 1 }
    image = .allocate(byteCount: 512, alignment: 64)
    fpu = (0..<Layout.fpuCount).map { index in
      let image = UnsafeMutableRawPointer.allocate(byteCount: 512, alignment: 64)
      image.copyMemory(from: Template.fpu(index), byteCount: 512)
      return image
    }
    try window.mapAnonymous(Self.codeRange, [.read, .write])
    memset(window.host(Layout.code), 0xcc, Layout.codeSize)
    memcpy(window.host(Layout.code), Template.commonCode, 4096)
    try window.mapAnonymous(PageRange(start: Layout.data, length: UInt64(Layout.dataSize)), [.read, .write])
    try window.mapAnonymous(PageRange(start: Layout.readOnly, length: 4096), [.read])
    try window.mapAnonymous(PageRange(start: Layout.stack, length: UInt64(Layout.stackSize)), [.read, .write])
    watchdog = Watchdog(processor)
  }

  deinit {
    watchdog.stop()
    storage.deallocate()
    for image in fpu { image.deallocate() }
    image.deallocate()
  }

  private static let codeRange = PageRange(start: Layout.code, length: UInt64(Layout.codeSize))

  /// Runs those of the cases that `range` names, whose code stands where the server's does.
  ///
  /// - Parameters:
  ///   - code: the cases' code, a slot each.
  ///   - outputs: gets what struct output holds, at the place of each case.
  ///   - memory: gets the memory of cases that have a slot there.
  func run(
    _ cases: [Case], _ range: Range<Int>, code: UnsafeRawPointer, outputs: UnsafeMutableRawPointer, memory: UnsafeMutableRawPointer,
    slots: [Int?]
  ) throws {
    var signals = sigset_t()
    var old = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, Processor.interruptSignal)
    pthread_sigmask(SIG_UNBLOCK, &signals, &old)
    processor.bind()
    watchdog.watch(Int(heirloom_host_call(186, 0, 0, 0, 0, 0, 0)))
    defer {
      watchdog.watch(0)
      processor.unbind()
      pthread_sigmask(SIG_SETMASK, &old, nil)
    }
    try window.protect(Self.codeRange, [.read, .write])
    for (index, piece) in cases.enumerated() {
      let address = Layout.address(ofPlace: Layout.place(ofCase: piece.seed))
      memcpy(window.host(address), code + index * Layout.slot, Layout.slot)
    }
    try window.protect(Self.codeRange, [.read, .execute])
    processor.reset(eip: Layout.code, esp: 0)
    // The server's libc has the first.
    processor.setThreadArea(0, heirloom_tls_slot(base: 0, limit: 0xfffff, flags: 0x51, present: 1))
    processor.setThreadArea(1, heirloom_tls_slot(base: Layout.data, limit: 0xfffff, flags: 0x51, present: 1))
    for index in range {
      run(cases[index], outputs + index * Layout.outputSize)
      if let slot = slots[index] {
        memcpy(memory + slot * Layout.memorySize, window.host(Layout.data), Layout.dataSize)
        memcpy(memory + slot * Layout.memorySize + Layout.dataSize, window.host(Layout.stack), Layout.stackSize)
      }
    }
  }

  private func run(_ piece: Case, _ output: UnsafeMutableRawPointer) {
    memcpy(window.host(Layout.data), data, Layout.dataSize)
    memcpy(window.host(Layout.stack), stack, Layout.stackSize)
    let regs = processor.state
    piece.input.registers.withUnsafeBufferPointer { r in
      (regs.pointee.regs.eax, regs.pointee.regs.ecx, regs.pointee.regs.edx, regs.pointee.regs.ebx) = (r[0], r[1], r[2], r[3])
      (regs.pointee.regs.esp, regs.pointee.regs.ebp, regs.pointee.regs.esi, regs.pointee.regs.edi) = (r[4], r[5], r[6], r[7])
    }
    regs.pointee.regs.eflags = piece.input.eflags
    regs.pointee.regs.eip = Layout.address(ofPlace: Layout.place(ofCase: piece.seed))
    (regs.pointee.regs.ds, regs.pointee.regs.es) = (Layout.flatData, Layout.flatData)
    processor.loadSegments(gs: piece.input.gs, fs: piece.input.fs)
    processor.loadFPU(from: fpu[Int(piece.input.fpu)])
    let number = watchdog.begin()
    defer { watchdog.end() }
    while true {
      switch processor.run() {
      case .systemCall: return output.storeBytes(of: Output.systemCall, as: UInt32.self)
      case .fault(let fault): return write(fault, to: output)
      case .interrupt:
        _ = heirloom_atomic_and(&regs.pointee.interrupt, ~Watchdog.bit)
        if watchdog.hasEnded(number) { return output.storeBytes(of: Output.timeout, as: UInt32.self) }
      }
    }
  }

  private func write(_ fault: Fault, to output: UnsafeMutableRawPointer) {
    let regs = processor.state.pointee.regs
    processor.saveFPU(to: image)
    let words = output.assumingMemoryBound(to: UInt32.self)
    (words[0], words[1], words[2]) = (UInt32(fault.signal), UInt32(truncatingIfNeeded: fault.code), fault.address)
    (words[3], words[4], words[5]) = (fault.vector, fault.errorCode, regs.eip)
    (words[6], words[7], words[8], words[9]) = (regs.eax, regs.ecx, regs.edx, regs.ebx)
    (words[10], words[11], words[12], words[13]) = (regs.esp, regs.ebp, regs.esi, regs.edi)
    (words[14], words[15]) = (regs.eflags & Layout.flags, (regs.gs & 0xffff) << 16 | regs.fs & 0xffff)
    (words[16], words[17]) = (image.load(as: UInt32.self), UInt32((image + 4).load(as: UInt8.self)))
    words[18] = (image + 24).load(as: UInt32.self)
    words[19] = hash(window.host(Layout.data), Layout.dataSize / 4)
    words[20] = hash(window.host(Layout.stack), Layout.stackSize / 4)
    for index in 0..<8 { memcpy(output + 84 + 10 * index, image + 32 + 16 * index, 10) }
    memcpy(output + 164, image + 160, 128)
  }

  private func hash(_ memory: UnsafeRawPointer, _ count: Int) -> UInt32 {
    let words = memory.assumingMemoryBound(to: UInt32.self)
    var (a, b, c, d): (UInt32, UInt32, UInt32, UInt32) = (1, 2, 3, 4)
    var index = 0
    while index < count {
      a = (a ^ words[index]) &* 16_777_619
      b = (b ^ words[index + 1]) &* 16_777_619
      c = (c ^ words[index + 2]) &* 16_777_619
      d = (d ^ words[index + 3]) &* 16_777_619
      index += 4
    }
    return ((a &* 31 ^ b) &* 31 ^ c) &* 31 ^ d
  }
}

/// Interrupts cases, which go on then, at points that nobody chose; and ends those that loop: that use a processor for long,
/// where cases last microseconds.
final class Watchdog: @unchecked Sendable {
  static let bit: UInt32 = 0x100
  /// Microseconds: of the processor's time, and between two looks.
  private static let limit = 300
  private static let interval: UInt32 = 500
  /// How often a case has begun or ended: odd while one runs; the host thread; whether to end; the case that has been ended.
  private let words = UnsafeMutablePointer<UInt32>.allocate(capacity: 4)
  private let clock = UnsafeMutablePointer<clockid_t>.allocate(capacity: 1)
  private let ended = DispatchSemaphore(value: 0)

  init(_ processor: Processor) {
    words.initialize(repeating: 0, count: 4)
    clock.initialize(to: 0)
    let (words, clock, ended) = (UInt(bitPattern: words), UInt(bitPattern: clock), ended)
    let state = UInt(bitPattern: processor.state)
    Thread {
      let words = UnsafeMutablePointer<UInt32>(bitPattern: words)!
      let clock = UnsafeMutablePointer<clockid_t>(bitPattern: clock)!
      let state = UnsafeMutablePointer<heirloom_cpu>(bitPattern: state)!
      var (seen, start): (UInt32, Int) = (0, 0)
      while heirloom_atomic_load(words + 2) == 0 {
        usleep(Self.interval)
        let current = heirloom_atomic_load(words)
        let thread = heirloom_atomic_load(words + 1)
        if thread == 0 || current & 1 == 0 { continue }
        var time = timespec()
        clock_gettime(clock.pointee, &time)
        let now = time.tv_sec * 1_000_000 + time.tv_nsec / 1000
        if current != seen { (seen, start) = (current, now) }
        if now - start > Self.limit {
          _ = heirloom_atomic_and(words + 3, 0)
          _ = heirloom_atomic_or(words + 3, current)
        }
        _ = heirloom_atomic_or(&state.pointee.interrupt, Self.bit)
        _ = heirloom_host_call(234, Int(getpid()), Int(thread), Int(Processor.interruptSignal), 0, 0, 0)
      }
      ended.signal()
    }.start()
  }

  /// - Returns: the case's number.
  func begin() -> UInt32 {
    _ = heirloom_atomic_add(words, 1)
    return heirloom_atomic_load(words)
  }
  func end() { _ = heirloom_atomic_add(words, 1) }
  func hasEnded(_ number: UInt32) -> Bool { heirloom_atomic_load(words + 3) == number }
  func watch(_ thread: Int) {
    _ = heirloom_atomic_and(words + 1, 0)
    pthread_getcpuclockid(pthread_self(), clock)
    _ = heirloom_atomic_or(words + 1, UInt32(thread))
  }
  func stop() {
    _ = heirloom_atomic_or(words + 2, 1)
    ended.wait()
    words.deallocate()
    clock.deallocate()
  }
}
