//: heirloom --quiet --module $BUILD/plugins/getpid2.so --module $BUILD/modules/second.so
//: cc -pthread
// Many tasks that select, switch, fork and die at once: each is always served by the table that it has.
#include "test.h"
#include <heirloom/guest.h>
#include <pthread.h>

static pthread_barrier_t together; // no thread begins or ends while another forks
static int wrong;
static pid_t process; // in truth

static void *churn(void *argument) {
  unsigned seed = (unsigned)argument;
  pthread_barrier_wait(&together);
  for (int i = 0; i < 300; i++) {
    seed = seed * 1103515245 + 12345;
    int choice = seed >> 16 & 3;
    if (choice == 0) set_syscall_table(NULL, 0);
    else set_syscall_table(choice & 1 ? "vector_1" : "vector_2", 1);
    int first = choice & 1, second = choice == 2;
    if ((getpid() != process) != first || (getuid() != geteuid()) != second) __sync_fetch_and_add(&wrong, 1);
    if (i % 50 == 0) {
      pid_t child = fork();
      if (child == 0) _exit((getpid() != syscall(SYS_gettid)) == first && (getuid() != geteuid()) == second ? 0 : 1);
      if (wait_for(child) != 0) __sync_fetch_and_add(&wrong, 1);
    }
  }
  pthread_barrier_wait(&together);
  return NULL;
}

int main(void) {
  pid_t children[4];
  for (int p = 0; p < 4; p++)
    children[p] = CHILD({
      process = syscall(SYS_gettid);
      pthread_t threads[4];
      pthread_barrier_init(&together, NULL, 4);
      for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, churn, (void *)(p * 4 + i + 1));
      for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
      wrong > 100 ? 100 : wrong;
    });
  for (int p = 0; p < 4; p++) show_status("process", wait_for(children[p]));
}
