import Foundation

/// The i386 program that runs cases on the real processor, in memory shared with it.
final class NativeServer {
  struct Failure: Error, CustomStringConvertible { let description: String }

  private static let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Native/server.c")

  let shared: UnsafeMutableRawPointer
  private let folder: URL
  private let program: URL
  private var process = Process()
  private var requests = Pipe()
  private var answers = Pipe()

  /// - Parameter base: where the server's own code stands; a second one elsewhere tells what depends on that.
  init(base: UInt32) throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("heirloom-fuzz-\(getpid())-\(base)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    program = folder.appendingPathComponent("server")
    let flags = ["-m32", "-static", "-no-pie", "-O2", "-fno-stack-protector", "-fcf-protection=none", "-w"]
    let compiler = Process()
    compiler.executableURL = URL(fileURLWithPath: "/usr/bin/gcc")
    compiler.arguments = flags + ["-Wl,-Ttext-segment=0x\(String(base, radix: 16))", "-o", program.path, Self.source.path]
    try compiler.run()
    compiler.waitUntilExit()
    guard compiler.terminationStatus == 0 else { throw Failure(description: "gcc -m32 cannot build \(Self.source.path)") }
    let file = folder.appendingPathComponent("shared").path
    let descriptor = open(file, O_RDWR | O_CREAT, 0o600)
    guard descriptor >= 0, ftruncate(descriptor, off_t(Layout.size)) == 0,
      let memory = mmap(nil, Layout.size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), memory != MAP_FAILED
    else { throw Failure(description: "no shared memory in \(folder.path)") }
    close(descriptor)
    shared = memory
    for index in 0..<Layout.fpuCount { put(Template.fpu(index), at: Layout.fpuAt + index * 512) }
    put(Template.memory(Layout.dataSize, seed: 1), at: Layout.dataAt)
    put(Template.memory(Layout.stackSize, seed: 2), at: Layout.stackAt)
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

  private func put(_ bytes: [UInt8], at offset: Int) { (shared + offset).copyMemory(from: bytes, byteCount: bytes.count) }

  /// Puts the cases into the shared memory and sets the server off.
  func begin(_ cases: [Case]) throws {
    precondition(cases.count <= Layout.cases)
    memset(shared + Layout.codeAt, 0xcc, cases.count * Layout.slot)
    memset(shared + Layout.outputAt, 0, cases.count * Layout.outputSize)
    for (index, piece) in cases.enumerated() {
      piece.input.words.withUnsafeBytes {
        (shared + Layout.inputAt + index * Layout.inputSize).copyMemory(from: $0.baseAddress!, byteCount: $0.count)
      }
      put(Array(piece.code.prefix(Layout.slot)), at: Layout.codeAt + index * Layout.slot)
    }
    var count = UInt32(cases.count)
    guard write(requests.fileHandleForWriting.fileDescriptor, &count, 4) == 4 else { throw Failure(description: "the server has ended") }
  }

  /// Waits for the server. - Returns: false where a case has ended it; another one stands ready then.
  func finish() throws -> Bool {
    var byte: UInt8 = 0
    while true {
      let got = read(answers.fileHandleForReading.fileDescriptor, &byte, 1)
      if got == 1 { return true }
      if got < 0 && errno == EINTR { continue }
      process.waitUntilExit()
      try start()
      return false
    }
  }

  /// es and ds at the end of the first case.
  var dataSegments: (es: UInt32, ds: UInt32) {
    let word = (shared + Layout.outputAt + Output.usedSize).load(as: UInt32.self)
    return (word >> 16, word & 0xffff)
  }

  func output(_ index: Int) -> Output {
    let at = shared + Layout.outputAt + index * Layout.outputSize
    let output = Output(bytes: [UInt8](UnsafeRawBufferPointer(start: at, count: Output.usedSize)))
    switch output.word(0) {
    case 31: return Output(signal: Output.systemCall)
    case 26: return Output(signal: Output.timeout)
    default: return output
    }
  }
}
