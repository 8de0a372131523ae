import CMachine
import Foundation
import HeirloomABI
import HeirloomKernel
import Testing

@testable import HeirloomModules

/// What a handler gets of a guest's registers.
@Suite(.serialized) struct ForeignCallTests {
  /// What the last handler was given.
  nonisolated(unsafe) static var seen: [Int64] = []
  static let module = try! Kernels.loader.load(
    path: Compiled.module("empty", "static int __init start(void) { return 0; }\nmodule_init(start)\n"), parameters: [])

  /// - Parameters:
  ///   - words: ebx, ecx, edx, esi, edi, ebp.
  ///   - window: begins at a round address, so that host addresses are easy to read.
  func answer(_ kinds: [ArgumentKind], _ words: [UInt32], _ handler: UnsafeRawPointer, window: UInt64 = 1 << 32) -> Int {
    let cpu = UnsafeMutablePointer<heirloom_cpu>.allocate(capacity: 1)
    defer { cpu.deallocate() }
    cpu.initialize(to: heirloom_cpu())
    cpu.pointee.window = window
    let frame = UnsafeMutableRawPointer(cpu).assumingMemoryBound(to: UInt32.self)
    for (index, word) in words.enumerated() { frame[index] = word }
    let entry = ForeignCall.make(handler, Signature(kinds), module: Self.module)
    defer { ForeignCall.destroy(entry) }
    return entry.assumingMemoryBound(to: SyscallEntry.self).pointee.invoke(entry, cpu, frame)
  }

  func pointer<T>(_ function: T) -> UnsafeRawPointer { unsafeBitCast(function, to: UnsafeRawPointer.self) }

  @Test func none() {
    let handler: @convention(c) () -> Int32 = { -38 }
    #expect(answer([], [], pointer(handler)) == -38)
  }

  @Test func wordsKeepTheirSign() {
    let handler: @convention(c) (Int32, UInt32, Int32) -> Int = { a, b, c in
      ForeignCallTests.seen = [Int64(a), Int64(b), Int64(c)]
      return 7
    }
    #expect(answer([.int, .unsigned, .descriptor], [0xffff_fffe, 0xffff_ffff, 0xffff_ff9c], pointer(handler)) == 7)
    #expect(Self.seen == [-2, 0xffff_ffff, -100])
  }

  @Test func sixWords() {
    let handler: @convention(c) (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) -> Int = { a, b, c, d, e, f in
      ForeignCallTests.seen = [a, b, c, d, e, f].map(Int64.init)
      return 0
    }
    _ = answer(Array(repeating: .unsigned, count: 6), [1, 2, 3, 4, 5, 6], pointer(handler))
    #expect(Self.seen == [1, 2, 3, 4, 5, 6])
  }

  /// pread64: a descriptor, a buffer, a count, and an offset in esi and edi.
  @Test func aPairOfWordsIsOneNumber() {
    let handler: @convention(c) (Int32, UInt, UInt32, Int64) -> Int = { a, b, c, d in
      ForeignCallTests.seen = [Int64(a), Int64(b), Int64(c), d]
      return 0
    }
    _ = answer([.descriptor, .output, .unsigned, .int64], [3, 0x8000, 512, 0x8765_4321, 0x1234_5678], pointer(handler))
    #expect(Self.seen == [3, 0x1_0000_8000, 512, 0x1234_5678_8765_4321])
  }

  /// A pair that begins at an odd word, and another behind it.
  @Test func twoPairs() {
    let handler: @convention(c) (Int32, Int64, Int64, Int32) -> Int = { a, b, c, d in
      ForeignCallTests.seen = [Int64(a), b, c, Int64(d)]
      return 0
    }
    _ = answer([.int, .int64, .int64, .int], [9, 1, 2, 3, 0xffff_ffff, 8], pointer(handler))
    #expect(Self.seen == [9, 0x2_0000_0001, -0x1_0000_0000 + 3, 8])
  }

  @Test(arguments: [ArgumentKind.path, .string, .input, .output, .address])
  func addressesAreTheHosts(_ kind: ArgumentKind) {
    let handler: @convention(c) (UInt, UInt, UInt, UInt, UInt, UInt) -> Int = { a, b, c, d, e, f in
      ForeignCallTests.seen = [a, b, c, d, e, f].map { Int64($0) }
      return 0
    }
    _ = answer(Array(repeating: kind, count: 6), [0, 1, 0xffff_ffff, 0x8048000, 0, 5], pointer(handler))
    #expect(Self.seen == [0, 0x1_0000_0001, 0x1_ffff_ffff, 0x1_0804_8000, 0, 0x1_0000_0005])
  }

  @Test func theLowWordIsTheAnswer() {
    let long: @convention(c) () -> Int = { 0x7_ffff_fff2 }
    #expect(answer([], [], pointer(long)) == -14)
    let word: @convention(c) (UInt32) -> UInt32 = { $0 }
    #expect(answer([.unsigned], [0xb7f0_0000], pointer(word)) == Int(Int32(bitPattern: 0xb7f0_0000)))
  }

  @Test func aBadAddressOfTheGuestsIsEFAULT() {
    let read: @convention(c) (UnsafeRawPointer) -> UInt8 = { $0.load(as: UInt8.self) }
    let window = mmap(nil, 1 << 16, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
    defer { munmap(window, 1 << 16) }
    let address = UInt64(UInt(bitPattern: window))
    #expect(answer([.input], [0x100], pointer(read), window: address) == -14)
    #expect(answer([.input], [0], pointer(read), window: address) == -14, "the guest's NULL")
    #expect(Self.module.state == .live)
  }
}
