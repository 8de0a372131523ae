internal import CHeirloom
internal import CMachine

/// Serves `int $0x80`: the paper's Figure 3. Runs on the task's kernel stack, where SAVE_ALL has put the registers.
///
/// - Returns: 0 to resume the guest in place; 1 when the task has work to do first.
let systemCallGate: @convention(c) (UnsafeMutablePointer<heirloom_cpu>) -> Int32 = { cpu in
  let block = cpu.pointee.kernel.unsafelyUnwrapped.assumingMemoryBound(to: TaskBlock.self)
  let number = Int(cpu.pointee.regs.orig_eax)
  let answer: Int
  if number < Int(NR_syscalls) {
    #if Tables
      if block.pointee.current.sysflag != 0, let entry = block.pointee.current.syscall_table.unsafelyUnwrapped[number] {
        answer = callOverride(entry, number, block, cpu)
      } else {
        answer = callDefault(number, block, cpu)
      }
    #else
      answer = callDefault(number, block, cpu)
    #endif
  } else {
    answer = -38  // ENOSYS
  }
  // A call that has set the registers itself does not go on behind the int $0x80.
  if answer == SystemCall.registersReplaced { return 1 }
  cpu.pointee.regs.eax = UInt32(truncatingIfNeeded: answer)
  return cpu.pointee.interrupt == 0 ? 0 : 1
}

/// `sys_call_table[eax]`.
@inline(__always)
func callDefault(
  _ number: Int, _ block: UnsafeMutablePointer<TaskBlock>, _ cpu: UnsafeMutablePointer<heirloom_cpu>
) -> Int {
  let words = UnsafeRawPointer(cpu).assumingMemoryBound(to: UInt32.self)
  return heirloom_call_handler(block.pointee.defaults + number, block.pointee.task.toOpaque(), words)
}

/// `syscall_table[eax]`. The task says which entry it is inside of, then looks again: an unloader that has withdrawn the
/// entry and run membarrier(2) either sees the mark or has made this look fail (see `Quiescence`).
@inline(never)
func callOverride(
  _ found: UnsafeMutableRawPointer, _ number: Int, _ block: UnsafeMutablePointer<TaskBlock>,
  _ cpu: UnsafeMutablePointer<heirloom_cpu>
) -> Int {
  var entry = found
  let outer = block.pointee.current.inside
  while true {
    block.pointee.current.inside = entry
    heirloom_compiler_barrier()
    let now = heirloom_atomic_load_pointer(block.pointee.current.syscall_table.unsafelyUnwrapped + number)
    if now == entry { break }
    guard let now else {
      block.pointee.current.inside = outer
      return callDefault(number, block, cpu)
    }
    entry = now
  }
  let answer = entry.assumingMemoryBound(to: SyscallEntry.self).pointee.invoke(entry, cpu)
  block.pointee.current.inside = outer
  // A handler that has called execve has no place to go back to.
  return cpu.pointee.regs.orig_eax == UInt32.max ? SystemCall.registersReplaced : answer
}
