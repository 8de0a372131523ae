import CMachine
import Foundation
import HeirloomABI

@testable import HeirloomMachine

/// Where a piece of code finds things, and what it begins with: Native/places.h has the same numbers.
enum Place {
  static let code: UInt32 = 0x1000_0000
  static let codeSize: UInt32 = 0x100_0000
  static let data: UInt32 = 0x2000_0000
  static let readOnly: UInt32 = 0x2000_2000
  static let stack: UInt32 = 0x3000_0000
  static let flags: UInt32 = 0x27_7fd7
  static let registers = pt_regs.starting(
    eax: 0x2000_0800, ecx: 3, edx: 0, ebx: 0x2000_0a00, esp: 0x3000_0800, ebp: 0x2000_0900, esi: 0x2000_0400,
    edi: 0x2000_0600, eflags: 0x203)
}

extension pt_regs {
  static func starting(
    eax: UInt32, ecx: UInt32, edx: UInt32, ebx: UInt32, esp: UInt32, ebp: UInt32, esi: UInt32, edi: UInt32, eflags: UInt32
  ) -> pt_regs {
    var regs = pt_regs()
    (regs.eax, regs.ecx, regs.edx, regs.ebx) = (eax, ecx, edx, ebx)
    (regs.esp, regs.ebp, regs.esi, regs.edi) = (esp, ebp, esi, edi)
    regs.eflags = eflags
    return regs
  }
}

/// How a piece of code ended: native.c's struct outcome.
struct Outcome: Equatable, CustomStringConvertible {
  static let names = [
    "signal", "code", "address", "vector", "error", "eip", "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi",
    "eflags", "memory", "fpu",
  ]
  var words: [UInt32]

  var signal: UInt32 { words[0] }
  subscript(_ name: String) -> UInt32 { words[Self.names.firstIndex(of: name)!] }

  var description: String {
    zip(Self.names, words).map { "\($0) \(String($1, radix: 16))" }.joined(separator: " ")
  }

  /// Only what differs.
  func differences(from other: Outcome) -> String {
    var texts: [String] = []
    for (index, name) in Self.names.enumerated() where words[index] != other.words[index] {
      texts.append("\(name) \(String(words[index], radix: 16)), natively \(String(other.words[index], radix: 16))")
    }
    return texts.joined(separator: "; ")
  }

  func without(_ names: [String]) -> Outcome {
    var result = self
    for name in names { result.words[Self.names.firstIndex(of: name)!] = 0 }
    return result
  }
}

/// One window and one processor on the calling thread, for pieces of code that do not depend on each other.
final class Machine {
  let window: Window
  let processor: Processor
  private let storage: UnsafeMutableRawPointer
  private let fpu: UnsafeMutableRawPointer

  private static let installed: Void = try! Processor.setUpHost()

  init() throws {
    _ = Self.installed
    window = try Window()
    storage = .allocate(byteCount: Processor.storageSize, alignment: 64)
    storage.initializeMemory(as: UInt8.self, repeating: 0, count: Processor.storageSize)
    processor = try Processor(storage: storage, window: window)
    fpu = .allocate(byteCount: Processor.fpuSize, alignment: 64)
    // The gate leaves guest code at every system call.
    processor.state.pointee.gate = { _ in 1 }
    try window.mapAnonymous(PageRange(start: Place.code, length: UInt64(Place.codeSize)), [.read, .write, .execute])
    try window.mapAnonymous(PageRange(start: Place.data, length: 4096), [.read, .write])
    try window.mapAnonymous(PageRange(start: Place.readOnly, length: 4096), [.read])
    try window.mapAnonymous(PageRange(start: Place.stack, length: 4096), [.read, .write])
  }

  deinit {
    storage.deallocate()
    fpu.deallocate()
  }

  var state: UnsafeMutablePointer<heirloom_cpu> { processor.state }

