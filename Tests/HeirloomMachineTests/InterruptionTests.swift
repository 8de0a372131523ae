import CMachine
import Foundation
import Testing

@testable import HeirloomMachine

/// A thread that is taken out of guest code at any instruction goes on as if nothing had been.
@Suite("interruption", .serialized)
struct InterruptionTests {
  struct Loop: CustomTestStringConvertible, Sendable {
    let name: String
    /// Assembly is in the comments; each begins again `count` times with ebp as the counter, and ends in int 0x80.
    let body: [UInt8]
    var testDescription: String { name }
  }

  static let loops: [Loop] = [
    // push eax; push ebx; pop ecx; pop edx; add eax, 7; adc ebx, ecx
    Loop(name: "push and pop", body: [0x50, 0x53, 0x59, 0x5a, 0x83, 0xc0, 7, 0x11, 0xcb]),
    // call 1f; add eax, 3; jmp 2f; 1: inc ebx; ret; 2:
    Loop(name: "call and ret", body: [0xe8, 5, 0, 0, 0, 0x83, 0xc0, 3, 0xeb, 2, 0x43, 0xc3]),
    // lea esi, [DATA]; lea edi, [DATA+0x100]; mov ecx, 40; rep movsb; add eax, edi; adc eax, esi; add eax, ecx
    Loop(
      name: "rep movsb",
      body: [0xbe, 0, 0, 0, 0x20, 0xbf, 0, 1, 0, 0x20, 0xb9, 40, 0, 0, 0, 0xf3, 0xa4, 0x01, 0xf8, 0x11, 0xf0, 0x01, 0xc8]),
    // lea edi, [DATA+0x200]; lea esi, [edi]; stosd; stosb; movsw; lodsb; add ebx, edi; add ebx, esi
    Loop(name: "stos, movs, lods", body: [0xbf, 0, 2, 0, 0x20, 0x8d, 0x37, 0xab, 0xaa, 0x66, 0xa5, 0xac, 0x01, 0xfb, 0x01, 0xf3]),
    // mov ecx, 9; 1: inc eax; loop 1b; jecxz 2f; dec eax; 2:
    Loop(name: "loop", body: [0xb9, 9, 0, 0, 0, 0x40, 0xe2, 0xfd, 0xe3, 1, 0x48]),
    // push ebp; mov ebp, esp; push eax; add eax, [ebp-4]; leave; inc eax
    Loop(name: "leave", body: [0x55, 0x89, 0xe5, 0x50, 0x03, 0x45, 0xfc, 0xc9, 0x40]),
    // enter 24, 0; mov [ebp-8], eax; add eax, [ebp-8]; push eax; leave; adc eax, ebp
    Loop(name: "enter", body: [0xc8, 24, 0, 0, 0x89, 0x45, 0xf8, 0x03, 0x45, 0xf8, 0x50, 0xc9, 0x11, 0xe8]),
    // pusha; inc dword [esp+28]; popa; pushf; pop ebx; add eax, ebx; push ebx; popf; adc eax, 1
    Loop(
      name: "pusha, popa, pushf, popf",
      body: [0x60, 0xff, 0x44, 0x24, 28, 0x61, 0x9c, 0x5b, 0x01, 0xd8, 0x53, 0x9d, 0x83, 0xd0, 1]),
    // push 0; mov [esp], ah; add [esp+1], bh; pop ecx; add eax, ecx; inc ebx
    Loop(name: "high bytes with esp", body: [0x6a, 0, 0x88, 0x24, 0x24, 0x00, 0x7c, 0x24, 1, 0x59, 0x01, 0xc8, 0x43]),
    // call 1f; 1: pop ecx; add ecx, 12; push ecx; jmp [esp]; (ud2) 2: pop edx; push 3f... : indirect jumps
    // call +0; pop ecx; lea ecx, [ecx+6]; jmp ecx; nop; inc eax; push ecx; pop edx; add ebx, edx
    Loop(name: "indirect jumps", body: [0xe8, 0, 0, 0, 0, 0x59, 0x8d, 0x49, 7, 0xff, 0xe1, 0x90, 0x40, 0x51, 0x5a, 0x01, 0xd3]),
    // xchg eax, [DATA+4]; inc eax; lock xadd [DATA+8], eax; push [DATA+8]; pop [DATA+12]; add ebx, [DATA+12]
    Loop(
      name: "memory read and written",
      body: [
        0x87, 0x05, 4, 0, 0, 0x20, 0x40, 0xf0, 0x0f, 0xc1, 0x05, 8, 0, 0, 0x20, 0xff, 0x35, 8, 0, 0, 0x20, 0x8f, 0x05, 12, 0, 0, 0x20,
        0x03, 0x1d, 12, 0, 0, 0x20,
      ]),
    // int 0x80 is not begun again: the gate counts in esi
    Loop(name: "int 0x80", body: [0x40, 0xcd, 0x80, 0x43]),
  ]

