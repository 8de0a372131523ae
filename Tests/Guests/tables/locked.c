//: heirloom --quiet --module $BUILD/plugins/getpid2.so --module $BUILD/modules/second.so --user 0
//: cc -pthread
// A table that cannot be left: by whoever uses it, however they have come to be, whoever they are, root and the table's
// owner among them. Only one who stands outside opens the lock.
#include "test.h"
#include <heirloom/guest.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>

static pid_t process; // in truth
static const char *serving(void) {
  int first = getpid() != process, second = getuid() != geteuid();
  return first && second ? "both?" : first ? "vector_1" : second ? "vector_2" : "none";
}

/* All that might lead out: how many of these were not refused with EPERM, as bits. */
static int leave(void) {
  int open = 0, bit = 1;
#define REFUSED(call) (open |= (call) == -1 && errno == EPERM ? 0 : bit, bit <<= 1)
  REFUSED(set_syscall_table(NULL, SYSCALL_TABLE_STOP));
  REFUSED(set_syscall_table("cage", SYSCALL_TABLE_STOP));
  REFUSED(set_syscall_table(NULL, SYSCALL_TABLE_STOP | SYSCALL_TABLE_ALL_THREADS));
  REFUSED(set_syscall_table("vector_2", SYSCALL_TABLE_USE));
  REFUSED(set_syscall_table("vector_1", SYSCALL_TABLE_USE | SYSCALL_TABLE_LOCK));
  REFUSED(set_syscall_table("vector_2", SYSCALL_TABLE_USE | SYSCALL_TABLE_ALL_THREADS));
  REFUSED(syscall_table_policy("cage", 0));
  REFUSED(syscall_table_policy("cage", SYSCALL_TABLE_DROP_ON_FORK));
  REFUSED(syscall_table_extends("cage", NULL));
  REFUSED(syscall_table_extends("cage", "vector_2"));
  REFUSED(syscall_table_revoke("cage", 1));
  REFUSED(syscall_table_remove("cage"));
  REFUSED(syscall_table_revoke("vector_1", 1)); // which cage derives from
  REFUSED(syscall_table_extends("vector_1", "vector_2"));
  return open;
}

static void try_to_leave(const char *who) {
  int open = leave();
  printf("  %s: open %x, served by %s\n", who, open, serving()), fflush(stdout);
}
static char stack[65536] __attribute__((aligned(16)));
static int in_process(void *who) { return process = syscall(SYS_gettid), try_to_leave(who), 0; }
static void *in_thread(void *who) { return try_to_leave(who), NULL; }
static char *self;

static void everybody(void) {
  pid_t child;
  pthread_t thread;
  try_to_leave("itself");
  pthread_create(&thread, NULL, in_thread, "thread"), pthread_join(thread, NULL);
  wait_for(CHILD(in_process("fork")));
  wait_for(CHILD(wait_for(CHILD(in_process("grandchild")))));
  wait_for(clone(in_process, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, "vfork")), process = syscall(SYS_gettid);
  wait_for(clone(in_process, stack + sizeof stack, SIGCHLD, "clone"));
  struct { unsigned long long flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls; } clone3 = {0};
  clone3.exit_signal = SIGCHLD;
  child = syscall(435, &clone3, sizeof clone3);
  if (child == 0) _exit(in_process("clone3"));
  wait_for(child);
  char *args[] = {self, "posix_spawn", NULL};
  posix_spawn(&child, self, NULL, NULL, args, environ), wait_for(child);
  wait_for(CHILD({ execl(self, self, "exec", NULL); 99; }));
}

/* A thread that is not the first runs a program: its table goes with it. */
static void *execute(void *unused) {
  if (set_syscall_table("cage", SYSCALL_TABLE_USE | SYSCALL_TABLE_LOCK) == 0) execl(self, self, "exec of a thread", NULL);
  return unused;
}

