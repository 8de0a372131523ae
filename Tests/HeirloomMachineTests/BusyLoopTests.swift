import CMachine
import Glibc
import HeirloomABI
import HeirloomMachine
import Testing

/// Interruptions at any moment: whatever sequence the host stands in, the guest goes on as if nothing had been.
@Suite(.serialized) struct BusyLoopTests {
  /// A loop over every kind of sequence that takes more than one host instruction, with a sum that any instruction done
  /// twice or not at all would change: pushes and pops in groups, call and ret, indirect calls and jumps, enter and leave,
  /// pushf and popf, string instructions, high bytes at esp, loop, push and pop of memory, pusha, joins of runs.
  private static let busy = bytes(
    """
    31 db bf a0 86 01 00 b8 44 33 22 11 50 53 59 5a 01 d3 e8 b9 00 00 00 b8 e2 00 10 00 ff d0 \
    f9 c8 08 00 00 83 d3 07 c9 9c 39 c0 9d 83 db 01 57 be 00 00 20 00 bf 00 01 20 00 b9 25 00 \
    00 00 f3 a4 01 fb b9 09 00 00 00 89 d8 f3 ab be 00 00 20 00 ad 01 c3 5f 83 ec 08 89 d8 88 \
    64 24 03 88 04 24 00 7c 24 01 0f b6 4c 24 03 01 cb 83 c4 08 b9 03 00 00 00 43 e2 fd ff 05 \
    00 02 20 00 ff 35 00 02 20 00 83 04 24 01 8f 05 04 02 20 00 03 1d 04 02 20 00 60 83 c3 05 \
    61 f7 c7 01 00 00 00 74 05 83 c3 03 eb 02 d1 c3 83 c3 0b b8 b0 00 10 00 ff e0 83 c3 0d f0 \
    0f c1 1d 08 02 20 00 01 1d 0c 02 20 00 68 c7 00 10 00 c3 4f 0f 85 39 ff ff ff cd 80 55 89 \
    e5 53 03 5d 08 81 eb d0 00 10 00 5a 01 d3 5d c3 83 c3 03 c2 00 00
    """)

  private struct Outcome: Equatable {
    var registers: [UInt32]
    var memory: [UInt8]
    init(_ guest: Guest) {
      let r = guest.registers
      registers = [r.eax, r.ecx, r.edx, r.ebx, r.esp, r.ebp, r.esi, r.edi, r.eip, r.eflags & 0x8d5]
      memory = [UInt8](repeating: 0, count: 0x300)
      try? memory.withUnsafeMutableBytes { try guest.window.copyIn(Guest.data, into: $0) }
    }
  }

  /// A timer that interrupts the thread that made it, every few microseconds: by a signal of its own, whose handler does
  /// what the kernel's other threads do.
  private final class Interrupter {
    private var timer: Int32 = 0

    init(microseconds: Int) {
      var action = sigaction()
      action.__sigaction_handler.sa_handler = { _ in
        guard let cpu = heirloom_current_cpu() else { return }
        _ = heirloom_atomic_or(&cpu.pointee.interrupt, 1)
        let process = heirloom_host_call(39, 0, 0, 0, 0, 0, 0)
        let thread = heirloom_host_call(186, 0, 0, 0, 0, 0, 0)
        _ = heirloom_host_call(234, process, thread, Int(Processor.interruptSignal), 0, 0, 0)
      }
      action.sa_flags = Int32(SA_ONSTACK)
      // The interruption is to come when the handler is done.
      sigfillset(&action.sa_mask)
      sigaction(SIGUSR2, &action, nil)
      // Worker threads of a pool have signals blocked.
      var set = sigset_t()
      sigemptyset(&set)
      sigaddset(&set, SIGUSR2)
      pthread_sigmask(SIG_UNBLOCK, &set, nil)
      // timer_create(CLOCK_MONOTONIC, {SIGUSR2, SIGEV_THREAD_ID, this thread}), timer_settime
      var event = [UInt32](repeating: 0, count: 16)
      event[2] = UInt32(SIGUSR2)
      event[3] = 4
      event[4] = UInt32(heirloom_host_call(186, 0, 0, 0, 0, 0, 0))
      var made: Int32 = 0
      event.withUnsafeMutableBytes { event in
        withUnsafeMutablePointer(to: &made) { made in
          _ = heirloom_host_call(222, 1, Int(bitPattern: event.baseAddress), Int(bitPattern: made), 0, 0, 0)
        }
      }
      timer = made
      let times = [0, microseconds * 1000, 0, microseconds * 1000]
      times.withUnsafeBytes { _ = heirloom_host_call(223, Int(timer), 0, Int(bitPattern: $0.baseAddress), 0, 0, 0) }
    }

    deinit { _ = heirloom_host_call(226, Int(timer), 0, 0, 0, 0, 0) }
  }

  @Test func nothingIsLostOrDoneTwice() throws {
    let calm = try Guest(Self.busy)
    try calm.finish()
    let expected = Outcome(calm)
    calm.processor.unbind()

    var interruptions = 0
    for _ in 0..<20 {
      let guest = try Guest(Self.busy)
      let interrupter = Interrupter(microseconds: 120)
      defer { withExtendedLifetime(interrupter) {} }
      var isDone = false
      while !isDone {
        switch guest.processor.run() {
        case .interrupt:
          interruptions += 1
          _ = heirloom_atomic_and(&guest.processor.state.pointee.interrupt, ~1)
        case .systemCall: isDone = true
        case .fault(let fault):
          Issue.record("\(fault) at \(String(guest.registers.eip, radix: 16))")
          isDone = true
        }
      }
      #expect(Outcome(guest) == expected)
    }
    #expect(interruptions > 100)
  }

  @Test func anEndlessLoopIsLeft() throws {
    let guest = try Guest(bytes("eb fe"))
    let interrupter = Interrupter(microseconds: 10_000)
    defer { withExtendedLifetime(interrupter) {} }
    guard case .interrupt = guest.processor.run() else {
      Issue.record("it ended")
      return
    }
    #expect(guest.registers.eip == Guest.code)
  }

  @Test func aBlockingCallDoesNotBegin() throws {
    var interrupt: UInt32 = 1
    // pause(2)
    #expect(heirloom_blocking_call(&interrupt, 34, 0, 0, 0, 0, 0, 0) == -Int(Errno.ERESTARTNOINTR.code))
    interrupt = 0
    // getpid(2)
    #expect(heirloom_blocking_call(&interrupt, 39, 0, 0, 0, 0, 0, 0) == Int(getpid()))
  }
}
