// Who a process is.
#include "test.h"
#include <grp.h>
#include <sys/prctl.h>

int main(void) {
  uid_t r, e, s;
  SHOW(getresuid(&r, &e, &s));
  CHECK(r == getuid() && e == geteuid());
  SHOW(getresgid(&r, &e, &s));
  CHECK(r == getgid() && e == getegid());
  SHOW(getuid());
  SHOW(geteuid());
  CHECK(getgroups(0, NULL) >= 0);
  char name[17] = "";
  SHOW(prctl(PR_SET_NAME, "a name that is too long"));
  SHOW(prctl(PR_GET_NAME, name));
  printf("%s\n", name);
  CHECK(syscall(SYS_gettid) == getpid());
  CHECK(syscall(SYS_getpid) == getpid());
  CHECK(syscall(SYS_getppid) == getppid());
  CHECK(syscall(24) == (long)getuid()); // getuid16
  SHOW(setuid(getuid()));
  SHOW(setresgid(-1, -1, -1));
}
