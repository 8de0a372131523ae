//: cc -pthread
// Threads' beginnings and ends: joining, detaching, exit of the first thread, exit_group from another, exec from another.
#include "test.h"
#include <pthread.h>

static char *self;
static void *nothing(void *argument) { return argument; }
static void *forever(void *unused) { for (;;) pause(); return unused; }
static void *leave(void *unused) { sleep_ms(10); exit(12); return unused; }
static void *replace(void *unused) { sleep_ms(10); execl(self, "x", "after", NULL); return unused; }
static void *fault(void *unused) { sleep_ms(10); *(volatile int *)8 = 1; return unused; }
static void *late(void *unused) { sleep_ms(30); printf("late\n"); return unused; }
static void *ids(void *unused) { (void)unused; return (void *)(getpid() != syscall(SYS_gettid)); }
static void *forking(void *unused) {
  (void)unused;
  return (void *)WEXITSTATUS(wait_for(CHILD(getpid() == syscall(SYS_gettid) ? 20 : 0)));
}

static pthread_t start(void *(*body)(void *)) {
  pthread_t thread;
  pthread_create(&thread, NULL, body, NULL);
  return thread;
}

int main(int argc, char **argv) {
  if (argc > 1) { printf("replaced, same id %d\n", getpid() == syscall(SYS_gettid)); return 15; }
  self = argv[0];
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  int sum = 0;
  for (int i = 0; i < 500; i++) {
    pthread_t thread;
    void *result;
    pthread_create(&thread, NULL, nothing, (void *)i);
    pthread_join(thread, &result);
    sum += (int)result;
  }
  printf("sum %d\n", sum);
  void *result;
  pthread_join(start(ids), &result), printf("own tid %d\n", (int)result);
  pthread_join(start(forking), &result), printf("forked %d\n", (int)result);
  show_status("first thread returns", wait_for(CHILD({ start(forever); start(forever); 3; })));
  show_status("another exits", wait_for(CHILD({ start(forever); start(leave); pause(); 3; })));
  show_status("another execs", wait_for(CHILD({ start(forever); start(replace); pause(); 3; })));
  show_status("another faults", wait_for(CHILD({ start(forever); start(fault); pause(); 3; })));
  show_status("first thread ends", wait_for(CHILD({ start(late); pthread_exit(NULL); 3; })));
  pid_t child = CHILD({ start(forever); start(forever); pause(); 3; });
  sleep_ms(20), kill(child, SIGTERM);
  show_status("killed", wait_for(child));
  pthread_t cancelled = start(forever);
  SHOW(pthread_cancel(cancelled));
  pthread_join(cancelled, &result), printf("cancelled %d\n", result == PTHREAD_CANCELED);
}