  private static func run(_ loop: Loop, count: UInt32, interrupted: Bool) throws -> (Outcome, interruptions: Int) {
    let machine = try Machine()
    // mov [DATA+0xf00], count; 1: body; dec dword [DATA+0xf00]; jnz 1b; int3
    var code: [UInt8] = [0xc7, 0x05, 0, 0x0f, 0, 0x20] + withUnsafeBytes(of: count) { Array($0) }
    let start = code.count
    code += loop.body + [0xff, 0x0d, 0, 0x0f, 0, 0x20, 0x0f, 0x85]
    let distance = Int32(start - code.count - 4)
    code += withUnsafeBytes(of: distance) { Array($0) } + [0xcc]
    try machine.write(code, at: Place.code)
    machine.state.pointee.gate = { cpu in
      cpu.pointee.regs.esi &+= 1
      return 0
    }
    return try machine.bound {
      try machine.prepare()
      machine.state.pointee.regs.eip = Place.code
      let interrupter = interrupted ? Interrupter(machine) : nil
      defer { interrupter?.stop() }
      var interruptions = 0
      while true {
        let trap = machine.processor.run()
        if case .interrupt = trap {
          interruptions += 1
          _ = heirloom_atomic_and(&machine.state.pointee.interrupt, ~Interrupter.bit)
          try machine.overwriteBelowStack(64)
          continue
        }
        interrupter?.stop()
        try machine.overwriteBelowStack(256)
        return (try machine.outcome(trap), interruptions)
      }
    }
  }

  @Test("the result is the same", arguments: loops)
  func sameResult(_ loop: Loop) throws {
    let count: UInt32 = 12_000_000
    let (quiet, _) = try Self.run(loop, count: count, interrupted: false)
    let (disturbed, interruptions) = try Self.run(loop, count: count, interrupted: true)
    #expect(quiet.signal == 5, "\(quiet)")
    #expect(disturbed == quiet, "\(interruptions) interruptions: \(disturbed.differences(from: quiet))")
    #expect(interruptions > 20)
  }
}

extension Machine {
  /// What a signal's frame does.
  fileprivate func overwriteBelowStack(_ size: Int) throws {
    try write([UInt8](repeating: 0x5a, count: size), at: state.pointee.regs.esp - UInt32(size))
  }
}

/// A thread that interrupts a processor about every 60 microseconds, for a sleep takes as long.
final class Interrupter: @unchecked Sendable {
  static let bit: UInt32 = 0x100
  private let thread: Thread
  private let flag = UnsafeMutablePointer<UInt32>.allocate(capacity: 2)
  private let ended = DispatchSemaphore(value: 0)
  private var isStopped = false

  init(_ machine: Machine) {
    flag.initialize(repeating: 0, count: 2)
    let (flag, ended) = (UInt(bitPattern: flag), ended)
    let state = UInt(bitPattern: machine.state)
    let target = heirloom_host_call(186, 0, 0, 0, 0, 0, 0)
    thread = Thread {
      let flag = UnsafeMutablePointer<UInt32>(bitPattern: flag)!
      let state = UnsafeMutablePointer<heirloom_cpu>(bitPattern: state)!
      while heirloom_atomic_load(flag) == 0 {
        _ = heirloom_atomic_or(&state.pointee.interrupt, Self.bit)
        _ = heirloom_host_call(234, Int(getpid()), target, Int(Processor.interruptSignal), 0, 0, 0)
        usleep(5)
      }
      ended.signal()
    }
    thread.start()
  }

  func stop() {
    if isStopped { return }
    isStopped = true
    _ = heirloom_atomic_or(flag, 1)
    ended.wait()
    flag.deallocate()
  }
}
