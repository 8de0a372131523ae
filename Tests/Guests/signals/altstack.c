// The alternate stack.
#include "test.h"
#include <ucontext.h>

static char memory[40000] __attribute__((aligned(16)));
static int inside(void *at) { return (char *)at >= memory && (char *)at < memory + sizeof memory; }

static void on_signal(int sig, siginfo_t *info, void *context) {
  int local;
  (void)info;
  stack_t now;
  sigaltstack(NULL, &now);
  printf("%s: on it %d, flags %d, remembered %d\n", sigabbrev_np(sig), inside(&local), now.ss_flags,
         ((ucontext_t *)context)->uc_stack.ss_sp == (void *)memory);
  if (sig == SIGUSR1) SHOW(sigaltstack(&now, NULL)); // not while it is in use
}

int main(void) {
  stack_t stack = {.ss_sp = memory, .ss_size = sizeof memory}, old;
  SHOW(sigaltstack(NULL, &old));
  printf("flags %d\n", old.ss_flags);
  SHOW(sigaltstack(&stack, NULL));
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGUSR1, &action, NULL);
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGUSR2, &action, NULL);
  raise(SIGUSR1), raise(SIGUSR2);
  show_status("fork keeps it", wait_for(CHILD({ sigaltstack(NULL, &old); old.ss_sp == memory; })));
  stack.ss_size = 100;
  SHOW(sigaltstack(&stack, NULL));
  stack.ss_flags = 55;
  SHOW(sigaltstack(&stack, NULL));
  stack.ss_flags = SS_DISABLE;
  SHOW(sigaltstack(&stack, NULL));
  raise(SIGUSR1);
}
