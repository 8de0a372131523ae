//: heirloom --quiet --module $BUILD/modules/ruled.so rule.open=flags&O_CREAT&&path~*.lock --table ruled
// Handlers that serve only where a rule of the module's or of its user's says so.
#include "test.h"
#include <sys/wait.h>

static void chances(const char *who) {
  printf("%s:", who);
  for (int i = 0; i < 30; i++) printf("%c", syscall(SYS_getppid) == -1 ? 'x' : '.');
  printf("\n");
  fflush(stdout);
}

int main(void) {
  char byte;
  puts("descriptors");
  SHOW(syscall(SYS_lseek, 3, 0, 0));
  SHOW(syscall(SYS_lseek, 49, 0, 0));
  SHOW(syscall(SYS_lseek, 55, 0, 0));
  SHOW(syscall(SYS_lseek, -1, 0, 0));
  puts("every third");
  for (int i = 0; i < 7; i++) SHOW(syscall(SYS_close, 99));
  puts("values");
  SHOW(syscall(SYS_getpgid, 101) == -1 && errno == EXDEV);
  SHOW(syscall(SYS_getpgid, 200) == -1 && errno == EXDEV);
  SHOW(syscall(SYS_getpgid, 0xfff) == -1 && errno == EXDEV);
  SHOW(syscall(SYS_getpgid, 0) == -1 && errno == EXDEV);
  SHOW(syscall(SYS_getpgid, -5) == -1 && errno == EXDEV);
  SHOW(syscall(SYS_pread64, 99, &byte, 1, 0, 1));
  SHOW(syscall(SYS_pread64, 99, &byte, 1, -1, 0));
  SHOW(syscall(SYS_fcntl, 99, 0x106, 0));
  SHOW(syscall(SYS_fcntl, 99, 0x107, 0));
  puts("strings");
  SHOW(syscall(SYS_open, "a.lock", O_RDWR | O_CREAT, 0600));
  SHOW(syscall(SYS_open, "a.lock", O_RDWR));
  SHOW(syscall(SYS_open, "no/a.locks", O_RDWR | O_CREAT, 0600));
  SHOW(syscall(SYS_open, (char *)8, O_RDWR | O_CREAT, 0600));
  SHOW(syscall(SYS_unlink, "x/kept file"));
  SHOW(syscall(SYS_unlink, "x/file"));
  SHOW(syscall(SYS_unlink, (char *)8));
  puts("the program's name");
  CHECK(syscall(SYS_getsid, 0) > 0);
  puts("chance: each process has its own, the same in each run");
  chances("parent");
  for (int i = 0; i < 2; i++) {
    if (fork() == 0) {
      chances(i == 0 ? "first child" : "second child");
      _exit(0);
    }
    wait(NULL);
  }
  chances("parent");
}
