//: heirloom --quiet --module $BUILD/plugins/getpid2.so --module $BUILD/plugins/getuid2.so --module $BUILD/plugins/open2.so --table vector_1
// The paper's first test: three overridden calls, and the others as they were.
#include "test.h"

int main(void) {
  CHECK(syscall(SYS_getpid) == syscall(SYS_gettid) + 1);
  CHECK(getpid() == syscall(SYS_gettid) + 1);
  CHECK(getuid() == geteuid() + 1);
  CHECK(getgid() == getegid());
  int fd = syscall(SYS_open, "file", O_RDWR | O_CREAT, 0640);
  SHOW(write(fd, "through open2", 13));
  struct stat status;
  fstat(fd, &status);
  printf("mode %o, size %d\n", status.st_mode & 0777, (int)status.st_size);
  SHOW(syscall(SYS_open, "nowhere/file", O_RDONLY, 0));
  SHOW(syscall(SYS_open, (char *)8, O_RDONLY, 0));
  SHOW(syscall(SYS_open, NULL, O_RDONLY, 0));
}
