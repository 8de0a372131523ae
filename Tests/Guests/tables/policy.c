//: heirloom --quiet --module $BUILD/plugins/getpid2.so --module $BUILD/modules/second.so --user 0
//: cc -pthread
// What becomes of a table at fork and exec: dropped, kept, locked; for all threads; set-id programs; revoked tables.
#include "test.h"
#include <heirloom/guest.h>
#include <pthread.h>
#include <spawn.h>

static pid_t process; // in truth
static const char *serving(void) {
  int first = getpid() != process, second = getuid() != geteuid();
  return first && second ? "both?" : first ? "vector_1" : second ? "vector_2" : "none";
}
static char stack[65536] __attribute__((aligned(16)));
static int tell(void *what) {
  process = syscall(SYS_gettid);
  printf("  %s: %s\n", (char *)what, serving()), fflush(stdout);
  return 0;
}
static void *tell_thread(void *what) {
  printf("  %s: %s\n", (char *)what, serving()), fflush(stdout);
  return NULL;
}

static char *self;

/* Every way to a new task. */
static void all(void) {
  pid_t child;
  pthread_t thread;
  pthread_create(&thread, NULL, tell_thread, "thread"), pthread_join(thread, NULL);
  wait_for(CHILD(tell("fork")));
  wait_for(clone(tell, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, "vfork")), process = syscall(SYS_gettid);
  wait_for(clone(tell, stack + sizeof stack, SIGCHLD, "clone"));
  struct { unsigned long long flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls; } clone3 = {0};
  clone3.exit_signal = SIGCHLD;
  child = syscall(435, &clone3, sizeof clone3);
  if (child == 0) _exit(tell("clone3"));
  wait_for(child);
  char *args[] = {self, "posix_spawn", NULL};
  posix_spawn(&child, self, NULL, NULL, args, environ), wait_for(child);
  wait_for(CHILD({ execl(self, self, "exec", NULL); 99; }));
}

static pthread_barrier_t barrier;
static void *waiting(void *unused) {
  (void)unused;
  for (int i = 0; i < 6; i++) {
    pthread_barrier_wait(&barrier);
    if (i % 2 == 1) tell_thread("other thread");
    if (i == 5) SHOW(set_syscall_table(NULL, 0));
    pthread_barrier_wait(&barrier);
  }
  return NULL;
}
static void step(void) { pthread_barrier_wait(&barrier), pthread_barrier_wait(&barrier); }

int main(int argc, char **argv) {
  process = syscall(SYS_gettid);
  self = argv[0];
  if (argc > 1) return tell(argv[1]);
  umask(0);
  printf("shared\n");
  SHOW(set_syscall_table("vector_1", 1));
  all();
  SHOW(syscall_table_policy("vector_1", SYSCALL_TABLE_DROP_ON_FORK));
  all();
  SHOW(syscall_table_policy("vector_1", SYSCALL_TABLE_DROP_ON_EXEC));
  all();

  SHOW(set_syscall_table("vector_1", 0));
  SHOW(syscall_table_policy("vector_1", SYSCALL_TABLE_LOCKED));
  wait_for(CHILD({
    SHOW(set_syscall_table("vector_1", 1));
    SHOW(set_syscall_table("vector_1", 0));
    SHOW(set_syscall_table("vector_2", 1));
    SHOW(set_syscall_table("vector_1", 1));
    wait_for(CHILD({ SHOW(set_syscall_table(NULL, 0)); execl(self, self, "exec", NULL); 99; }));
  }));
  SHOW(syscall_table_policy("vector_1", SYSCALL_TABLE_DROP_ON_FORK | SYSCALL_TABLE_DROP_ON_EXEC));

  printf("locked by its user\n");
  wait_for(CHILD({
    SHOW(set_syscall_table("vector_1", SYSCALL_TABLE_USE | SYSCALL_TABLE_LOCK));
    SHOW(set_syscall_table(NULL, 0));
    SHOW(set_syscall_table("vector_2", 1));
    all();
    wait_for(CHILD(SHOW(set_syscall_table(NULL, 0))));
  }));
  SHOW(syscall_table_policy("vector_1", 0));
  SHOW(set_syscall_table("vector_1", SYSCALL_TABLE_LOCK));

  printf("all threads\n");
  pthread_t thread;
  pthread_barrier_init(&barrier, NULL, 2);
  pthread_create(&thread, NULL, waiting, NULL);
  step();
  SHOW(set_syscall_table("vector_1", SYSCALL_TABLE_USE | SYSCALL_TABLE_ALL_THREADS));
  step();
  step();
  SHOW(set_syscall_table("vector_2", 0));
  SHOW(set_syscall_table("vector_1", SYSCALL_TABLE_STOP | SYSCALL_TABLE_ALL_THREADS));
  step();
  SHOW(set_syscall_table("vector_1", SYSCALL_TABLE_USE | SYSCALL_TABLE_ALL_THREADS | SYSCALL_TABLE_LOCK));
  step();
  step();
  pthread_join(thread, NULL);
  printf("first thread: %s\n", serving());
}
