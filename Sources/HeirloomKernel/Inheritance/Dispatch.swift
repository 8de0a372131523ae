internal import CHeirloom
internal import CMachine

/// Serves `int $0x80`: the paper's Figure 3. Runs on the task's kernel stack, where SAVE_ALL has put the registers.
///
/// - Returns: 0 to resume the guest in place; 1 when the task has work to do first.
@c(heirloom_system_call)
@inline(__always)  // into its C face
func systemCallGate(_ cpu: UnsafeMutablePointer<heirloom_cpu>) -> Int32 {
  let block = cpu.pointee.kernel.unsafelyUnwrapped.assumingMemoryBound(to: TaskBlock.self)
  let number = Int(cpu.pointee.regs.orig_eax)
  guard number < Int(NR_syscalls) else { return resume(cpu, -38) }  // ENOSYS
  #if Tables
    if block.pointee.current.sysflag != 0, let entry = block.pointee.current.head(number).pointee {
      return callOverride(entry, number, block, cpu)
    }
  #endif
  return resume(cpu, block.serveDefault(number, UnsafeRawPointer(cpu).assumingMemoryBound(to: UInt32.self)))
}

/// `syscall_table[eax]`. The task says which entry it is inside of, then looks again: an unloader that has withdrawn the
/// entry and run membarrier(2) either sees the mark or has made this look fail (see `Quiescence`).
@inline(__always)
private func callOverride(
  _ entry: UnsafeMutableRawPointer, _ number: Int, _ block: UnsafeMutablePointer<TaskBlock>,
  _ cpu: UnsafeMutablePointer<heirloom_cpu>
) -> Int32 {
  block.pointee.current.inside = entry
  heirloom_compiler_barrier()
  let now = heirloom_atomic_load_pointer(block.pointee.current.head(number))
  guard now == entry else {
    block.pointee.current.inside = nil
    return systemCallAgain(cpu)
  }
  block.note(entry)
  let answer = entry.assumingMemoryBound(to: SyscallEntry.self).pointee.invoke(
    entry, cpu, UnsafeRawPointer(cpu).assumingMemoryBound(to: UInt32.self))
  block.pointee.current.inside = nil
  // A handler that has called execve or sigreturn has no place to go back to.
  return resume(cpu, cpu.pointee.regs.orig_eax == UInt32.max ? SystemCall.registersReplaced : answer)
}

/// The entry has been changed since it was found.
@inline(never)
private func systemCallAgain(_ cpu: UnsafeMutablePointer<heirloom_cpu>) -> Int32 { systemCallGate(cpu) }

/// Gives the guest its answer.
@inline(__always)
private func resume(_ cpu: UnsafeMutablePointer<heirloom_cpu>, _ answer: Int) -> Int32 {
  // A call that has set the registers itself does not go on behind the int $0x80.
  if answer == SystemCall.registersReplaced { return 1 }
  cpu.pointee.regs.eax = UInt32(truncatingIfNeeded: answer)
  return cpu.pointee.interrupt == 0 ? 0 : 1
}
