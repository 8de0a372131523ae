import Foundation
import HeirloomABI
import Testing

@testable import HeirloomMachine

/// Translations of a file that several windows map.
@Suite("images", .serialized)
struct CodeImageTests {
  private static let base: UInt64 = 0x6000_0000
  private let path = NSTemporaryDirectory() + "heirloom-image-\(getpid())"

  /// mov eax, value; int3, and the same on the second page, where the first instruction reaches over from the first.
  private func write(_ value: UInt8) throws {
    var bytes = Data(repeating: 0x90, count: 8192)
    bytes.replaceSubrange(0..<6, with: [0xb8, value, 0, 0, 0, 0xcc])
    bytes.replaceSubrange(4094..<4100, with: [0xb8, value, 0, 0, 0, 0xcc])
    bytes.replaceSubrange(8186..<8192, with: [0xb8, value, 0, 0, 0, 0xcc])
    try bytes.write(to: URL(fileURLWithPath: path))
  }

  private func map(_ machine: Machine, at address: UInt64 = base) throws {
    let descriptor = open(path, O_RDONLY)
    defer { close(descriptor) }
    var status = stat()
    fstat(descriptor, &status)
    let identity = FileIdentity(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: UInt64(status.st_size),
      modified: Int64(status.st_mtim.tv_sec) << 32 | Int64(status.st_mtim.tv_nsec),
      changed: Int64(status.st_ctim.tv_sec) << 32 | Int64(status.st_ctim.tv_nsec))
    try machine.window.mapFile(
      PageRange(address, address + 8192), [.read, .execute], descriptor: descriptor, offset: 0, shared: false, identity: identity)
  }

  private func eax(_ machine: Machine, at address: UInt64) throws -> UInt32 {
    try machine.bound { try machine.run(at: UInt32(address))["eax"] }
  }

  /// How often the image's code has been translated: the places of three entries, which differ with each translation.
  private func places(_ machine: Machine) -> [UInt32] {
    machine.window.code.images.flatMap { image in
      [0, 4094].map { image.space.entries[UInt32(Self.base) + $0] }
    }
  }

  @Test("a second window translates nothing; a changed file is another image")
  func sharing() throws {
    try write(1)
    let first = try Machine(), second = try Machine()
    try map(first)
    for offset in [UInt64(0), 4094, 8186] { #expect(try eax(first, at: Self.base + offset) == 1) }
    #expect(!places(first).contains(0) && places(first).count == 2)
    try map(second)
    #expect(places(second) == places(first))
    for offset in [UInt64(0), 4094, 8186] { #expect(try eax(second, at: Self.base + offset) == 1) }
    #expect(places(second) == places(first))
    try FileManager.default.removeItem(atPath: path)
    try write(2)
    let third = try Machine()
    try map(third)
    #expect(places(third) == [0, 0])
    for offset in [UInt64(0), 4094, 8186] {
      #expect(try eax(third, at: Self.base + offset) == 2)
      #expect(try eax(first, at: Self.base + offset) == 1)
    }
    try FileManager.default.removeItem(atPath: path)
  }

  @Test("what one window writes is its own")
  func leaving() throws {
    try write(3)
    let first = try Machine(), second = try Machine()
    try map(first)
    try map(second)
    #expect(try eax(first, at: Self.base) == 3)
    let page = PageRange(Self.base, Self.base + 4096)
    try second.window.protect(page, [.read, .write])
    try second.write([0xb8, 9], at: UInt32(Self.base))
    try second.window.protect(page, [.read, .execute])
    #expect(second.window.code.images.isEmpty)
    #expect(try eax(second, at: Self.base) == 9)
    #expect(try eax(second, at: Self.base + 4094) == 3)
    #expect(try eax(first, at: Self.base) == 3)
    // Of the rest, what stands before is still the image.
    let third = try Machine()
    try map(third)
    third.window.unmap(PageRange(Self.base + 4096, Self.base + 8192))
    #expect(third.window.code.images.map(\.key.range) == [page])
    #expect(try eax(third, at: Self.base) == 3)
    #expect(try third.bound { try third.run(at: UInt32(Self.base) + 4094)["address"] } == UInt32(Self.base) + 4096)
    try FileManager.default.removeItem(atPath: path)
  }

  @Test("a forked window goes on with its parent's")
  func forking() throws {
    try write(4)
    let parent = try Machine(), child = try Machine()
    try map(parent)
    #expect(try eax(parent, at: Self.base) == 4)
    try map(child)
    child.window.unmap(PageRange(Self.base, Self.base + 8192))
    #expect(try child.bound { try child.run(at: UInt32(Self.base))["address"] } == UInt32(Self.base))
    try map(child)
    #expect(places(child) == places(parent))
    #expect(try eax(child, at: Self.base) == 4)
    try FileManager.default.removeItem(atPath: path)
  }
}
