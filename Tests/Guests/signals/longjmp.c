// Leaving a handler by siglongjmp, many times.
#include "test.h"
#include <setjmp.h>

static sigjmp_buf back;
static void jump(int sig) { siglongjmp(back, sig); }

int main(void) {
  signal(SIGSEGV, jump), signal(SIGFPE, jump), signal(SIGUSR1, jump), signal(SIGILL, jump);
  volatile int seen[32] = {0}, zero = 0;
  for (volatile int i = 0; i < 4000; i++) {
    int sig = sigsetjmp(back, 1);
    if (sig) { seen[sig]++; continue; }
    if (i % 4 == 0) *(volatile int *)(0x10 + i) = 1;
    if (i % 4 == 1) zero = (i | 1000000) / zero;
    if (i % 4 == 2) raise(SIGUSR1);
    if (i % 4 == 3) asm volatile("ud2");
  }
  printf("SEGV %d FPE %d USR1 %d ILL %d\n", seen[SIGSEGV], seen[SIGFPE], seen[SIGUSR1], seen[SIGILL]);
  sigset_t mask;
  sigprocmask(SIG_SETMASK, NULL, &mask);
  printf("blocked %d\n", sigismember(&mask, SIGUSR1));
}
