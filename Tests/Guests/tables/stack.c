//: heirloom --quiet --module $BUILD/modules/middle.so --module $BUILD/modules/high.so --module $BUILD/modules/low.so --table stack
// Three modules in one slot, loaded in another order than they stand in: each reaches the one below it, the lowest the
// kernel's own, with arguments of its own choice.
#include "test.h"

int main(void) {
  SHOW(syscall(910, 7));
  CHECK(syscall(SYS_getpid) == syscall(SYS_gettid));
  int fd = open("file", O_RDWR | O_CREAT, 0600);
  CHECK(pwrite64(fd, "letters", 7, 0x300000005) == 7);
  char text[16] = "";
  SHOW(syscall(SYS_pread64, fd, text, 10, 5, 0));
  printf("%s\n", text);
  SHOW(syscall(SYS_pread64, fd, (char *)8, 10, 5, 0));
  SHOW(syscall(SYS_pread64, 99, text, 10, 5, 0));
  unlink("file");
}
