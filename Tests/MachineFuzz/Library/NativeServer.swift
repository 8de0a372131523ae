import Foundation

/// The i386 program that runs cases on the real processor, in memory shared with it.
final class NativeServer {
  struct Failure: Error, CustomStringConvertible { let description: String }

  let shared: UnsafeMutableRawPointer
  private let folder: URL
  private let program: URL
  private var process = Process()
  private var requests = Pipe()
  private var answers = Pipe()
  private var range = 0..<0
  /// Of each case whose memory is kept, where that is put.
  private(set) var memorySlots: [Int?] = []

  /// - Parameter program: of `NativeProgram`.
  init(_ program: URL) throws {
    self.program = program
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("heirloom-fuzz-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let file = folder.appendingPathComponent("shared").path
    let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0, ftruncate(descriptor, off_t(Layout.size)) == 0,
      let memory = mmap(nil, Layout.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
    else { throw Failure(description: "no shared memory in \(folder.path)") }
    close(descriptor)
    shared = memory
    for index in 0..<Layout.fpuCount { put(Template.fpu(index), at: Layout.fpuAt + index * 512) }
    put(Template.memory(Layout.dataSize, seed: 1), at: Layout.dataAt)
    put(Template.memory(Layout.stackSize, seed: 2), at: Layout.stackAt)
    put(Template.commonCode, at: Layout.commonCodeAt)
    try start()
  }

  deinit {
    try? requests.fileHandleForWriting.close()
    process.waitUntilExit()
    munmap(shared, Layout.size)
    try? FileManager.default.removeItem(at: folder)
  }

  private func start() throws {
    process = Process()
    requests = Pipe()
    answers = Pipe()
    process.executableURL = program
    process.arguments = [folder.appendingPathComponent("shared").path]
    process.standardInput = requests
    process.standardOutput = answers
    try process.run()
  }

  /// Whether the kernel has put something of its own (the vDSO and its variables) where `address` is; each process has it
  /// elsewhere.
  func hasOwnMemory(at address: UInt32) -> Bool {
    guard let maps = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/maps", encoding: .utf8) else { return false }
    return maps.split(separator: "\n").contains { line in
      let ends = line.prefix { $0 != " " }.split(separator: "-").compactMap { UInt32($0, radix: 16) }
      return line.contains("[v") && ends.count == 2 && ends[0] <= address && address < ends[1]
    }
  }

  private func put(_ bytes: [UInt8], at offset: Int) { (shared + offset).copyMemory(from: bytes, byteCount: bytes.count) }

  // MARK: A batch

  /// struct request
  private var request: UnsafeMutablePointer<UInt32> { shared.assumingMemoryBound(to: UInt32.self) }

  /// Puts all cases' code into the shared memory and sets the server off with those in `range`.
  func begin(_ cases: [Case], _ range: Range<Int>) throws {
    precondition(cases.count <= Layout.cases)
    memset(shared + Layout.codeAt, 0xcc, cases.count * Layout.slot)
    memorySlots = Case.memorySlots(cases)
    for (index, piece) in cases.enumerated() {
      piece.input.write(to: shared + Layout.inputAt + index * Layout.inputSize, place: Layout.place(ofCase: piece.seed), memorySlot: memorySlots[index])
      piece.code.withUnsafeBytes {
        (shared + Layout.codeAt + index * Layout.slot).copyMemory(from: $0.baseAddress!, byteCount: min($0.count, Layout.slot))
      }
    }
    // An end of 0 is none.
    for index in range { (shared + Layout.outputAt + index * Layout.outputSize).storeBytes(of: 0, as: UInt32.self) }
    self.range = range
    (request[0], request[2]) = (UInt32(cases.count), UInt32(range.upperBound))
    try begin(at: range.lowerBound)
  }

  private func begin(at first: Int) throws {
    request[1] = UInt32(first)
    guard write(requests.fileHandleForWriting.fileDescriptor, "", 1) == 1 else { throw Failure(description: "the server has ended") }
  }

  /// Waits until all of the range has been run. - Returns: the cases that have ended the server.
  func finish() throws -> [Int] {
    var ended: [Int] = []
    var byte: UInt8 = 0
    while true {
      let got = read(answers.fileHandleForReading.fileDescriptor, &byte, 1)
      if got == 1 { return ended }
      if got < 0 && errno == EINTR { continue }
      process.waitUntilExit()
      guard let index = range.first(where: { $0 > ended.last ?? -1 && place(ofOutput: $0).load(as: UInt32.self) == 0 }) else {
        throw Failure(description: "the server has ended without a case")
      }
      ended.append(index)
      try start()
      try begin(at: index + 1)
    }
  }

  /// es and ds at the end of a case.
  func dataSegments(_ index: Int) -> (es: UInt32, ds: UInt32) {
    let word = (place(ofOutput: index) + Output.usedSize).load(as: UInt32.self)
    return (word >> 16, word & 0xffff)
  }

  /// Whether the server's timer came in between. The kernel's way back from a signal changes a selector's low bits.
  func wasTicked(_ index: Int) -> Bool {
    (place(ofOutput: index) + Output.usedSize + 4).load(as: UInt32.self) != 0
  }

  func output(_ index: Int) -> Output {
    Output(at: place(ofOutput: index), memory: memorySlots[index].map { UnsafeRawPointer(shared + Layout.memoryAt + $0 * Layout.memorySize) })
  }

  func place(ofOutput index: Int) -> UnsafeRawPointer { UnsafeRawPointer(shared + Layout.outputAt + index * Layout.outputSize) }
}

/// The server's program, built once for each place in memory.
struct NativeProgram: ~Copyable {
  let url: URL

  private static let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Native/server.c")

  /// - Parameter base: where the server's own code stands; a second one elsewhere tells what depends on that.
  init(base: UInt32) throws {
    url = FileManager.default.temporaryDirectory.appendingPathComponent("heirloom-fuzz-server-\(UUID().uuidString)")
    let flags = ["-m32", "-static", "-no-pie", "-O2", "-fno-stack-protector", "-fcf-protection=none", "-w"]
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/gcc")
    compiler.arguments = flags + ["-Wl,-Ttext-segment=0x\(String(base, radix: 16))", "-o", url.path, Self.source.path]
    try compiler.run()
    compiler.waitUntilExit()
    guard compiler.terminationStatus == 0 else {
      throw NativeServer.Failure(description: "gcc -m32 cannot build \(Self.source.path)")
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
