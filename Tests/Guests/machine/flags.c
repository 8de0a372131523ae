/* Every combination of the flags that a program may set goes through each way out of its code and back. */
#include "../test.h"
#include <ucontext.h>

enum { DF = 0x400, NT = 0x4000, AC = 0x40000, ID = 0x200000 };
static const uint32_t bits[] = {1, 4, 0x10, 0x40, 0x80, DF, 0x800, NT, AC, ID};
enum { COUNT = 1 << sizeof bits / sizeof *bits };

/* Returns that nobody has been to: each is looked up for the first time. */
static unsigned char returns[COUNT];
static uint32_t in_frame;

static void handler(int signal, siginfo_t *info, void *raw) {
  (void)signal, (void)info;
  in_frame = (uint32_t)((ucontext_t *)raw)->uc_mcontext.gregs[REG_EFL];
}

/* WAY with the flags; what they are behind it, and whether another register has changed. cld and the plain flags come first,
 * for the compiler's code must not see the others. */
#define THROUGH(way, flags, target)                                                                                        \
  ({                                                                                                                       \
    uint32_t after_, eax_ = 20, ecx_ = (uint32_t)(target), edx_ = 3, esi_ = 4, edi_ = 5;                                   \
    __asm__ volatile("push %6; popf; " way "; pushf; push $0x202; popf; pop %0"                                            \
                     : "=&m"(after_), "+a"(eax_), "+c"(ecx_), "+d"(edx_), "+S"(esi_), "+D"(edi_)                           \
                     : "b"(flags)                                                                                          \
                     : "memory", "cc");                                                                                    \
    after_ | (esi_ != 4 || edi_ != 5 ? 0x80000000 : 0);                                                                    \
  })

#define EACH(name, way, expected)                                                                                          \
  do {                                                                                                                     \
    uint32_t wrong_ = 0, first_ = 0, sum_ = 0;                                                                             \
    for (uint32_t i = 0; i < COUNT; i++) {                                                                                 \
      uint32_t flags = 0x202;                                                                                              \
      for (unsigned bit = 0; bit < sizeof bits / sizeof *bits; bit++) flags |= i >> bit & 1 ? bits[bit] : 0;               \
      in_frame = flags;                                                                                                    \
      uint32_t after = THROUGH(way, flags, returns + i);                                                                   \
      sum_ = sum_ * 31 + after;                                                                                            \
      if (after == (expected) && (in_frame & ~0x10000u) == flags) continue;                                                \
      if (!wrong_++) first_ = flags;                                                                                       \
    }                                                                                                                      \
    printf("%s: %u wrong", name, wrong_);                                                                                  \
    if (wrong_) printf(", the first %x", first_);                                                                          \
    printf(", sum %08x\n", sum_);                                                                                          \
  } while (0)

int main(void) {
  memset(returns, 0xc3, sizeof returns);
  mprotect((void *)((uintptr_t)returns & -4096), sizeof returns + 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
  sigaction(SIGTRAP, &action, 0);
  EACH("int $0x80", "int $0x80", flags);
  EACH("int $0x80 twice", "int $0x80; mov $20, %%eax; int $0x80", flags);
  EACH("cpuid", "push %%ebx; cpuid; pop %%ebx", flags);
  EACH("a call of new code", "call *%%ecx", flags);
  EACH("a call of known code", "call *%%ecx", flags);
  EACH("a signal", "int3", flags);
  EACH("a signal, then int $0x80", "int3; mov $20, %%eax; int $0x80", flags);
  EACH("std, int $0x80", "std; int $0x80", flags | DF);
  EACH("cld, int $0x80", "cld; int $0x80", flags & ~DF);
  EACH("popfw, int $0x80", "pushw $0x4cd7; popfw; int $0x80", (flags & (AC | ID)) | 0x4ed7);
  EACH("popfw of nothing, int $0x80", "pushw $2; popfw; int $0x80", (flags & (AC | ID)) | 0x202);
  /* With NT it would be a return to another task. */
  EACH("iret, int $0x80", "pushf; andl $~0x4000, (%%esp); popf; push %%ebx; push %%cs; push $1f; iret; 1: int $0x80", flags);
}
