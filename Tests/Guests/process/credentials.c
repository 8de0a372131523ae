//: cc -pthread
// Threads change who their process is while others ask: nobody reads a list that is gone.
#include "test.h"
#include <pthread.h>

enum { CHANGES = 3000, LONGEST = 60 };

static volatile int runs = 1;
static void *change(void *unused) {
  int groups[LONGEST];
  for (int i = 0; i < LONGEST; i++) groups[i] = i + 1;
  for (int i = 0; i < CHANGES; i++) syscall(SYS_setgroups32, i % LONGEST + 1, groups);
  return unused;
}
static void *ask(void *unused) {
  int groups[LONGEST];
  for (; runs; kill(getpid(), 0)) {
    int count = syscall(SYS_getgroups32, LONGEST, groups);
    for (int i = 1; i < count; i++)
      if (groups[i] <= groups[i - 1]) runs = 2;
  }
  return unused;
}

int main(void) {
  pthread_t changing[3], asking;
  pid_t process = getpid();
  pid_t other = CHILD({ while (kill(process, 0) == 0 && getppid() == process) {} 0; });
  pthread_create(&asking, NULL, ask, NULL);
  for (int i = 0; i < 3; i++) pthread_create(&changing[i], NULL, change, NULL);
  for (int i = 0; i < 3; i++) pthread_join(changing[i], NULL);
  printf("lists that were never set: %d\n", runs - 1);
  runs = 0;
  pthread_join(asking, NULL);
  kill(other, SIGKILL);
  show_status("other", wait_for(other));
}
