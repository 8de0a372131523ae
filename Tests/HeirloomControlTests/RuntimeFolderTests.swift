import Foundation
import Testing

@testable import HeirloomControl

@Suite struct RuntimeFolderTests {
  static let files: [(file: String, name: String?, process: Int32)] = [
    ("sh.12.sock", "sh", 12), ("a.b.7.sock", "a.b", 7), ("sh.12.sock.new", nil, 0), (".12.sock", nil, 0), ("12.sock", nil, 0),
    ("sh.sock", nil, 0), ("sh.-1.sock", nil, 0), ("sh.0.sock", nil, 0), ("sh.99999999999.sock", nil, 0), ("", nil, 0),
  ]

  @Test(arguments: files.indices) func readsFileNames(_ index: Int) {
    let row = Self.files[index]
    let entry = RuntimeFolder.entry(row.file, in: "/run")
    #expect(entry?.name == row.name)
    if row.name != nil { #expect(entry?.process == row.process) }
  }

  @Test func namesAKernelAfterItsProgram() {
    #expect(RuntimeFolder.name(after: "/bin/sh") == "sh")
    #expect(RuntimeFolder.name(after: "./my prog") == "my_prog")
    #expect(RuntimeFolder.name(after: "/bin/") == "bin")
    for odd in ["", "/", "12", "..", "-x"] { #expect(RuntimeFolder.name(after: odd) == "kernel") }
    #expect(RuntimeFolder.isValidName("a-b_c.9"))
    for odd in ["", "12", ".a", "-a", "a/b", "a b", "ü", String(repeating: "a", count: 65)] {
      #expect(!RuntimeFolder.isValidName(odd))
    }
  }

  @Test func usesNoFolderThatOthersCanReach() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "heirloom-folder-\(getpid())").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(RuntimeFolder.problem(of: folder) != nil)
    mkdir(folder, 0o700)
    #expect(RuntimeFolder.problem(of: folder) == nil)
    for mode: mode_t in [0o710, 0o701, 0o770, 0o777] {
      chmod(folder, mode)
      #expect(RuntimeFolder.problem(of: folder)?.contains("chmod 700") == true)
    }
    chmod(folder, 0o700)
    symlink(folder, folder + "/link")
    #expect(RuntimeFolder.problem(of: folder + "/link")?.contains("symbolic link") == true)
  }

  @Test func choosesAKernel() throws {
    let (a, b, c) = (entry("sh", 5), entry("sh", 6), entry("top", 7))
    #expect(try KernelList.choose(nil, [a]) == a)
    #expect(try KernelList.choose("6", [a, b, c]) == b)
    #expect(try KernelList.choose("top", [a, b, c]) == c)
    let ambiguous: [(String?, [RuntimeFolder.Entry], String)] = [
      (nil, [], "no kernel is running"), (nil, [a, c], "  5  sh\n  7  top"), ("sh", [a, b, c], "  5  sh\n  6  sh"),
      ("x", [c], "there are:\n  7  top"), ("x", [], "none is running"),
    ]
    for (selector, kernels, text) in ambiguous {
      let error = #expect(throws: ControlError.self) { try KernelList.choose(selector, kernels) }
      #expect(error?.description.contains(text) == true)
    }
  }

  private func entry(_ name: String, _ process: Int32) -> RuntimeFolder.Entry {
    RuntimeFolder.Entry(name: name, process: process, path: "/run/\(name).\(process).sock")
  }
}
