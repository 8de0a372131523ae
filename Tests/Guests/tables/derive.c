//: heirloom --quiet --module $BUILD/plugins/getpid2.so --module $BUILD/modules/second.so --user 0
// Derivation: what a table leaves empty its parent serves, however far up; a parent's change is seen at once.
#include "test.h"
#include <heirloom/guest.h>

static const char *serving(void) {
  int first = getpid() != syscall(SYS_gettid), second = getuid() != geteuid();
  return first && second ? "both?" : first ? "vector_1" : second ? "vector_2" : "none";
}
#define TRY(...) (SHOW(__VA_ARGS__), printf("  now %s\n", serving()))

int main(void) {
  SHOW(syscall_table_create("a", 0755, 0, "vector_1"));
  TRY(set_syscall_table("a", 1));
  SHOW(syscall_table_create("b", 0755, 0, NULL));
  TRY(syscall_table_extends("b", "a"));
  TRY(set_syscall_table("b", 1));
  TRY(syscall_table_extends("a", "vector_2"));
  TRY(syscall_table_extends("a", NULL));
  TRY(syscall_table_extends("a", "vector_1"));
  show_status("child", wait_for(CHILD(strcmp(serving(), "vector_1"))));
  // Circles, and what is not there.
  SHOW(syscall_table_extends("a", "b"));
  SHOW(syscall_table_extends("a", "a"));
  SHOW(syscall_table_extends("vector_1", "b"));
  SHOW(syscall_table_extends("a", "nowhere"));
  SHOW(syscall_table_create("c", 0755, 0, "nowhere"));
  SHOW(set_syscall_table("c", 1));
  // Who has children stays.
  SHOW(syscall_table_remove("a"));
  // A revoked table serves the default, in those that derive from it too; one that is derived from the same is not concerned.
  TRY(syscall_table_revoke("a", 1));
  SHOW(set_syscall_table("a", 1));
  TRY(syscall_table_revoke("a", 0));
  TRY(syscall_table_revoke("b", 1));
  SHOW(set_syscall_table("b", 1));
  struct syscall_table_stat st;
  SHOW(syscall_table_stat("b", &st));
  printf("  flags %u users %u parent %s\n", st.flags, st.users, st.parent);
  TRY(syscall_table_revoke("b", 0));
  // A long line of descent.
  char name[16] = "b", next[16];
  for (int i = 0; i < 100; i++) {
    sprintf(next, "d%d", i);
    if (syscall_table_create(next, 0700, 0, name)) return 1;
    strcpy(name, next);
  }
  TRY(set_syscall_table("d99", 1));
  TRY(syscall_table_extends("b", "vector_2"));
  SHOW(syscall_table_extends("vector_2", "d99"));
  SHOW(set_syscall_table("d99", 0));
  int failed = 0;
  for (int i = 99; i >= 0; i--) sprintf(next, "d%d", i), failed += syscall_table_remove(next) != 0;
  printf("failed %d\n", failed);
  // To derive is to use: it takes the right to select.
  SHOW(syscall_table_chmod("vector_1", 0744));
  show_status("other", wait_for(CHILD({
    if (setresuid(1000, 1000, 1000)) _exit(9);
    SHOW(syscall_table_create("e", 0755, 0, "vector_1"));
    SHOW(syscall_table_create("e", 0755, 0, "a"));
    SHOW(syscall_table_extends("e", "vector_1"));
    TRY(set_syscall_table("e", 1));
    0;
  })));
  SHOW(syscall_table_remove("e"));
  SHOW(syscall_table_remove("b"));
  SHOW(syscall_table_remove("a"));
}
