/* The boundary around a module's code. */
  .text

/* long heirloom_guarded_call(struct heirloom_guard *guard, function, a, b, c, d)
 *
 * A function that returns has kept the registers that it must keep; for one that does not, they are noted. */
  .globl heirloom_guarded_call
  .type heirloom_guarded_call, @function
  .p2align 5
heirloom_guarded_call:
  .cfi_startproc
  push %rbx
  .cfi_def_cfa_offset 16
  .cfi_offset %rbx, -16
  mov heirloom_stay_here@gottpoff(%rip), %r10
  mov %fs:(%r10), %r11
  mov %r11, 0(%rdi)
  mov %rsp, 8(%rdi)
  mov %rbp, 16(%rdi)
  mov %r12, 24(%rdi)
  mov %r13, 32(%rdi)
  mov %r14, 40(%rdi)
  mov %r15, 48(%rdi)
  mov %rdi, %fs:(%r10)
  mov %rdi, %rbx
  mov %rsi, %rax
  mov %rdx, %rdi
  mov %rcx, %rsi
  mov %r8, %rdx
  mov %r9, %rcx
  call *%rax
1:
  mov heirloom_stay_here@gottpoff(%rip), %r10
  mov 0(%rbx), %r11
  mov %r11, %fs:(%r10)
  pop %rbx
  .cfi_def_cfa_offset 8
  ret
  .cfi_endproc

/* void heirloom_guard_leave(struct heirloom_guard *): ends the stay from within. */
  .globl heirloom_guard_leave
heirloom_guard_leave:
  mov %rdi, %rbx
/* The fault handler comes here with the guard in rbx. */
  .globl heirloom_guard_fault
heirloom_guard_fault:
  mov 8(%rbx), %rsp
  mov 16(%rbx), %rbp
  mov 24(%rbx), %r12
  mov 32(%rbx), %r13
  mov 40(%rbx), %r14
  mov 48(%rbx), %r15
  jmp 1b
  .size heirloom_guarded_call, .-heirloom_guarded_call

/* libffi sorts the arguments of a System V call anew at every call, 15 ns each; those of Microsoft's convention are words in a
 * row, 4 ns each. So it calls this by the latter, with the handler first, and this goes on to the handler by the former.
 * What Microsoft's convention preserves and System V does not (rdi, rsi, xmm6-15) is scratch to libffi's own code here. */
  .globl heirloom_to_system_v
  .type heirloom_to_system_v, @function
  .p2align 4
heirloom_to_system_v:
  mov %rcx, %rax
  mov %rdx, %rdi
  mov %r8, %rsi
  mov %r9, %rdx
  mov 40(%rsp), %rcx    /* words that were not passed are read all the same: the handler does not look at them */
  mov 48(%rsp), %r8
  mov 56(%rsp), %r9
  jmp *%rax
  .size heirloom_to_system_v, .-heirloom_to_system_v

  .section .note.GNU-stack, "", @progbits
