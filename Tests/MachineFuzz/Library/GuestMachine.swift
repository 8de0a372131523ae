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

  private static let installed: Void = Processor.installHostHandlers()

  init() throws {
    _ = Self.installed
    window = try Window()
    storage = .allocate(byteCount: Processor.storageSize, alignment: 64)
    storage.initializeMemory(as: UInt8.self, repeating: 0, count: Processor.storageSize)
    processor = Processor(storage: storage, window: window)
    processor.state.pointee.gate = { _ in 1 }
    image = .allocate(byteCount: 512, alignment: 64)
    fpu = (0..<Layout.fpuCount).map { index in
      let image = UnsafeMutableRawPointer.allocate(byteCount: 512, alignment: 64)
      image.copyMemory(from: Template.fpu(index), byteCount: 512)
      return image
    }
    try window.mapAnonymous(Self.codeRange, [.read, .write])
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

  private static let codeRange = PageRange(start: Layout.code, length: UInt64(Layout.cases * Layout.slot))

  /// Runs cases, whose code stands where the server's does.
  func run(_ cases: [Case], code: UnsafeRawPointer, _ body: (Int, Output) -> Void) throws {
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
    memcpy(window.host(Layout.code), code, cases.count * Layout.slot)
    try window.protect(Self.codeRange, [.read, .execute])
    processor.reset(eip: Layout.code, esp: 0)
    // The server's libc has the first.
    processor.setThreadArea(0, heirloom_tls_slot(base: 0, limit: 0xfffff, flags: 0x51, present: 1))
    processor.setThreadArea(1, heirloom_tls_slot(base: Layout.data, limit: 0xfffff, flags: 0x51, present: 1))
    for (index, piece) in cases.enumerated() {
      body(index, run(piece, at: Layout.code + UInt32(index * Layout.slot)))
    }
  }

  private func run(_ piece: Case, at address: UInt32) -> Output {
    memcpy(window.host(Layout.data), data, Layout.dataSize)
    memcpy(window.host(Layout.stack), stack, Layout.stackSize)
    let r = piece.input.registers
    let regs = processor.state
    (regs.pointee.regs.eax, regs.pointee.regs.ecx, regs.pointee.regs.edx, regs.pointee.regs.ebx) = (r[0], r[1], r[2], r[3])
    (regs.pointee.regs.esp, regs.pointee.regs.ebp, regs.pointee.regs.esi, regs.pointee.regs.edi) = (r[4], r[5], r[6], r[7])
    regs.pointee.regs.eflags = piece.input.eflags
    regs.pointee.regs.eip = address
    (regs.pointee.regs.ds, regs.pointee.regs.es) = (Layout.flatData, Layout.flatData)
    processor.loadSegments(gs: piece.input.gs, fs: piece.input.fs)
    processor.loadFPU(from: fpu[Int(piece.input.fpu)])
    _ = heirloom_atomic_and(&regs.pointee.interrupt, ~Watchdog.bit)
    watchdog.begin()
    let trap = processor.run()
    watchdog.end()
    switch trap {
    case .systemCall: return Output(signal: Output.systemCall)
    case .interrupt:
      return Output(signal: Output.timeout)
    case .fault(let fault): return output(fault)
    }
  }

  private func output(_ fault: Fault) -> Output {
    let regs = processor.state.pointee.regs
    processor.saveFPU(to: image)
    var words: [UInt32] = [UInt32(fault.signal), UInt32(fault.code), fault.address, fault.vector, fault.errorCode, regs.eip]
    words += [regs.eax, regs.ecx, regs.edx, regs.ebx, regs.esp, regs.ebp, regs.esi, regs.edi]
    words += [regs.eflags & Layout.flags, (regs.gs & 0xffff) << 16 | regs.fs & 0xffff, image.load(as: UInt32.self)]
    words += [UInt32((image + 4).load(as: UInt8.self)), (image + 24).load(as: UInt32.self)]
    words += [hash(window.host(Layout.data), Layout.dataSize / 4), hash(window.host(Layout.stack), Layout.stackSize / 4)]
    var bytes = words.withUnsafeBytes { [UInt8]($0) }
    bytes.reserveCapacity(Output.usedSize)
    for index in 0..<8 { bytes.append(contentsOf: UnsafeRawBufferPointer(start: image + 32 + 16 * index, count: 10)) }
    bytes.append(contentsOf: UnsafeRawBufferPointer(start: image + 160, count: 128))
    return Output(bytes: bytes)
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

/// Ends cases that loop: those that use a processor for milliseconds.
final class Watchdog: @unchecked Sendable {
  static let bit: UInt32 = 0x100
  /// How often a case has begun or ended: odd while one runs; the host thread; whether to end.
  private let words = UnsafeMutablePointer<UInt32>.allocate(capacity: 3)
  private let clock = UnsafeMutablePointer<clockid_t>.allocate(capacity: 1)
  private let ended = DispatchSemaphore(value: 0)

  init(_ processor: Processor) {
    words.initialize(repeating: 0, count: 3)
    clock.initialize(to: 0)
    let (words, clock, ended) = (UInt(bitPattern: words), UInt(bitPattern: clock), ended)
    let state = UInt(bitPattern: processor.state)
    Thread {
      let words = UnsafeMutablePointer<UInt32>(bitPattern: words)!
      let clock = UnsafeMutablePointer<clockid_t>(bitPattern: clock)!
      let state = UnsafeMutablePointer<heirloom_cpu>(bitPattern: state)!
      var (seen, start): (UInt32, Int) = (0, 0)
      while heirloom_atomic_load(words + 2) == 0 {
        usleep(4000)
        let current = heirloom_atomic_load(words)
        let thread = heirloom_atomic_load(words + 1)
        if thread == 0 || current & 1 == 0 { continue }
        var time = timespec()
        clock_gettime(clock.pointee, &time)
        let now = time.tv_sec * 1_000_000 + time.tv_nsec / 1000
        if current != seen { (seen, start) = (current, now) }
        if now - start > 4000 {
          _ = heirloom_atomic_or(&state.pointee.interrupt, Self.bit)
          _ = heirloom_host_call(234, Int(getpid()), Int(thread), Int(Processor.interruptSignal), 0, 0, 0)
        }
      }
      ended.signal()
    }.start()
  }

  func begin() { _ = heirloom_atomic_add(words, 1) }
  func end() { _ = heirloom_atomic_add(words, 1) }
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
