/* int heirloom_guarded_call(struct heirloom_guard *guard, void (*function)(void *), void *argument)
 *
 * Calls `function`. Returns 0 when it has returned; 1 when a host fault has ended it, which guard.c then describes in
 * `guard`. */
  .text
  .globl heirloom_guarded_call
  .type heirloom_guarded_call, @function
  .p2align 4
heirloom_guarded_call:
  mov heirloom_guard_top@gottpoff(%rip), %rax
  mov %fs:(%rax), %rcx
  mov %rcx, 0(%rdi)
  mov %rbx, 8(%rdi)
  mov %rbp, 16(%rdi)
  mov %r12, 24(%rdi)
  mov %r13, 32(%rdi)
  mov %r14, 40(%rdi)
  mov %r15, 48(%rdi)
  mov %rsp, 56(%rdi)
  mov %rdi, %fs:(%rax)
  mov %rdi, %rbx
  mov %rsi, %rax
  mov %rdx, %rdi
  sub $8, %rsp
  call *%rax
  add $8, %rsp
  xor %eax, %eax
1:
  mov heirloom_guard_top@gottpoff(%rip), %rdx
  mov 0(%rbx), %rcx
  mov %rcx, %fs:(%rdx)
  mov 8(%rbx), %rbx
  ret

/* The fault handler comes here with the guard in rbx. */
  .globl heirloom_guard_fault
heirloom_guard_fault:
  mov 16(%rbx), %rbp
  mov 24(%rbx), %r12
  mov 32(%rbx), %r13
  mov 40(%rbx), %r14
  mov 48(%rbx), %r15
  mov 56(%rbx), %rsp
  mov $1, %eax
  jmp 1b
  .size heirloom_guarded_call, .-heirloom_guarded_call

  .section .note.GNU-stack, "", @progbits
