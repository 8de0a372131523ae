/* The state of one guest processor and the assembly that enters and leaves guest code. */
#pragma once
#include <heirloom/abi.h>
#include <stddef.h>

/* Why guest code was left. */
enum {
  HEIRLOOM_LEFT_GATE = 0,      /* the system call gate asked to leave */
  HEIRLOOM_LEFT_MISS = 1,      /* a jump to code that has no known translation: regs.eip holds it */
  HEIRLOOM_LEFT_TRAP = 2,      /* an instruction that must not run natively: trap_number, trap_argument */
  HEIRLOOM_LEFT_FAULT = 3,     /* a host signal in guest code: fault_* */
  HEIRLOOM_LEFT_INTERRUPT = 4, /* heirloom_cpu.interrupt was set */
};

/* What set_thread_area(2) describes, as far as address arithmetic needs it. */
struct heirloom_tls_slot {
  uint32_t base, limit, flags, present;
};

/* One guest processor. It lives at the top of its task's kernel stack; emitted code reaches it through r14, and the
 * fields that emitted code uses sit at 8-bit displacements. */
struct heirloom_cpu {
  struct pt_regs regs;         /* 0: the SAVE_ALL frame, 68 bytes */
  uint32_t left;               /* 68: HEIRLOOM_LEFT_* */
  volatile uint32_t interrupt; /* 72: not 0: leave guest code, and do not enter it, until the kernel clears it */
  uint32_t trap_number;        /* 76 */
  uint64_t resume;             /* 80: host address to continue at */
  uint64_t gate_stub;          /* 88 */
  uint64_t miss_stub;          /* 96 */
  uint64_t trap_stub;          /* 104 */
  uint64_t host_stack;         /* 112 */
  uint64_t window;             /* 120: host address of guest address 0 */
  uint64_t lookup;             /* 128: this thread's indirect jump cache */
  uint64_t code;               /* 136: host address of the code cache */
  uint32_t gs_base, fs_base;   /* 144 */
  uint32_t trap_argument;      /* 152 */
  uint32_t reserved;
  int32_t (*_Nullable gate)(struct heirloom_cpu *_Nonnull);  /* 160: serves int $0x80; 0: resume the guest, 1: leave */
  void *_Nullable kernel;      /* 168: the kernel's, untouched by the machine */
  uint8_t xmm[8][16] __attribute__((aligned(16)));  /* the guest's xmm0-7 while host code runs */
  struct heirloom_tls_slot tls[3];
  /* The host's view of a fault or an interruption, for the recovery in HeirloomMachine. */
  uint64_t host_registers[16]; /* in the encoding's order: rax rcx rdx rbx rsp rbp rsi rdi r8-r15 */
  uint64_t host_rip;
  uint64_t host_flags;
  uint64_t fault_address;
  int32_t fault_signal, fault_code;
  uint32_t fault_trap, fault_error; /* the host's trapno and err, as a signal frame reports them */
};

/* Host system calls that a guest's signal can end.
 * Returns the host's answer (-errno on failure); -EINTR at once, with nothing begun, when *interrupt is set at the moment of
 * entering the host's kernel: the handler of the interruption signal closes the race between the check and the call. */
long heirloom_blocking_call(const volatile uint32_t *_Nonnull interrupt, long number, long a, long b, long c, long d, long e, long f);
