import Foundation
import Testing

@testable import HeirloomControl

/// What a peer may do without harm to the kernel or to others.
@Suite struct ProtocolTests {
  static let current = ControlProtocol.version

  /// A request's frame as it should be, or nearly.
  static func request(_ version: Int = current, _ name: String = "ps", _ arguments: JSON = .object([])) -> JSON {
    .object([.init("heirloom", .integer(Int64(version))), .init("request", .string(name)), .init("arguments", arguments)])
  }

  static func bytes(_ length: UInt32, _ text: String = "") -> [UInt8] {
    withUnsafeBytes(of: length.littleEndian) { Array($0) } + Array(text.utf8)
  }

  /// What is sent, and what the error says.
  static let rubbish: [(bytes: [UInt8], says: String)] = [
    (bytes(.max), "4294967295 bytes"), (bytes(64 << 20 + 1), "67108865 bytes"), (bytes(0), "no value"),
    (bytes(4, "text"), "not JSON"), (bytes(2, "[]"), "it needs 'heirloom'"), (bytes(4, "null"), "it needs 'heirloom'"),
    (bytes(2, "{}"), "it needs 'heirloom'"), (bytes(3, "\"\u{ff}"), "not JSON"),
    (bytes(200_000, String(repeating: "[", count: 200_000)), "nested too deeply"),
    (Array("GET / HTTP/1.1\r\n\r\n".utf8), "542393671 bytes"), ([UInt8](repeating: 0xff, count: 100_000), "bytes"),
  ]

  static let wrong: [(request: JSON, says: String)] = [
    (request(current + 1), "version \(current) of the protocol, and the command version \(current + 1)"), (request(0), "version 0"),
    (request(current, "nosuch"), "knows no request 'nosuch'"), (request(current, ""), "knows no request ''"),
    (request(current, "insmod"), "'path' is missing"), (request(current, "rmmod", .array([])), "not as they should be"),
    (request(current, "insmod", .object([.init("path", .integer(1)), .init("parameters", .array([]))])), "'path' is"),
    (request(current, "insmod", JSON(encoding: InsertModule(path: "x.so", parameters: []))), "absolute"),
    (request(current, "exec", JSON(encoding: RunProgram(
      path: "/x", arguments: [], environment: [], table: nil, umask: 0, files: [0, 1, 2]))), "4 descriptors"),
    (request(current, "exec", JSON(encoding: RunProgram(
      path: "/x", arguments: [], environment: [], table: nil, umask: 0, files: [9, 9]))), "descriptors"),
    (request(current, "rmmod", JSON(encoding: RemoveModule(module: "nosuch", seconds: -1e300, interrupt: false))), "no module named"),
  ]

  @Test func answersRubbishWithAnErrorAndTheEnd() throws {
    let kernel = try BootedKernel()
    for (bytes, says) in Self.rubbish {
      let channel = try kernel.greeted()
      try? channel.socket.send(bytes, until: soon)
      expectError(channel, says)
    }
    for (request, says) in Self.wrong {
      let channel = try kernel.greeted()
      try channel.send(request, until: soon)
      expectError(channel, says)
    }
    #expect(kernel.serves())
  }

  private func expectError(_ channel: FrameChannel, _ text: String) {
    // Where the kernel has closed before it read all, its error may be lost.
    guard let answer = try? channel.receive(until: soon) else { return }
    let message = answer["error"]?["message"]?.string ?? "no error: \(answer.text)"
    #expect(message.contains(text), "\(message)")
    #expect(throws: FrameChannel.Failure.self) { try channel.receive(until: soon) }
  }

