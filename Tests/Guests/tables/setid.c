//: heirloom --quiet --module $BUILD/plugins/getpid2.so --user 0
// A set-id program drops its caller's table, unless root owns that and has marked it safe; one that cannot be left it keeps,
// and does not get its rights.
#include "test.h"
#include <heirloom/guest.h>
#include <sys/prctl.h>

enum { CALLER = 12345 };

static int program(const char *what) {
  int changed = geteuid() != CALLER;
  printf("  %s: %s, %s\n", what, getpid() != syscall(SYS_gettid) ? "vector_1" : "none", changed ? "another's rights" : "the caller's");
  return 0;
}

static void run(int fd, const char *what) {
  char path[32];
  sprintf(path, "/proc/self/fd/%d", fd);
  wait_for(CHILD({
    execl(path, "setid", what, NULL);
    perror(path);
    99;
  }));
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

  SHOW(set_syscall_table("vector_1", 1));
  pid_t caller = CHILD({
    SHOW(setresuid(CALLER, CALLER, CALLER));
    run(plain, "plain");
    run(setid, "set-id");
    0;
  });
  wait_for(caller);
  SHOW(syscall_table_policy("vector_1", SYSCALL_TABLE_SAFE));
  wait_for(CHILD({ setresuid(CALLER, CALLER, CALLER) ?: (run(setid, "safe"), 0); }));
  SHOW(syscall_table_chown("vector_1", CALLER, -1));
  wait_for(CHILD({ setresuid(CALLER, CALLER, CALLER) ?: (run(setid, "safe once, and given away"), 0); }));
  SHOW(syscall_table_policy("vector_1", SYSCALL_TABLE_SAFE));
  wait_for(CHILD({ setresuid(CALLER, CALLER, CALLER) ?: (run(setid, "marked safe, and not root's"), 0); }));
  SHOW(syscall_table_chown("vector_1", 0, -1));
  SHOW(syscall_table_policy("vector_1", SYSCALL_TABLE_LOCKED));
  wait_for(CHILD({ setresuid(CALLER, CALLER, CALLER) ?: (run(setid, "locked"), 0); }));
  SHOW(syscall_table_policy("vector_1", SYSCALL_TABLE_LOCKED | SYSCALL_TABLE_SAFE));
  wait_for(CHILD({ setresuid(CALLER, CALLER, CALLER) ?: (run(setid, "locked and safe"), 0); }));
  SHOW(syscall_table_policy("vector_1", 0));
  wait_for(CHILD({
    setresuid(CALLER, CALLER, CALLER);
    SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    run(setid, "no new privileges");
    0;
  }));
}
