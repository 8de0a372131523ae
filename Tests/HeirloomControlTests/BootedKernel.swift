import Foundation
import Testing

@testable import HeirloomControl

/// A kernel in a process of its own, with a runtime folder of its own.
final class BootedKernel {
  let entry: RuntimeFolder.Entry
  private let process = Process()
  private let folder: String

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "heirloom-control-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    // The command is built beside the test program.
    let tests = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
    process.executableURL = tests.appending(path: "heirloom")
    process.arguments = ["boot", "--no-plugins", "--quiet", "--name", "tested"]
    process.environment = ["XDG_RUNTIME_DIR": folder]
    try process.run()
    let runtime = RuntimeFolder(path: folder + "/heirloom")
    var entries: [RuntimeFolder.Entry] = []
    for _ in 0..<1000 where entries.isEmpty {
      usleep(10_000)
      entries = runtime.entries
    }
    var found = try #require(entries.first)
    // Each test connects for itself.
    found.socket = nil
    entry = found
  }

  deinit {
    process.terminate()
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
  }

  var isRunning: Bool { process.isRunning }

  /// A connection whose greeting has not been read.
  func connect() throws -> Socket { try Socket.connected(to: entry.path).get() }

  /// A connection whose greeting has been read.
  func greeted() throws -> FrameChannel {
    let channel = FrameChannel(try connect())
    let greeting = try channel.receive(until: soon)
    #expect(greeting["heirloom"] == .integer(Int64(ControlProtocol.version)))
    return channel
  }

  /// Whether the kernel serves a peer that behaves, and at once.
  func serves() -> Bool {
    guard let connection = try? KernelConnection(entry) else { return false }
    return (try? connection.ask(ListProcesses())) != nil
  }

  /// Threads of the kernel's process, and descriptors in all their tables.
  var resources: (threads: Int, descriptors: Int) {
    let tasks = "/proc/\(process.processIdentifier)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
    return (
      threads.count,
      threads.reduce(0) { $0 + ((try? FileManager.default.contentsOfDirectory(atPath: "\(tasks)/\($1)/fd"))?.count ?? 0) }
    )
  }

  /// Waits until the kernel has no more threads and descriptors than it had: its last connections may wait to be taken.
  func settles(to before: (threads: Int, descriptors: Int)) -> Bool {
    for _ in 0..<500 {
      let now = resources
      if now.threads <= before.threads, now.descriptors <= before.descriptors { return true }
      usleep(10_000)
    }
    return false
  }
}

/// Five seconds from now.
var soon: UInt64 { monotonicNanoseconds() + 5_000_000_000 }