  @Test func outlivesRandomBytes() throws {
    let kernel = try BootedKernel()
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let socket = try kernel.connect()
      let bytes = (0..<Int.random(in: 1...200, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
      try? socket.send(bytes, until: soon)
    }
    #expect(kernel.serves() && kernel.isRunning)
  }

  @Test func outlivesPeersThatGo() throws {
    let kernel = try BootedKernel()
    let before = kernel.resources
    let whole = Self.bytes(UInt32(Self.request().text.utf8.count), Self.request().text)
    let follow = JSON(encoding: ReadLog(follow: true))
    for round in 0..<20 {
      // After every part of a request, before it and behind it.
      try kernel.connect().send(Array(whole.prefix(round * whole.count / 19)) + [], until: soon)
      let follower = try kernel.greeted()
      try follower.send(Self.request(Self.current, "dmesg", follow), until: soon)
    }
    #expect(kernel.serves())
    #expect(kernel.settles(to: before))
  }

  /// A program is hung up when its peer has gone, though it be before the kernel has said that it runs.
  @Test func hangsUpProgramsOfPeersThatGo() throws {
    let kernel = try BootedKernel()
    let folder = FileManager.default.temporaryDirectory.appending(path: "heirloom-waits-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try Data(".globl _start\n_start: mov $29, %eax\nint $0x80\njmp _start\n".utf8).write(to: URL(filePath: folder + "/waits.S"))
    let compiler = try Process.run(
      URL(filePath: "/usr/bin/env"), arguments: ["gcc", "-m32", "-static", "-nostdlib", "-o", folder + "/waits", folder + "/waits.S"])
    compiler.waitUntilExit()
    #expect(compiler.terminationStatus == 0)
    let directory = open("/", O_RDONLY)
    defer { close(directory) }
    let program = RunProgram(path: folder + "/waits", arguments: ["waits"], environment: [], table: nil, umask: 0o22, files: [])
    for _ in 0..<10 {
      let channel = try kernel.greeted()
      try channel.send(Self.request(Self.current, "exec", JSON(encoding: program)), descriptors: [directory], until: soon)
    }
    var started = 0
    var running = Int.max
    for _ in 0..<500 where started < 10 || running > 0 {
      usleep(10_000)
      started = try #require(try KernelConnection(kernel.entry).ask(ReadStatistics()).first).started
      running = try KernelConnection(kernel.entry).ask(ListProcesses()).count
    }
    #expect(started == 10 && running == 0)
  }

  @Test func keepsNoDescriptorsThatNobodyAskedFor() throws {
    let kernel = try BootedKernel()
    #expect(kernel.serves())
    let before = kernel.resources
    for _ in 0..<50 {
      let channel = try kernel.greeted()
      try channel.send(Self.request(), descriptors: [Int32](repeating: 0, count: 8), until: soon)
      #expect(try channel.receive(until: soon)["end"] != nil)
    }
    // More than the protocol has room for, with rubbish, and twice.
    for _ in 0..<50 {
      let socket = try kernel.connect()
      try? socket.send([1], descriptors: [Int32](repeating: 0, count: 8), until: soon)
      try? socket.send([1], descriptors: [Int32](repeating: 0, count: 8), until: soon)
    }
    #expect(kernel.settles(to: before))
    #expect(kernel.serves())
  }

  /// Peers that connect and say nothing, or half of something: others are served, until there is no room; then these are
  /// dropped.
  @Test func dropsPeersThatStall() throws {
    let kernel = try BootedKernel()
    var stalled: [FrameChannel] = []
    for index in 0..<ControlProtocol.maximumConversations - 1 {
      let channel = try kernel.greeted()
      if index.isMultiple(of: 2) { try channel.socket.send([200, 0, 0, 0, 0x7b], until: soon) }
      stalled.append(channel)
    }
    #expect(kernel.serves())
    // The conversation of that one may still be ending.
    usleep(200_000)
    stalled.append(try kernel.greeted())
    let refused = FrameChannel(try kernel.connect())
    #expect(try refused.receive(until: soon)["error"]?["message"]?.string?.contains("64 places") == true)
    let end = monotonicNanoseconds() + ControlProtocol.requestTime + 5_000_000_000
    #expect(try stalled[0].receive(until: end)["error"]?["message"]?.string == "no request has come")
    #expect(try stalled[1].receive(until: end)["error"] != nil)
    var isServed = false
    for _ in 0..<200 where !isServed {
      isServed = kernel.serves()
      usleep(10_000)
    }
    #expect(isServed)
  }

  @Test func isForItsUserAlone() throws {
    let kernel = try BootedKernel()
    var status = stat()
    #expect(lstat(kernel.entry.path, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600 && status.st_mode & S_IFMT == S_IFSOCK && status.st_uid == geteuid())
    #expect(kernel.entry.name == "tested")
  }

  @Test func leavesNoSocketBehind() throws {
    let path: String, folder: String
    do {
      let kernel = try BootedKernel()
      path = kernel.entry.path
      #expect(kernel.serves())
      let connection = try KernelConnection(kernel.entry)
      let error = #expect(throws: ControlError.self) { try connection.ask(Shutdown(seconds: 0)) }
      #expect(error == connection.hasEnded)
      folder = URL(filePath: path).deletingLastPathComponent().path
      #expect(!FileManager.default.fileExists(atPath: path))
      // One that was killed leaves its socket; whoever looks takes it away.
      let stale = folder + "/stale.77.sock"
      _ = try Socket.listening(at: stale).get()
      #expect(FileManager.default.fileExists(atPath: stale))
      #expect(RuntimeFolder(path: folder).entries.isEmpty)
      #expect(!FileManager.default.fileExists(atPath: stale))
    }
  }
}
