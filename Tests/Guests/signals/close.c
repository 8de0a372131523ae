// close(2) closes, and says so, however many signals arrive meanwhile.
#include "../test.h"

static volatile int seen;
static void handler(int number) { (void)number, seen++; }

int main(void) {
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGUSR1, &action, NULL);
  pid_t parent = getpid(), child = fork();
  if (child == 0)
    while (getppid() == parent) kill(parent, SIGUSR1);
  while (!seen) continue;
  int failed = 0, open_still = 0;
  for (int i = 0; i < 20000; i++) {
    int copy = dup(0);
    if (copy < 0) return perror("dup"), 1;
    failed += close(copy) != 0;
    open_still += fcntl(copy, F_GETFD) != -1;
    if (open_still) break;
  }
  kill(child, SIGKILL);
  while (waitpid(child, NULL, 0) < 0 && errno == EINTR) continue;
  printf("failed %d, still open %d\n", failed, open_still);
}
