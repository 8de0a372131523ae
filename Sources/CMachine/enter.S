/* Into guest code and out of it.
 *
 * While guest code runs: r14 is the processor, r15 the window, r13 the guest's gs base, ebp its esp, r12d its ebp, r10
 * the lookup cache; eax ecx edx ebx esi edi are the guest's, rsp is in the processor's stack of returns. */
#include "include/offsets.h"
#include "include/returns.h"

  .text

/* The guest's registers and flags to the SAVE_ALL frame. Two registers go in one store, for the stores are what this waits for.
 * pushfq and popfq are only worth their cost where the flags may hold what lahf does not show: SAVE_RARE. */
.macro SAVE_ALL
  mov %eax, CPU_EAX(%r14)
  mov %ebp, CPU_ESP(%r14)
  lahf
  seto %al
  shl $32, %rcx
  or %rcx, %rbx
  mov %rbx, CPU_EBX(%r14)   /* and ecx */
  shl $32, %rsi
  or %rsi, %rdx
  mov %rdx, CPU_EDX(%r14)   /* and esi */
  shl $32, %r12
  or %r12, %rdi
  mov %rdi, CPU_EDI(%r14)   /* and ebp */
  movzbl %ah, %ecx
  movzbl %al, %eax
  shl $11, %eax             /* OF */
  lea 0x200(%rax,%rcx), %eax
  cmpl $0, CPU_RARE_FLAGS(%r14)
  jne 6f
5:
  mov %eax, CPU_EFLAGS(%r14)
.endm

/* DF, NT, AC and ID, which are the guest's only. */
.macro SAVE_RARE
6:
  pushfq
  pop %rcx
  and $0x244400, %ecx
  or %ecx, %eax
  movl $0, CPU_RARE_FLAGS(%r14)
  push $0x202
  popfq
  jmp 5b
.endm

.macro SAVE_XMM
  movl $0, CPU_IN_GUEST(%r14)
  movaps %xmm0, CPU_XMM+0(%r14)
  movaps %xmm1, CPU_XMM+16(%r14)
  movaps %xmm2, CPU_XMM+32(%r14)
  movaps %xmm3, CPU_XMM+48(%r14)
  movaps %xmm4, CPU_XMM+64(%r14)
  movaps %xmm5, CPU_XMM+80(%r14)
  movaps %xmm6, CPU_XMM+96(%r14)
  movaps %xmm7, CPU_XMM+112(%r14)
.endm

/* Everything that guest code runs with but rsp. popfq is only worth its cost where
 * sahf and an addition cannot set the flags: RESTORE_RARE. */
.macro RESTORE_ALL
  movaps CPU_XMM+0(%r14), %xmm0
  movaps CPU_XMM+16(%r14), %xmm1
  movaps CPU_XMM+32(%r14), %xmm2
  movaps CPU_XMM+48(%r14), %xmm3
  movaps CPU_XMM+64(%r14), %xmm4
  movaps CPU_XMM+80(%r14), %xmm5
  movaps CPU_XMM+96(%r14), %xmm6
  movaps CPU_XMM+112(%r14), %xmm7
  mov CPU_WINDOW(%r14), %r15
  mov CPU_LOOKUP(%r14), %r10
  mov CPU_GS_BASE(%r14), %r13d
  mov CPU_EFLAGS(%r14), %eax
  test $0x244500, %eax
  jnz 7f
  mov %eax, %ecx
  shr $11, %ecx
  and $1, %ecx
  mov %al, %ah
  mov $0x7f, %al
  add %cl, %al          /* overflows exactly if OF was set */
  sahf
8:
  mov CPU_EAX(%r14), %eax
  mov CPU_EBX(%r14), %ebx
  mov CPU_ECX(%r14), %ecx
  mov CPU_EDX(%r14), %edx
  mov CPU_ESI(%r14), %esi
  mov CPU_EDI(%r14), %edi
  mov CPU_EBP(%r14), %r12d
  mov CPU_ESP(%r14), %ebp
.endm

.macro RESTORE_RARE
7:
  test $0x100, %eax     /* single steps are the machine's to carry out */
  jnz heirloom_enter_abort
  and $0x244cd5, %eax   /* what user code may set, without TF */
  or $0x202, %eax
  mov %eax, CPU_RARE_FLAGS(%r14)
  push %rax
  popfq
  jmp 8b
.endm

/* void heirloom_enter(struct heirloom_cpu *): runs guest code at `resume` until something takes it out. */
  .globl heirloom_enter
  .type heirloom_enter, @function
  .p2align 5
