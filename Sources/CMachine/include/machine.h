/* The state of one guest processor and the assembly that enters and leaves guest code. */
#pragma once
#if !defined(__x86_64__) || !defined(__linux__)
#error "Heirloom runs i386 code on the processor itself and serves it by Linux: it builds on x86-64 Linux only"
#endif
#include <heirloom/abi.h>
#include <stddef.h>
#include "offsets.h"

/* Why guest code was left. */
#define HEIRLOOM_LEFT_GATE 0      /* the system call gate asked to leave */
#define HEIRLOOM_LEFT_MISS 1      /* a jump without a known target: regs.eip; its rel32's place is in trap_argument, or 0 */
#define HEIRLOOM_LEFT_TRAP 2      /* an instruction that must not run natively: trap_number, trap_argument */
#define HEIRLOOM_LEFT_FAULT 3     /* a host signal in guest code: host_* and fault_* */
#define HEIRLOOM_LEFT_INTERRUPT 4 /* heirloom_cpu.interrupt was set; the registers are the guest's */
#define HEIRLOOM_LEFT_ASYNC 5     /* the same, in the middle of guest code: host_* */

/* What set_thread_area(2) describes, as far as address arithmetic needs it. */
struct heirloom_tls_slot {
  uint32_t base, limit, flags, present;
};

/* Guest code's calls and returns are the host's, for the sake of their prediction, on a stack that holds nothing else; where a
 * guest's return goes is never read from it. So it may begin anew at any place: where guest code comes to an end of it, a page
 * of HEIRLOOM_RETURNS_GUARD bytes that may not be used, it is in the middle again. Processors remember some 32 calls. */
#define HEIRLOOM_RETURNS (512 << 10)
#define HEIRLOOM_RETURNS_GUARD 4096

/* One guest processor. It lives at the top of its task's kernel stack; emitted code reaches it through r14, and the
 * fields that emitted code uses sit at 8-bit displacements. */
struct heirloom_cpu {
  struct pt_regs regs;         /* 0: the SAVE_ALL frame, 68 bytes */
  uint32_t rare_flags;         /* 68: not 0 while the flags of guest code may have DF, NT, AC or ID set */
  volatile uint32_t interrupt; /* 72: not 0: leave guest code, and do not enter it, until the kernel clears it */
  uint32_t trap_number;        /* 76 */
  uint64_t resume;             /* 80: host address to continue at */
  uint64_t gate_stub;          /* 88 */
  uint64_t miss_stub;          /* 96 */
  uint64_t trap_stub;          /* 104 */
  uint64_t host_stack;         /* 112 */
  uint64_t window;             /* 120: host address of guest address 0 */
  uint64_t lookup;             /* 128: this thread's indirect jump cache: 4 bytes for each guest address, where the host goes on */
  uint64_t code;               /* 136: host address of the code cache */
  uint32_t gs_base, fs_base;   /* 144 */
  uint32_t trap_argument;      /* 152 */
  uint32_t mxcsr;              /* the guest's MXCSR and bit 31 while the host has its own; 0: it is still loaded */
  int32_t (*_Nullable gate)(struct heirloom_cpu *_Nonnull);  /* 160: serves int $0x80; 0: resume the guest, 1: leave */
  void *_Nullable kernel;      /* 168: the kernel's, untouched by the machine */
  uint8_t xmm[8][16] __attribute__((aligned(16)));  /* the guest's xmm0-7 while host code runs */
  struct heirloom_tls_slot tls[3];
  volatile uint32_t in_guest;  /* 352: 1 from before the last look at `interrupt` on the way into guest code until it is left */
  uint32_t left;               /* HEIRLOOM_LEFT_* */
  /* 360: the last x87 operand with a prefix of es, cs, fs or gs: its offset, its address and the selector; no operand: 0 */
  uint32_t fpu_offset, fpu_address, fpu_selector;
  uint64_t returns;            /* 376: guest code's rsp, while host code runs */
  uint64_t returns_middle;     /* where it begins anew, HEIRLOOM_RETURNS bytes from either end of its memory */
  /* The host's view of a fault or an interruption, for the recovery in HeirloomMachine. */
  uint64_t host_registers[16]; /* in the encoding's order: rax rcx rdx rbx rsp rbp rsi rdi r8-r15 */
  uint64_t host_rip;
  uint64_t host_flags;
  uint64_t fault_address;
  int32_t fault_signal, fault_code;
  uint32_t fault_trap, fault_error; /* the host's trapno and err, as a signal frame reports them */
  struct heirloom_stay *_Nullable stay; /* the bound thread's stays in modules; see guard.h */
};