  // Without closures that throw: the compiler (6.3.1) does not survive a typed error in a generic one.
  func write(_ bytes: [UInt8], at address: UInt32) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
    defer { buffer.deallocate() }
    buffer.copyBytes(from: bytes)
    try window.copyOut(UnsafeRawBufferPointer(buffer), to: address)
  }

  func read(_ address: UInt32, _ count: Int) throws -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { buffer.deallocate() }
    try window.copyIn(address, into: buffer)
    return Array(buffer)
  }

  /// Runs `body` on this thread with the processor bound.
  func bound<R>(_ body: () throws -> R) rethrows -> R {
    // The threads of Swift's tasks block all signals but the faults'.
    var signals = sigset_t()
    var old = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, Processor.interruptSignal)
    pthread_sigmask(SIG_UNBLOCK, &signals, &old)
    processor.bind()
    defer {
      processor.unbind()
      pthread_sigmask(SIG_SETMASK, &old, nil)
    }
    return try body()
  }

  private static func pattern(_ seed: Int) -> [UInt8] {
    (0..<4096).map { UInt8(truncatingIfNeeded: $0 * 7 + seed + $0 >> 5) }
  }
  private let dataPattern = Machine.pattern(1)
  private let stackPattern = Machine.pattern(2)

  /// What native.c begins each piece with.
  func prepare() throws {
    memcpy(window.base + Int(Place.data), dataPattern, 4096)
    memcpy(window.base + Int(Place.stack), stackPattern, 4096)
    processor.reset(eip: Place.code, esp: 0)
    let kept = state.pointee.regs
    state.pointee.regs = Place.registers
    (state.pointee.regs.cs, state.pointee.regs.ds, state.pointee.regs.es) = (kept.cs, kept.ds, kept.es)
    state.pointee.regs.ss = kept.ss
    processor.setThreadArea(1, heirloom_tls_slot(base: Place.data, limit: 0xfffff, flags: 0x51, present: 1))
    // gs is flat.
    processor.loadSegments(gs: kept.ds, fs: 0)
    Processor.resetFPU(fpu)
    for index in 0..<128 { fpu.storeBytes(of: UInt8(truncatingIfNeeded: index * 5 + 1), toByteOffset: 160 + index, as: UInt8.self) }
    processor.loadFPU(from: fpu)
  }

  func outcome(_ trap: Trap) throws -> Outcome {
    let regs = state.pointee.regs
    var words: [UInt32]
    switch trap {
    case .fault(let fault):
      words = [UInt32(fault.signal), UInt32(fault.code), fault.address, fault.vector, fault.errorCode]
    case .systemCall: words = [1000, 0, 0, 0, 0]
    case .interrupt: words = [1001, 0, 0, 0, 0]
    }
    words += [regs.eip, regs.eax, regs.ecx, regs.edx, regs.ebx, regs.esp, regs.ebp, regs.esi, regs.edi]
    words.append(regs.eflags & Place.flags)
    let image = UnsafeMutableRawPointer.allocate(byteCount: Processor.fpuSize, alignment: 64)
    defer { image.deallocate() }
    processor.saveFPU(to: image)
    let data = (window.base + Int(Place.data)).assumingMemoryBound(to: UInt32.self)
    let stack = (window.base + Int(Place.stack)).assumingMemoryBound(to: UInt32.self)
    var memory: UInt32 = 2_166_136_261
    var index = 0
    while index < 1024 {
      memory = (memory ^ data[index] ^ stack[index] << 7) &* 16_777_619
      index += 1
    }
    words.append(memory)
    var hash = Hash(2_166_136_261)
    hash.add(UnsafeRawBufferPointer(start: image, count: 4))
    hash.add(UnsafeRawBufferPointer(start: image + 24, count: 4))
    for index in 0..<8 { hash.add(UnsafeRawBufferPointer(start: image + 32 + 16 * index, count: 10)) }
    hash.add(UnsafeRawBufferPointer(start: image + 160, count: 128))
    words.append(hash.value)
    return Outcome(words: words)
  }

  /// Runs the code at `address` from the state that native.c begins with.
  func run(at address: UInt32) throws -> Outcome {
    try prepare()
    state.pointee.regs.eip = address
    return try outcome(processor.run())
  }
}

private struct Hash {
  var value: UInt32
  init(_ seed: UInt32) { value = seed }
  mutating func add(_ bytes: UnsafeRawBufferPointer) {
    for byte in bytes { value = (value ^ UInt32(byte)) &* 16_777_619 }
  }
}

/// The i386 program that runs code on the real processor, built once.
enum Native {
  static let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Native")

  private static let output = FileManager.default.temporaryDirectory.appendingPathComponent("heirloom-native-\(getpid())")

  static let program: URL? = {
    atexit { try? FileManager.default.removeItem(at: Native.output) }
    let sources = ["native.c", "rows.S"].map { directory.appendingPathComponent($0).path }
    let flags = ["-m32", "-static", "-no-pie", "-O1", "-fno-stack-protector", "-fcf-protection=none", "-w"]
    let arguments = flags + ["-o", output.path] + sources
    guard (try? call(URL(fileURLWithPath: "/usr/bin/gcc"), arguments, Data())) != nil else { return nil }
    return output
  }()

  static var isThere: Bool { program != nil }

  struct Failure: Error { let text: String }

  @discardableResult
  static func call(_ program: URL, _ arguments: [String], _ input: Data) throws -> Data {
    // A file rather than a pipe: the program may write before it has read all.
    let name = FileManager.default.temporaryDirectory.appendingPathComponent("heirloom-input-\(UUID().uuidString)")
    try input.write(to: name)
    defer { try? FileManager.default.removeItem(at: name) }
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.standardInput = try FileHandle(forReadingFrom: name)
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(text: "\(program.path): \(process.terminationStatus)") }
    return output
  }

  /// What the real processor makes of pieces of code that stand `size` bytes apart.
  static func run(_ pieces: [[UInt8]], size: Int) throws -> [Outcome] {
    guard let program else { throw Failure(text: "no gcc -m32") }
    let output = try call(program, ["run", "\(size)"], Data(image(pieces, size: size)))
    let count = Outcome.names.count
    let words = output.withUnsafeBytes { Array($0.bindMemory(to: UInt32.self)) }
    guard words.count == pieces.count * count else { throw Failure(text: "\(words.count) words for \(pieces.count)") }
    return (0..<pieces.count).map { Outcome(words: Array(words[$0 * count..<($0 + 1) * count])) }
  }

  /// Pieces at their places, the rest int3.
  static func image(_ pieces: [[UInt8]], size: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xcc, count: pieces.count * size)
    for (index, piece) in pieces.enumerated() {
      precondition(piece.count <= size)
      bytes.replaceSubrange(index * size..<index * size + piece.count, with: piece)
    }
    return bytes
  }

  /// The rows of rows.S.
  static func rows() throws -> [(name: String, code: [UInt8])] {
    guard let program else { throw Failure(text: "no gcc -m32") }
    let text = String(decoding: try call(program, ["rows"], Data()), as: UTF8.self)
    return text.split(separator: "\n").map { line in
      let parts = line.split(separator: "\t")
      let digits = Array(parts[1])
      let code = stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0...$0 + 1]), radix: 16)! }
      return (String(parts[0]), code)
    }
  }
}
