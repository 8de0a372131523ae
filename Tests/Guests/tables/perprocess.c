// A module's data of tasks and processes: Tests/Modules/perprocess.c.
//: heirloom --quiet --module $BUILD/modules/perprocess.so --table perprocess
//: cc -pthread
#include "test.h"
#include <pthread.h>

enum { process_calls, thread_calls, generation, programs, blocks };
static long count(int what) { return syscall(510, what); }

static void *thread(void *unused) {
  SHOW(count(thread_calls));
  SHOW(count(process_calls));
  SHOW(count(thread_calls));
  return unused;
}

int main(int arguments, char **words) {
  if (arguments > 1) {
    SHOW(count(programs));
    SHOW(count(generation));
    SHOW(count(process_calls));
    return 0;
  }
  SHOW(count(process_calls));
  SHOW(count(thread_calls));
  pthread_t other;
  pthread_create(&other, 0, thread, 0);
  pthread_join(other, 0);
  SHOW(count(process_calls));
  SHOW(count(blocks));
  int status;
  waitpid(CHILD({
    SHOW(count(process_calls));
    SHOW(count(thread_calls));
    SHOW(count(generation));
    SHOW(count(blocks));
    waitpid(CHILD({
      SHOW(count(generation));
      execl("/proc/self/exe", words[0], "again", NULL);
      1;
    }), &status, 0);
    show_status("grandchild", status);
    0;
  }), &status, 0);
  show_status("child", status);
  SHOW(count(process_calls));
  SHOW(count(blocks));
  return 0;
}