/* Host system calls that a guest's signal can end.
 * Returns the host's answer (-errno on failure); -ERESTARTNOINTR at once, with nothing begun, when *interrupt is set at the
 * moment of entering the host's kernel, by others than the machine itself: the handler of the interruption signal closes the
 * race between the check and the call. */
long heirloom_blocking_call(const volatile uint32_t *_Nonnull interrupt, long number, long a, long b, long c, long d, long e, long f);

/* Runs guest code from `resume` until something takes it out; `left` says what. */
void heirloom_enter(struct heirloom_cpu *_Nonnull cpu);

/* Installs the host's signal handlers; `code` and `size` say where emitted code stands. */
void heirloom_install_handlers(uint64_t code, uint64_t size, int interruption);

/* Makes the calling thread this processor's, with an alternate stack for the handlers; 0 for none. */
void heirloom_bind(struct heirloom_cpu *_Nullable cpu, void *_Nullable stack, size_t size);
struct heirloom_cpu *_Nullable heirloom_current_cpu(void);
/* As heirloom_install_handlers got it. */
int heirloom_interruption_signal(void);

/* Accesses to guest memory at host addresses; -1 where it faults. */
int heirloom_copy(void *_Nonnull to, const void *_Nonnull from, size_t count);
int heirloom_clear(void *_Nonnull to, size_t count);
int heirloom_load32(const void *_Nonnull from, uint32_t *_Nonnull value);
int heirloom_load64(const void *_Nonnull from, uint64_t *_Nonnull value);
int heirloom_store32(void *_Nonnull to, uint32_t value);
int heirloom_store64(void *_Nonnull to, uint64_t value);
int heirloom_compare_exchange(void *_Nonnull at, uint32_t expected, uint32_t desired, uint32_t *_Nonnull seen);
long heirloom_string_length(const void *_Nonnull at, size_t limit);

/* Gate, miss and trap stub, by number. */
void *_Nonnull heirloom_stub(int number);

/* The host's gs base: wrgsbase, or arch_prctl(2) where the host has not enabled it. */
void heirloom_set_gs_base(uint64_t base);

/* FXSAVE and FXRSTOR in their 32-bit form. */
static inline void heirloom_save_fpu(void *_Nonnull image) { __asm__ volatile("fxsave %0" : "=m"(*(char(*)[512])image)); }
static inline void heirloom_load_fpu(const void *_Nonnull image) {
  __asm__ volatile("fxrstor %0" ::"m"(*(const char(*)[512])image));
}
/* FNSTENV and FNSAVE, 28 and 108 bytes, and their forms of 16-bit code, 14 and 94 bytes. FNSAVE resets the FPU. */
static inline void heirloom_store_environment(void *_Nonnull at) { __asm__ volatile("fnstenv %0" : "=m"(*(char(*)[28])at)); }
static inline void heirloom_store_environment16(void *_Nonnull at) {
  __asm__ volatile("data16 fnstenv %0" : "=m"(*(char(*)[14])at));
}
static inline void heirloom_load_environment(const void *_Nonnull at) { __asm__ volatile("fldenv %0" ::"m"(*(const char(*)[28])at)); }
static inline void heirloom_store_fpu(void *_Nonnull at) { __asm__ volatile("fnsave %0" : "=m"(*(char(*)[108])at)); }
static inline void heirloom_store_fpu16(void *_Nonnull at) { __asm__ volatile("data16 fnsave %0" : "=m"(*(char(*)[94])at)); }

/* What the host's descriptor tables, which are a guest's but for its TLS, say of a selector: LAR, LSL, VERR and VERW.
 * Each returns whether ZF was set. */
static inline int heirloom_access_rights(uint32_t selector, uint32_t *_Nonnull rights) {
  int is_valid;
  __asm__("lar %2, %1" : "=@ccz"(is_valid), "+r"(*rights) : "r"(selector) : "cc");
  return is_valid;
}
static inline int heirloom_segment_limit(uint32_t selector, uint32_t *_Nonnull limit) {
  int is_valid;
  __asm__("lsl %2, %1" : "=@ccz"(is_valid), "+r"(*limit) : "r"(selector) : "cc");
  return is_valid;
}
static inline int heirloom_may_read(uint32_t selector) {
  int may;
  __asm__("verr %w1" : "=@ccz"(may) : "r"(selector) : "cc");
  return may;
}
static inline int heirloom_may_write(uint32_t selector) {
  int may;
  __asm__("verw %w1" : "=@ccz"(may) : "r"(selector) : "cc");
  return may;
}
static inline void heirloom_cpuid(uint32_t leaf, uint32_t subleaf, uint32_t *_Nonnull registers) {
  __asm__ volatile("cpuid"
                   : "=a"(registers[0]), "=b"(registers[1]), "=c"(registers[2]), "=d"(registers[3])
                   : "a"(leaf), "c"(subleaf));
}
