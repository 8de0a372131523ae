// The stack grows on use, up to its limit; beyond it there is SIGSEGV.
#include "test.h"

static int __attribute__((noinline)) eat(int kilobytes) {
  volatile char block[1024];
  block[0] = kilobytes;
  return kilobytes ? eat(kilobytes - 1) + block[0] : 0;
}

static char other[65536];
static void on_overflow(int sig) { printf("caught %s\n", sigabbrev_np(sig)), fflush(stdout), _exit(0); }

int main(void) {
  printf("%d\n", eat(6000));
  show_status("child", wait_for(CHILD(eat(5000) & 0)));
  show_status("endless", wait_for(CHILD({ struct rlimit none = {0, 0}; setrlimit(RLIMIT_CORE, &none); eat(100000); })));
  stack_t stack = {.ss_sp = other, .ss_size = sizeof other};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_handler = on_overflow, .sa_flags = SA_ONSTACK};
  sigaction(SIGSEGV, &action, NULL);
  eat(100000);
}
