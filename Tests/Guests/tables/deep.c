//: heirloom --quiet --module $BUILD/modules/deep.so --user 0
// No handler comes back to itself: syscall_default goes past all layers, and layers within each other end at 32.
#include "test.h"
#include <heirloom/guest.h>

enum { COUNT = 930, ANOTHER };

int main(void) {
  char name[16], parent[16];
  for (int i = 1; i < 40; i++) {
    sprintf(name, "deep-%d", i), sprintf(parent, "deep-%d", i - 1);
    if (syscall_table_extends(name, parent)) return 1;
  }
  for (int depth = 1; depth <= 40; depth++) {
    sprintf(name, "deep-%d", depth - 1);
    if (set_syscall_table(name, 1)) return 2;
    long answer = syscall(COUNT);
    if (answer != depth) printf("%d deep: %s\n", depth, answer == -1 ? strerrorname_np(errno) : "another count"), fflush(stdout);
  }
  SHOW(set_syscall_table("reentrant", 1));
  SHOW(syscall(COUNT));
  SHOW(syscall_table_extends("reentrant", "deep-9"));
  SHOW(syscall(COUNT)); // both reach what is below
  CHECK(syscall(SYS_getpid) == syscall(SYS_gettid) + 1000000);
  CHECK(syscall(ANOTHER) == syscall(SYS_gettid));
}
