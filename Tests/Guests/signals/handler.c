// sigaction: installing, replacing and reading back handlers; the ways a handler can run.
#include "test.h"

static volatile int count, last;
static void count_up(int sig) { count++, last = sig; }
static void again(int sig) { count++; if (count < 5) raise(sig); }

int main(void) {
  struct sigaction action = {.sa_handler = count_up}, old;
  SHOW(sigaction(SIGUSR1, &action, &old));
  printf("was default %d\n", old.sa_handler == SIG_DFL);
  SHOW(raise(SIGUSR1));
  SHOW(kill(getpid(), SIGUSR1));
  SHOW(syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGUSR1));
  printf("count %d last %d\n", count, last);

  action.sa_flags = SA_RESETHAND;
  sigaction(SIGUSR1, &action, &old);
  printf("was ours %d\n", old.sa_handler == count_up);
  raise(SIGUSR1);
  sigaction(SIGUSR1, NULL, &old);
  printf("reset %d\n", old.sa_handler == SIG_DFL);

  // Blocked within its own handler, unless SA_NODEFER says otherwise.
  action = (struct sigaction){.sa_handler = again};
  sigaction(SIGUSR2, &action, NULL);
  count = 0, raise(SIGUSR2);
  printf("deferred %d\n", count);
  action.sa_flags = SA_NODEFER;
  sigaction(SIGUSR2, &action, NULL);
  count = 0, raise(SIGUSR2);
  printf("nested %d\n", count);

  SHOW(sigaction(SIGKILL, &action, NULL));
  SHOW(sigaction(SIGSTOP, &action, NULL));
  SHOW(sigaction(SIGKILL, NULL, &old));
  SHOW(sigaction(0, &action, NULL));
  SHOW(sigaction(65, &action, NULL));
  SHOW(syscall(SYS_rt_sigaction, SIGUSR1, (void *)8, NULL, 8));
  SHOW(syscall(SYS_rt_sigaction, SIGUSR1, NULL, NULL, 4));
  uint32_t kernels[5] = {(uint32_t)(uintptr_t)SIG_IGN, 0xffffffff}, back_again[5];
  SHOW(syscall(SYS_rt_sigaction, SIGUSR2, kernels, NULL, 8));
  SHOW(syscall(SYS_rt_sigaction, SIGUSR2, NULL, back_again, 8));
  printf("flags that are known: %#x\n", back_again[1]);
  SHOW(signal(SIGTERM, SIG_IGN) == SIG_DFL);
  raise(SIGTERM);
  // The old call.
  struct { void (*handler)(int); unsigned mask, flags; void *restorer; } older = {count_up, 0, SA_NODEFER, 0}, back;
  SHOW(syscall(SYS_sigaction, SIGHUP, &older, &back));
  raise(SIGHUP);
  printf("last %d, was default %d\n", last, back.handler == SIG_DFL);
  SHOW(syscall(SYS_signal, SIGHUP, count_up));
  show_status("child has handlers too", wait_for(CHILD({ count = 0; raise(SIGUSR2); count; })));
}
