//: heirloom --quiet --module $BUILD/plugins/getpid2.so --user 0
// A set-id program drops its caller's table, unless root owns that and has marked it safe; one that cannot be left it keeps,
// and does not get its rights.
#include "test.h"
#include <heirloom/guest.h>
#include <sys/prctl.h>

enum { CALLER = 12345 };

static int policy_of(const char *table) {
  struct syscall_table_stat st;
  return syscall_table_stat(table, &st) ? -1 : st.policy;
}

static int program(const char *what) {
  int changed = geteuid() != CALLER;
  printf("  %s: %s, %s\n", what, getpid() != syscall(SYS_gettid) ? "vector_1" : "none", changed ? "another's rights" : "the caller's");
  return 0;
}

static int run(int fd, const char *what) {
  char path[32];
  sprintf(path, "/proc/self/fd/%d", fd);
  return wait_for(CHILD({
    execl(path, "setid", what, NULL);
    perror(path);
    99;
  }));
}

/* Runs the program as a user who uses the table. */
static void with(const char *table, int fd, const char *what) {
  wait_for(CHILD(SHOW(set_syscall_table(table, 1)) || setresuid(CALLER, CALLER, CALLER) || run(fd, what)));
}

int main(int argc, char **argv) {
  if (argc > 1) return program(argv[1]);
  char buffer[65536];
  int from = open(argv[0], O_RDONLY), to = open("program", O_WRONLY | O_CREAT | O_EXCL, 0700), n;
  while ((n = read(from, buffer, sizeof buffer)) > 0)
    if (write(to, buffer, n) != n) abort();
  close(to), close(from);
  SHOW(chmod("program", 04755));
  int setid = open("program", O_RDONLY), plain = open(argv[0], O_RDONLY);
  unlink("program");

  with("vector_1", plain, "plain");
  with("vector_1", setid, "set-id");
  SHOW(syscall_table_policy("vector_1", SYSCALL_TABLE_SAFE));
  with("vector_1", setid, "safe");
  SHOW(syscall_table_chown("vector_1", CALLER, -1));
  with("vector_1", setid, "safe once, and given away");
  SHOW(syscall_table_policy("vector_1", SYSCALL_TABLE_SAFE));
  with("vector_1", setid, "marked safe, and not root's");
  SHOW(syscall_table_chown("vector_1", 0, -1));
  SHOW(syscall_table_policy("vector_1", SYSCALL_TABLE_LOCKED));
  with("vector_1", setid, "locked");
  SHOW(syscall_table_policy("vector_1", SYSCALL_TABLE_LOCKED | SYSCALL_TABLE_SAFE));
  with("vector_1", setid, "locked and safe");
  SHOW(syscall_table_policy("vector_1", 0));
  wait_for(CHILD({
    set_syscall_table("vector_1", 1);
    setresuid(CALLER, CALLER, CALLER);
    SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    run(setid, "no new privileges");
  }));

  // A safe table derives from safe ones alone: what a set-id program is served by is all root's.
  SHOW(syscall_table_create("safe", 0755, SYSCALL_TABLE_SAFE, "vector_1"));
  SHOW(syscall_table_create("safe", 0755, 0, "vector_1"));
  SHOW(syscall_table_policy("safe", SYSCALL_TABLE_SAFE));
  with("safe", setid, "below one that is not safe");
  SHOW(syscall_table_policy("vector_1", SYSCALL_TABLE_SAFE));
  SHOW(syscall_table_policy("safe", SYSCALL_TABLE_SAFE));
  SHOW(syscall_table_create("lower", 0755, SYSCALL_TABLE_SAFE, "safe"));
  with("lower", setid, "all safe");
  SHOW(syscall_table_create("user's", 0755, 0, NULL));
  SHOW(syscall_table_extends("safe", "user's"));
  SHOW(syscall_table_chown("user's", CALLER, -1));
  SHOW(syscall_table_policy("user's", SYSCALL_TABLE_SAFE));
  SHOW(syscall_table_extends("safe", "user's"));
  SHOW(policy_of("lower"));
  SHOW(syscall_table_chown("vector_1", CALLER, -1));
  SHOW(policy_of("safe"));
  SHOW(policy_of("lower"));
  with("lower", setid, "below one that was given away");
  SHOW(syscall_table_chown("vector_1", 0, -1));
  SHOW(syscall_table_policy("vector_1", SYSCALL_TABLE_SAFE));
  SHOW(syscall_table_policy("lower", SYSCALL_TABLE_SAFE));
  SHOW(syscall_table_policy("safe", SYSCALL_TABLE_SAFE));
  SHOW(syscall_table_policy("lower", SYSCALL_TABLE_SAFE));
  SHOW(syscall_table_policy("vector_1", SYSCALL_TABLE_DROP_ON_FORK));
  SHOW(policy_of("lower"));
  SHOW(syscall_table_policy("lower", SYSCALL_TABLE_DROP_ON_EXEC));
}
