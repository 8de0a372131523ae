//: heirloom --quiet --module $BUILD/plugins/getpid2.so --table vector_1
// Under a table that overrides one call, signals, time, memory and processes are as ever.
#include "test.h"

static volatile int seen;
static void note(int sig) { seen = sig; }

int main(void) {
  signal(SIGUSR1, note);
  SHOW(raise(SIGUSR1)); // the C library asks getpid2 for the process to signal
  SHOW(syscall(SYS_tkill, syscall(SYS_gettid), SIGUSR1));
  printf("seen %d\n", seen);
  show_status("child", wait_for(CHILD(5)));
  sleep_ms(5);
  char *memory = malloc(1 << 22);
  memset(memory, 1, 1 << 22);
  SHOW(syscall(777));
  SHOW(syscall(1023));
  SHOW(syscall(1024));
  SHOW(syscall(-1));
  SHOW(access("/", F_OK));
}
