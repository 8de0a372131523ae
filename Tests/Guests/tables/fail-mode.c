//: heirloom --quiet --module $BUILD/modules/fragile.so --table fragile
// What serves when a module is gone: the kernel's own, or nobody.
#include "test.h"
#include <sys/wait.h>

int main(void) {
  puts("a breaker");
  SHOW(syscall(SYS_chdir, "abc"));
  for (int i = 0; i < 3; i++) SHOW(syscall(SYS_chdir, (char *)8));
  SHOW(syscall(SYS_chdir, "/"));
  SHOW(syscall(SYS_rmdir, "abc"));
  for (int i = 0; i < 3; i++) SHOW(syscall(SYS_rmdir, (char *)8));
  SHOW(syscall(SYS_rmdir, "no such directory"));
  puts("a crash");
  SHOW(syscall(SYS_getpgid, 0));
  SHOW(syscall(SYS_getsid, 0));
  SHOW(syscall(SYS_getpriority, 2, 0));
  int status;
  if (fork() == 0) syscall(920);
  wait(&status);
  SHOW(WTERMSIG(status));
  SHOW(syscall(SYS_getpgid, 0));
  CHECK(syscall(SYS_getsid, 0) > 1);
  SHOW(syscall(SYS_getpriority, 2, 0));
  CHECK(syscall(SYS_getpriority, 0, 0) == 20);
  SHOW(syscall(920));
}
