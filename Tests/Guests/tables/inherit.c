//: heirloom --quiet --module $BUILD/plugins/getpid2.so --module $BUILD/modules/second.so
//: cc -pthread
// Who inherits a table, and whom a change concerns.
#include "test.h"
#include <heirloom/guest.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>

static int serving(void) { return (getpid() != syscall(SYS_gettid)) + 2 * (getuid() != geteuid()); }
static pid_t process; // in truth
static int serving_thread(void) { return (getpid() != process) + 2 * (getuid() != geteuid()); }
static int own(void *unused) { (void)unused; return serving(); }
static void *thread(void *unused) { (void)unused; return (void *)serving_thread(); }
static void *selecting(void *unused) { (void)unused; set_syscall_table("vector_2", 1); return (void *)serving_thread(); }
static char stack[65536] __attribute__((aligned(16)));

int main(int argc, char **argv) {
  if (argc > 1) return serving();
  process = getpid();
  show_status("before", wait_for(CHILD(serving())));
  SHOW(set_syscall_table("vector_1", 1));
  show_status("fork", wait_for(CHILD(serving())));
  show_status("grandchild", wait_for(CHILD(WEXITSTATUS(wait_for(CHILD(serving()))))));
  show_status("exec", wait_for(CHILD({ execl(argv[0], argv[0], "after", NULL); 99; })));
  pid_t child = vfork();
  if (child == 0) _exit(serving());
  show_status("vfork", wait_for(child));
  child = vfork();
  if (child == 0) execl(argv[0], argv[0], "after", NULL);
  show_status("vfork, exec", wait_for(child));
  char *args[] = {argv[0], "after", NULL};
  posix_spawn(&child, argv[0], NULL, NULL, args, environ);
  show_status("posix_spawn", wait_for(child));
  child = clone(own, stack + sizeof stack, CLONE_VM | SIGCHLD, NULL);
  show_status("clone", wait_for(child));
  struct { unsigned long long flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls; } clone3 = {0};
  clone3.exit_signal = SIGCHLD;
  child = syscall(435, &clone3, sizeof clone3);
  if (child == 0) _exit(serving());
  show_status("clone3", wait_for(child));
  void *result;
  pthread_t t;
  pthread_create(&t, NULL, thread, NULL), pthread_join(t, &result);
  printf("thread: %d\n", (int)result);
  // A choice is the task's own: the child's is not its parent's, a thread's not its siblings'.
  show_status("child switches", wait_for(CHILD({ set_syscall_table("vector_2", 1); serving(); })));
  printf("parent: %d\n", serving());
  show_status("child stops", wait_for(CHILD({ set_syscall_table("vector_1", 0); serving(); })));
  printf("parent: %d\n", serving());
  pthread_create(&t, NULL, selecting, NULL), pthread_join(t, &result);
  printf("thread switches: %d, first thread: %d\n", (int)result, serving());
  SHOW(set_syscall_table("vector_1", 0));
  show_status("after", wait_for(CHILD({ execl(argv[0], argv[0], "after", NULL); 99; })));
}