heirloom_enter:
  push %rbp
  push %rbx
  push %r12
  push %r13
  push %r14
  push %r15
  sub $8, %rsp          /* aligned for C */
  mov %rdi, %r14
  mov %rsp, CPU_HOST_STACK(%r14)
  cmpl $0, CPU_MXCSR(%r14)
  jns heirloom_enter_begin
  andl $0x7fffffff, CPU_MXCSR(%r14)
  ldmxcsr CPU_MXCSR(%r14)
  movl $0, CPU_MXCSR(%r14)
/* From here to the jump an interruption aborts: the guest's registers are still in the frame. */
  .globl heirloom_enter_begin
heirloom_enter_begin:
  movl $1, CPU_IN_GUEST(%r14)
  cmpl $0, CPU_INTERRUPT(%r14)
  jne heirloom_enter_abort
  RESTORE_ALL
  mov CPU_RETURNS(%r14), %rsp
  jmp *CPU_RESUME(%r14)
  RESTORE_RARE
  .globl heirloom_enter_end
heirloom_enter_end:

/* The handler of the interruption signal comes here from in between: some of the guest's flags may have been set already, and
 * of those it could not clear NT and ID. */
  .globl heirloom_enter_interrupted
heirloom_enter_interrupted:
  push $0x202
  popfq
  .globl heirloom_enter_abort
heirloom_enter_abort:
  movl $0, CPU_IN_GUEST(%r14)
  movl $4, CPU_LEFT(%r14)
  jmp leave

/* int $0x80; eip is stored, and r9 is where guest code goes on. */
  .globl heirloom_gate
  .p2align 5
heirloom_gate:
  mov %eax, CPU_ORIG_EAX(%r14)
  SAVE_ALL
  SAVE_XMM
  mov %rsp, %rbx
  mov %r9, %rbp
  mov CPU_HOST_STACK(%r14), %rsp
  mov %r14, %rdi
  call *CPU_GATE(%r14)
  test %eax, %eax
  jne 1f
  .globl heirloom_gate_begin
heirloom_gate_begin:
  movl $1, CPU_IN_GUEST(%r14)
  cmpl $0, CPU_INTERRUPT(%r14)
  jne heirloom_enter_abort
  mov %rbx, %rsp
  mov %rbp, %r8
  RESTORE_ALL
  jmp *%r8              /* a return behind a host call is slow: returns.h */
  RESTORE_RARE
  .globl heirloom_gate_end
heirloom_gate_end:
1:
  mov %rbx, CPU_RETURNS(%r14)
  movl $0, CPU_LEFT(%r14)
  jmp leave
  SAVE_RARE

/* A jump to code without a known translation: r8d is its guest address, r9d the offset of the jump's rel32, or 0. */
  .globl heirloom_miss
  .p2align 4
heirloom_miss:
  mov %rsp, CPU_RETURNS(%r14)
  mov %r8d, CPU_EIP(%r14)
  mov %r9d, CPU_TRAP_ARGUMENT(%r14)
  movl $1, CPU_LEFT(%r14)
  jmp 2f
/* An instruction that the machine carries out itself: eip and trap_number are stored. */
  .globl heirloom_trap
heirloom_trap:
  mov %rsp, CPU_RETURNS(%r14)
  movl $2, CPU_LEFT(%r14)
2:
  SAVE_ALL
3:
  SAVE_XMM
leave:
/* The host's code gets exceptions masked, and leaves no flags of its own in the guest's register. */
  cmpl $0, CPU_MXCSR(%r14)
  js 1f
  stmxcsr CPU_MXCSR(%r14)
  orl $0x80000000, CPU_MXCSR(%r14)
  ldmxcsr initial_mxcsr(%rip)
1:
  mov CPU_HOST_STACK(%r14), %rsp
  add $8, %rsp
  pop %r15
  pop %r14
  pop %r13
  pop %r12
  pop %rbx
  pop %rbp
  ret
/* The signal handler comes here with the frame filled in. Of the flags it could not clear NT and ID. */
  .globl heirloom_leave_async
heirloom_leave_async:
  push $0x202
  popfq
  jmp 3b
  SAVE_RARE
  .globl heirloom_stubs_end
heirloom_stubs_end:
  .size heirloom_enter, .-heirloom_enter
  .p2align 2
initial_mxcsr:
  .long 0x1f80

/* long heirloom_blocking_call(const uint32_t *interrupt, long number, a, b, c, d, e, f)
 *
 * What the machine wants of the thread has time until it goes back to guest code. */
  .globl heirloom_blocking_call
  .type heirloom_blocking_call, @function
  .p2align 4