static volatile int locked;
static void *lock_itself(void *unused) {
  SHOW(set_syscall_table("cage", SYSCALL_TABLE_USE | SYSCALL_TABLE_LOCK));
  locked = 1;
  while (locked) sched_yield();
  try_to_leave("thread");
  return unused;
}
static void *free_thread(void *unused) {
  SHOW(set_syscall_table(NULL, SYSCALL_TABLE_STOP));
  printf("  served by %s\n", serving()), fflush(stdout);
  return unused;
}

int main(int argc, char **argv) {
  self = argv[0];
  process = syscall(SYS_gettid);
  if (argc > 1) return in_process(argv[1]);
  umask(0);
  int gate[2], back[2];
  char c = 0;
  if (pipe(gate) || pipe(back)) return 1;
  SHOW(syscall_table_create("cage", 0755, SYSCALL_TABLE_LOCKED, "vector_1"));
  puts("the table's policy"), fflush(stdout);
  wait_for(CHILD(set_syscall_table("cage", 1) ?: (everybody(), 0)));
  puts("its user's wish"), fflush(stdout);
  SHOW(syscall_table_policy("cage", SYSCALL_TABLE_DROP_ON_FORK | SYSCALL_TABLE_DROP_ON_EXEC)); // what is locked is not dropped
  wait_for(CHILD(set_syscall_table("cage", SYSCALL_TABLE_USE | SYSCALL_TABLE_LOCK) ?: (everybody(), 0)));
  wait_for(CHILD({
    pthread_t thread;
    pthread_create(&thread, NULL, execute, NULL), pthread_join(thread, NULL);
    99;
  }));
  puts("a thread's own wish: nothing is done to all threads where one cannot leave"), fflush(stdout);
  wait_for(CHILD({
    pthread_t thread;
    process = syscall(SYS_gettid);
    pthread_create(&thread, NULL, lock_itself, NULL);
    while (!locked) sched_yield();
    SHOW(set_syscall_table("vector_2", SYSCALL_TABLE_USE | SYSCALL_TABLE_ALL_THREADS));
    SHOW(set_syscall_table(NULL, SYSCALL_TABLE_STOP | SYSCALL_TABLE_ALL_THREADS));
    printf("  itself: served by %s\n", serving());
    SHOW(set_syscall_table("vector_2", SYSCALL_TABLE_USE));
    printf("  itself: served by %s\n", serving());
    locked = 0;
    pthread_join(thread, NULL);
    printf("  a new thread, of the one that is free:\n"), fflush(stdout);
    pthread_create(&thread, NULL, free_thread, NULL), pthread_join(thread, NULL);
    0;
  }));
  puts("a user's own table, which root is not in"), fflush(stdout);
  SHOW(syscall_table_policy("cage", SYSCALL_TABLE_LOCKED));
  SHOW(syscall_table_chown("cage", 1000, -1));
  wait_for(CHILD({
    if (setresuid(1000, 1000, 1000) || set_syscall_table("cage", 1)) _exit(9);
    printf("  itself: %d\n", leave()), fflush(stdout);
    CHECK(syscall_table_chmod("cage", 0777) == -1 && errno == EPERM);
    0;
  }));
  // From outside: the owner opens the lock, or takes the table away.
  for (int way = 0; way < 2; way++) {
    pid_t prisoner = CHILD({
      if (set_syscall_table("cage", 1) || write(back[1], &c, 1) != 1 || read(gate[0], &c, 1) != 1) _exit(9);
      process = syscall(SYS_gettid);
      printf("  served by %s\n", serving()), fflush(stdout);
      SHOW(set_syscall_table(NULL, 0));
      0;
    });
    if (read(back[0], &c, 1) != 1) return 1;
    show_status("owner", wait_for(CHILD({
      if (setresuid(1000, 1000, 1000)) _exit(9);
      way == 0 ? SHOW(syscall_table_policy("cage", 0)) : SHOW(syscall_table_revoke("cage", 1));
    })));
    if (write(gate[1], &c, 1) != 1) return 1;
    show_status("prisoner", wait_for(prisoner));
    SHOW(syscall_table_policy("cage", SYSCALL_TABLE_LOCKED));
  }
}
