import Foundation
import HeirloomABI
import HeirloomKernel

@testable import HeirloomModules

/// The one kernel of the test process, and its loader.
enum Kernels {
  static let shared = try! Kernel(options: KernelOptions())
  static let loader = ModuleLoader(kernel: shared)

  static func description(of table: String) -> TableRegistry.Description? {
    shared.tables.descriptions.first { $0.name == table }
  }
}

/// Files that tests compile.
enum Compiled {
  static let top = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
  /// Among what is built, so that `make clean` takes it away.
  static let folder = URL(filePath: top).appending(path: "build/module-tests")

  static func path(_ name: String) -> String {
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder.appending(path: name).path
  }

  /// A module from the body of a C file.
  static func module(_ name: String, _ body: String) -> String {
    let source = write(name + ".c", "#include <heirloom/module.h>\n" + body)
    run(["gcc", "-shared", "-fPIC", "-O1", "-fvisibility=hidden", include, "-o", path(name + ".so"), source])
    return path(name + ".so")
  }

  /// A module in full Swift, beside a C file with what its .modinfo says.
  static func fullSwiftModule(_ name: String, _ body: String, info: String = "", flags: [String] = []) -> String {
    let source = write(name + ".swift", body)
    let info = write(name + "-info.c", "#include <heirloom/module.h>\n" + info)
    let (object, output) = (path(name + ".o"), path(name + ".so"))
    run(["swiftc", "-O", "-parse-as-library", "-wmo", "-module-name", name, "-c", "-o", object, source] + flags)
    run(["gcc", "-shared", "-fPIC", include, "-o", output, object, info])
    return output
  }

  /// A static i386 program.
  static func guest(_ name: String, _ body: String) -> String {
    run(["gcc", "-m32", "-static", "-O1", "-pthread", include, "-o", path(name), write(name + ".c", body)])
    return path(name)
  }

  static var include: String { "-I\(top)/Sources/CHeirloom/include" }

  static func write(_ name: String, _ text: String) -> String {
    try! text.write(toFile: path(name), atomically: true, encoding: .utf8)
    return path(name)
  }

  static func run(_ command: [String]) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    try! process.run()
    process.waitUntilExit()
    precondition(process.terminationStatus == 0, command.joined(separator: " "))
  }
}

/// An owner of entries that is no module.
final class Owner: EntryOwner {
  let name: String
  let credentials: Credentials
  init(_ name: String, _ credentials: Credentials = .kernel) { (self.name, self.credentials) = (name, credentials) }
}

/// Memory that serves as an entry.
func makeClaim(_ number: Int) -> TableRegistry.Claim {
  let entry = UnsafeMutablePointer<SyscallEntry>.allocate(capacity: 1)
  entry.initialize(to: SyscallEntry { _, _, _ in 0 })
  return TableRegistry.Claim(number: number, entry: UnsafeMutableRawPointer(entry)) { $0.deallocate() }
}

/// What a call throws.
func error(_ body: () throws(Errno) -> Void) -> Errno? {
  do throws(Errno) { try body() } catch { return error }
  return nil
}
