// Faults as a handler sees them; each in a process of its own, and the others go on.
#include "test.h"
#include <ucontext.h>

static void show(int sig, siginfo_t *info, void *context) {
  greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
  printf("%s code %d addr %x trap %d err %x cr2 %lx at eip %d\n", sigabbrev_np(sig), info->si_code,
         sig == SIGFPE || sig == SIGILL ? 0 : (unsigned)info->si_addr, regs[REG_TRAPNO], regs[REG_ERR] & 7,
         sig == SIGSEGV && regs[REG_TRAPNO] == 14 ? ((ucontext_t *)context)->uc_mcontext.cr2 : 0,
         (unsigned)info->si_addr == (unsigned)regs[REG_EIP]);
  fflush(stdout);
  _exit(3);
}

#define CASE(...) show_status(#__VA_ARGS__, wait_for(CHILD({ __VA_ARGS__; 0; })))

int main(void) {
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  volatile int zero = 0, one = 1;
  int fd = open("short", O_RDWR | O_CREAT, 0600);
  volatile char *file = mmap((void *)0x50000000, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
  for (int handled = 1; handled >= 0; handled--) {
    struct sigaction action = {.sa_sigaction = show, .sa_flags = SA_SIGINFO};
    if (!handled) action = (struct sigaction){.sa_handler = SIG_DFL};
    int sigs[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP};
    for (int i = 0; i < 5; i++) sigaction(sigs[i], &action, NULL);
    CASE((void)*(volatile char *)0x1234);
    CASE(*(volatile char *)0x1234 = 1);
    CASE(((void (*)(void))0x4000)());
    CASE(*(volatile char *)main = 1);
    CASE(zero = one / zero);
    CASE(asm volatile("ud2"));
    CASE(asm volatile("int3"));
    CASE(asm volatile("int $3"));
    CASE(asm volatile("hlt"));
    CASE(asm volatile("int $0x81"));
    CASE(asm volatile("cli"));
    CASE(file[0] = 1);
    CASE(asm volatile("movl $0x80000000, %%eax; cltd; movl $-1, %%ecx; idivl %%ecx" ::: "eax", "edx", "ecx"));
  }
  // Raised while blocked or ignored, a fault kills.
  signal(SIGSEGV, SIG_IGN);
  CASE((void)*(volatile char *)0x1234);
  sigset_t segv;
  sigemptyset(&segv), sigaddset(&segv, SIGSEGV);
  sigprocmask(SIG_BLOCK, &segv, NULL);
  signal(SIGSEGV, exit);
  CASE((void)*(volatile char *)0x1234);
}
