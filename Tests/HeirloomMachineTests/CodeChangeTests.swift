import HeirloomABI
import HeirloomMachine
import Testing

/// Code that changes: by itself, by the host's kernel, by another mapping, in one of two windows that share translations.
@Suite struct CodeChangeTests {
  /// mov eax, n; int 0x80
  private func answer(_ n: UInt8) -> [UInt8] { [0xb8, n, 0, 0, 0, 0xcd, 0x80] }

  private func run(_ guest: Guest) throws -> UInt32 {
    guest.registers.eip = Guest.code
    try guest.finish()
    return guest.registers.eax
  }

  @Test func anInstructionPatchesItsOwnPage() throws {
    // mov ecx, 10; xor eax, eax; L: add eax, 1; inc dword [L+1]; dec ecx; jnz L
    let guest = try Guest(
      bytes("b9 0a 00 00 00 31 c0 05 01 00 00 00 ff 05 08 00 10 00 49 75 f2 cd 80"), [.read, .write, .execute])
    #expect(try run(guest) == 55)
  }

  @Test func theKernelWritesCode() throws {
    let guest = try Guest(answer(1), [.read, .write, .execute])
    #expect(try run(guest) == 1)
    try answer(2).withUnsafeBytes { try guest.window.copyOut($0, to: Guest.code) }
    #expect(try run(guest) == 2)
    guest.window.willWrite(Guest.code, 7)
    (guest.window.base + Int(Guest.code) + 1).storeBytes(of: 3, as: UInt8.self)
    #expect(try run(guest) == 3)
  }

  @Test func anotherMappingTakesThePlace() throws {
    let guest = try Guest(answer(1))
    let range = PageRange(start: Guest.code, length: 0x2000)
    #expect(try run(guest) == 1)
    try guest.window.mapAnonymous(range, [.read, .write])
    try answer(2).withUnsafeBytes { try guest.window.copyOut($0, to: Guest.code) }
    #expect(try guest.fault().code == 2)
    try guest.window.protect(range, [.read, .execute])
    #expect(try run(guest) == 2)
    guest.window.unmap(range)
    guest.registers.eip = Guest.code
    #expect(try guest.fault().code == 1)
  }

  @Test func ADirectJumpIntoRemovedCodeIsUnlinked() throws {
    // The first page jumps to the second.
    let guest = try Guest(bytes("e9 fb 0f 00 00"), [.read, .write, .execute])
    try answer(1).withUnsafeBytes { try guest.window.copyOut($0, to: Guest.code + 0x1000) }
    #expect(try run(guest) == 1)
    #expect(try run(guest) == 1)
    try answer(2).withUnsafeBytes { try guest.window.copyOut($0, to: Guest.code + 0x1000) }
    #expect(try run(guest) == 2)
  }

  @Test func windowsThatShareDoNotSeeEachOthersChanges() throws {
    let parent = try Guest(answer(1))
    #expect(try run(parent) == 1)
    parent.processor.unbind()
    let child = try Guest(answer(1))
    child.window.adoptImages(of: parent.window)
    #expect(try run(child) == 1)
    // New code where neither has had any yet.
    let range = PageRange(start: 0x50_0000, length: 0x1000)
    for (guest, n) in [(child, UInt8(5)), (parent, UInt8(6))] {
      guest.processor.bind()
      try guest.window.mapAnonymous(range, [.read, .write])
      try answer(n).withUnsafeBytes { try guest.window.copyOut($0, to: 0x50_0000) }
      try guest.window.protect(range, [.read, .execute])
      guest.registers.eip = 0x50_0000
      try guest.finish()
      #expect(guest.registers.eax == UInt32(n))
      #expect(try run(guest) == 1)
    }
    child.processor.bind()
  }

  @Test func manyWindowsGiveTheirCodeBack() throws {
    for _ in 0..<300 {
      let guest = try Guest(answer(9))
      #expect(try run(guest) == 9)
    }
  }
}