heirloom_blocking_call:
  push %rbx
  mov %rdi, %rbx
  mov %rsi, %rax
  mov %rdx, %rdi
  mov %rcx, %rsi
  mov %r8, %rdx
  mov %r9, %r10
  mov 16(%rsp), %r8
  mov 24(%rsp), %r9
/* An interruption between the look and the call is turned back to the look's failure, which is ERESTARTNOINTR: the call has
 * not been made. */
  .globl heirloom_blocking_begin
heirloom_blocking_begin:
  testl $~HEIRLOOM_MACHINE_WORK, (%rbx)
  jne heirloom_blocking_interrupted
  syscall
  .globl heirloom_blocking_end
heirloom_blocking_end:
  HEIRLOOM_FILL_RETURNS
  add $HEIRLOOM_FILL_BYTES, %rsp
  pop %rbx
  pop %rcx
  jmp *%rcx
  .globl heirloom_blocking_interrupted
heirloom_blocking_interrupted:
  mov $-513, %rax
  pop %rbx
  ret

/* Copies that may fault. Each returns 0; the signal handler turns a fault between the marks into a return of -1.
 * No register but scratch ones is in use there, and rsp is as on entry. */
  .globl heirloom_copy_begin
heirloom_copy_begin:

/* int heirloom_copy(void *to, const void *from, size_t count) */
  .globl heirloom_copy
  .type heirloom_copy, @function
heirloom_copy:
  cmp $32, %rdx         /* rep movsb takes long to begin with */
  ja 1f
  cmp $16, %rdx
  jae 2f
  cmp $8, %rdx
  jae 3f
  cmp $4, %rdx
  jae 4f
1:
  mov %rdx, %rcx
  rep movsb
  xor %eax, %eax
  ret
2:
  movdqu (%rsi), %xmm0
  movdqu -16(%rsi,%rdx), %xmm1
  movdqu %xmm0, (%rdi)
  movdqu %xmm1, -16(%rdi,%rdx)
  xor %eax, %eax
  ret
3:
  mov (%rsi), %rax
  mov -8(%rsi,%rdx), %rcx
  mov %rax, (%rdi)
  mov %rcx, -8(%rdi,%rdx)
  xor %eax, %eax
  ret
4:
  mov (%rsi), %eax
  mov -4(%rsi,%rdx), %ecx
  mov %eax, (%rdi)
  mov %ecx, -4(%rdi,%rdx)
  xor %eax, %eax
  ret

/* int heirloom_clear(void *to, size_t count) */
  .globl heirloom_clear
  .type heirloom_clear, @function
heirloom_clear:
  mov %rsi, %rcx
  xor %eax, %eax
  rep stosb
  ret

/* int heirloom_load32(const void *from, uint32_t *value) and 64 */
  .globl heirloom_load32
  .type heirloom_load32, @function
heirloom_load32:
  mov (%rdi), %eax
  mov %eax, (%rsi)
  xor %eax, %eax
  ret
  .globl heirloom_load64
  .type heirloom_load64, @function
heirloom_load64:
  mov (%rdi), %rax
  mov %rax, (%rsi)
  xor %eax, %eax
  ret

/* int heirloom_store32(void *to, uint32_t value) and 64 */
  .globl heirloom_store32
  .type heirloom_store32, @function
heirloom_store32:
  mov %esi, (%rdi)
  xor %eax, %eax
  ret
  .globl heirloom_store64
  .type heirloom_store64, @function
heirloom_store64:
  mov %rsi, (%rdi)
  xor %eax, %eax
  ret

/* int heirloom_compare_exchange(void *at, uint32_t expected, uint32_t desired, uint32_t *seen) */
  .globl heirloom_compare_exchange
  .type heirloom_compare_exchange, @function
heirloom_compare_exchange:
  mov %esi, %eax
  lock cmpxchg %edx, (%rdi)
  mov %eax, (%rcx)
  xor %eax, %eax
  ret

/* long heirloom_string_length(const void *at, size_t limit): bytes before the NUL; limit where there is none; -1 */
  .globl heirloom_string_length
  .type heirloom_string_length, @function
heirloom_string_length:
  xor %eax, %eax
3:
  cmp %rsi, %rax
  je 4f
  cmpb $0, (%rdi,%rax)
  je 4f
  inc %rax
  jmp 3b
4:
  ret

  .globl heirloom_copy_end
heirloom_copy_end:
  .globl heirloom_copy_failed
heirloom_copy_failed:
  mov $-1, %rax
  cld
  ret

  .section .note.GNU-stack, "", @progbits
