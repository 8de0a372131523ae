//: heirloom --quiet --module $BUILD/modules/watch.so --table watched
// Observers are told of calls that a module serves and of those that nobody overrides, and change nothing.
#include "test.h"

static int seen(int what) { return syscall(911, what); }

int main(void) {
  seen(0);
  CHECK(syscall(SYS_getpgid, 0) == getpgrp() + 1000000);
  SHOW(seen(5));  // before: the call's own, the table's; after: the other way round
  seen(0);
  syscall(SYS_getpgid, 0);
  SHOW(seen(0));
  syscall(SYS_getpgid, 123456789);
  SHOW(seen(3));
  syscall(SYS_getpgid, 123456789);
  SHOW(seen(4) - 1000000);
  syscall(SYS_getpgid, 0);
  SHOW(seen(2));
  CHECK(syscall(SYS_getppid) == getppid());
  SHOW(seen(1));
  SHOW(seen(6));
  CHECK(syscall(SYS_getppid) == getppid());
  SHOW(seen(0));
  SHOW(seen(6));
}
