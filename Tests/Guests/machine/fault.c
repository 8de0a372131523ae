//: cc -O2
// Synchronous faults: the registers, flags and addresses that the handler sees are those of the faulting instruction, with
// nothing of it done. Each runs in a child.
#include "test.h"
#include <ucontext.h>

static unsigned stack_top;
static int anywhere; // the address is another in each run

static void show(int sig, siginfo_t *info, void *context) {
  greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;
  unsigned esp = g[REG_ESP];
  int near = esp - stack_top + 64 < 128; // counted from 64 bytes below it
  printf("  %s eip %x eax %x ecx %x edx %x ebx %x esp %s%x ebp %x esi %x edi %x flags %x addr %x\n", sigabbrev_np(sig),
         g[REG_EIP], g[REG_EAX], g[REG_ECX], g[REG_EDX], g[REG_EBX], near ? "top+" : "", near ? esp - stack_top + 64 : esp, g[REG_EBP], g[REG_ESI], g[REG_EDI], g[REG_EFL] & 0xcd5,
         anywhere ? 0 : (unsigned)info->si_addr);
  fflush(stdout);
  _exit(0);
}

/* Known registers and flags. */
#define PREPARE                                                                                                 \
  "mov $0x11111111,%%eax; mov $0x22222222,%%ecx; mov $0x33333333,%%edx; mov $0x44444444,%%ebx; mov $0x55555555,%%esi;" \
  "mov $0x66666666,%%edi; mov $0x77777777,%%ebp; cmp $1,%%eax; stc;"
/* Where nothing is mapped. */
#define BAD "0x70000000"

#define FAULT(code)                                                        \
  printf("%s\n", code);                                                    \
  wait_for(CHILD({                                                         \
    asm volatile("mov %%esp,%0" : "=m"(stack_top));                        \
    asm volatile(PREPARE code ::: "memory");                               \
    0;                                                                     \
  }));

int main(void) {
  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = show, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  int sigs[] = {SIGSEGV, SIGILL, SIGFPE, SIGBUS};
  for (int i = 0; i < 4; i++) sigaction(sigs[i], &action, NULL);
  mmap((void *)0x60000000, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  FAULT("push %%eax; push %%ebx; push " BAD "; pop %%esi; hlt")
  FAULT("push %%eax; pop %%edi; pop %%esi; mov $5,%%esi; mov %%ebx," BAD ";")
  FAULT("mov $" BAD ",%%esp; push %%eax; push %%ebx;")
  FAULT("mov $0x60000004,%%esp; push %%eax; push %%ebx; push %%ecx")
  FAULT("mov $" BAD ",%%esp; call 1f; 1: nop")
  FAULT("mov $" BAD ",%%esp; ret")
  FAULT("push $" BAD "; ret")
  FAULT("jmp *%%eax")
  FAULT("mov $" BAD ",%%esp; mov %%ah,3(%%esp)")
  FAULT("mov $" BAD ",%%esp; mov %%bh,3(%%esp,%%ecx,2)")
  FAULT("leave")
  FAULT("mov $0x60001ff0,%%edi; mov $0x60000000,%%esi; mov $100,%%ecx; rep movsb")
  FAULT("mov $0x60001ff0,%%edi; mov $100,%%ecx; rep stosl")
  FAULT("popl " BAD)
  FAULT("xor %%ecx,%%ecx; div %%ecx")
  FAULT("ud2")
  FAULT("hlt")
  FAULT("call *" BAD)
  FAULT("mov $0x60000002,%%esp; pusha")
  FAULT("mov $" BAD ",%%esp; enter $16,$0")
  FAULT("push %%eax; add " BAD ",%%eax")
  FAULT("mov $" BAD ",%%esp; int $0x81")
  FAULT("mov $0xfffffffe,%%eax; mov (%%eax),%%ecx")
  FAULT("mov $0x8,%%eax; mov -16(%%eax),%%ecx")
  FAULT("xor %%eax,%%eax; movaps 0x60000004(%%eax),%%xmm0")
  anywhere = 1;
  FAULT("mov %%gs:0x70000000,%%eax")
}
