//: heirloom --quiet --module $BUILD/plugins/getpid2.so --user 0
// Who may do what with a table: owner, group and mode, asked by root, the owner, the group and others.
#include "test.h"
#include <grp.h>
#include <heirloom/guest.h>

/* What a child with these ids gets. */
#define AS(user, group, ...)                                          \
  show_status("  as " #user ":" #group, wait_for(CHILD({              \
    if (setgroups(0, NULL) || setresgid(group, group, group) || setresuid(user, user, user)) _exit(99); \
    __VA_ARGS__;                                                      \
    0;                                                                \
  })))

static struct syscall_table_stat st;
#define STAT(name)                                                                                    \
  (SHOW(syscall_table_stat(name, &st)),                                                               \
   printf("  %u:%u %o policy %u flags %u users %u entries %u parent '%s'\n", st.owner, st.group, st.mode, st.policy, \
          st.flags, st.users, st.entries, st.parent))

int main(void) {
  umask(0);
  STAT("vector_1");
  AS(1000, 1000, {
    SHOW(set_syscall_table("vector_1", 1));
    CHECK(getpid() == syscall(SYS_gettid) + 1);
    SHOW(syscall_table_chmod("vector_1", 0777));
    SHOW(syscall_table_chown("vector_1", 1000, -1));
    SHOW(syscall_table_remove("vector_1"));
  });
  // Only root and the owner select; then the group too; nobody but root.
  SHOW(syscall_table_chmod("vector_1", 0700));
  AS(1000, 1000, SHOW(set_syscall_table("vector_1", 1)); STAT("vector_1"));
  SHOW(syscall_table_chmod("vector_1", 0710));
  SHOW(syscall_table_chown("vector_1", -1, 50));
  AS(1000, 50, SHOW(set_syscall_table("vector_1", 1)); SHOW(syscall_table_stat("vector_1", &st)));
  AS(1000, 51, SHOW(set_syscall_table("vector_1", 1)));
  SHOW(syscall_table_chown("vector_1", 1000, -1));
  SHOW(syscall_table_chmod("vector_1", 0066));
  AS(1000, 50, SHOW(set_syscall_table("vector_1", 1)));  // the owner's digit counts, though the group's says more
  SHOW(set_syscall_table("vector_1", 1));  // root
  SHOW(set_syscall_table("vector_1", 0));
  SHOW(syscall_table_chmod("vector_1", 01000));

  // A guest's own table.
  AS(1000, 1000, {
    SHOW(syscall_table_create("mine", 0750, 0, NULL));
    SHOW(syscall_table_create("mine", 0750, 0, NULL));
    SHOW(syscall_table_create("vector_1", 0750, 0, NULL));
    STAT("mine");
    SHOW(syscall_table_chmod("mine", 0711));
    SHOW(syscall_table_chown("mine", 1001, -1));
    SHOW(syscall_table_chown("mine", 1000, 1000));
    SHOW(syscall_table_chown("mine", -1, 77));
    SHOW(syscall_table_policy("mine", SYSCALL_TABLE_SAFE));
    SHOW(set_syscall_table("mine", 1));
    SHOW(syscall_table_remove("mine"));
  });
  AS(1001, 1000, {
    SHOW(syscall_table_stat("mine", &st));
    SHOW(set_syscall_table("mine", 1));
    SHOW(syscall_table_chmod("mine", 0777));
    SHOW(syscall_table_policy("mine", 0));
    SHOW(syscall_table_extends("mine", NULL));
    SHOW(syscall_table_revoke("mine", 1));
    SHOW(syscall_table_remove("mine"));
  });
  STAT("mine");
  // Selecting again after losing the right is refused; what is selected stays, and is inherited.
  int gate[2], back[2];
  char c = 0;
  if (pipe(gate) || pipe(back)) return 1;
  pid_t user = CHILD({
    if (setresuid(1001, 1001, 1001)) _exit(99);
    SHOW(set_syscall_table("mine", 1));
    if (write(back[1], &c, 1) != 1 || read(gate[0], &c, 1) != 1) _exit(98);
    SHOW(set_syscall_table("mine", 1));
    wait_for(CHILD(SHOW(set_syscall_table("mine", 1))));
    SHOW(set_syscall_table("mine", 0));
    SHOW(set_syscall_table("mine", 1));
    0;
  });
  if (read(back[0], &c, 1) != 1) return 1;
  SHOW(syscall_table_chmod("mine", 0700));
  SHOW(syscall_table_stat("mine", &st));
  printf("  users %u\n", st.users), fflush(stdout);
  if (write(gate[1], &c, 1) != 1) return 1;
  show_status("user", wait_for(user));
  SHOW(syscall_table_remove("mine"));
  SHOW(syscall_table_stat("mine", &st));
  SHOW(syscall_table_remove("mine"));

  // The umask counts, and names that cannot be are refused.
  umask(027);
  SHOW(syscall_table_create("masked", 0777, 0, NULL));
  STAT("masked");
  SHOW(syscall_table_remove("masked"));
  SHOW(syscall_table_create("", 0, 0, NULL));
  SHOW(syscall_table_create("a/b", 0, 0, NULL));
  SHOW(syscall_table_create("a b", 0, 0, NULL));
  SHOW(syscall_table_create("..", 0, 0, NULL));
  SHOW(syscall_table_create("bits", 01000, 0, NULL));
  SHOW(syscall_table_create("bits", 0, 16, NULL));
  SHOW(syscall_table_create("bits", 0, SYSCALL_TABLE_LOCKED | SYSCALL_TABLE_DROP_ON_EXEC, NULL));
  SHOW(syscall_table_create((char *)8, 0, 0, NULL));
  SHOW(syscall_table_stat("vector_1", (void *)8));
  SHOW(heirloom_call(__NR_syscall_table_ctl, 99, (unsigned)"vector_1", 0, 0, 0));
  // A registered entry keeps its table.
  SHOW(syscall_table_remove("vector_1"));
}
