// What the C SDK gives modules, as a guest sees it: Tests/Modules/sdk.c.
//: heirloom --quiet --module $BUILD/modules/sdk.so --table sdk
#include "test.h"

int main(void) {
  char zeros[4] = "....", text[] = "1234567\0...";
  int file = open("/elsewhere", O_RDONLY);
  CHECK(read(file, zeros, 4) == 4 && zeros[0] == 0);
  CHECK(open("/elsewhere/not", O_RDONLY) == -1 && errno == ENOENT);
  CHECK(open((char *)8, O_RDONLY) == -1 && errno == EFAULT);

  CHECK(syscall(500, 0) == getppid());
  CHECK(syscall(500, 1) == 3);
  int number = 41;
  CHECK(syscall(500, 2, &number) == 0 && number == 42);
  CHECK(syscall(500, 2, 8) == -1 && errno == EFAULT);
  CHECK(syscall(500, 3, text) == 0 && text[0] == 0 && text[7] == 0 && text[8] == '.');
  CHECK(syscall(500, 3, 8) == 8);
  CHECK(syscall(500, 4, "four") == 5);
  CHECK(syscall(500, 4, "more than that") > 5);
  CHECK(syscall(500, 4, 8) == 0);
  CHECK(syscall(500, 5) == 0);
  CHECK(syscall(500, 6) == 1);
  CHECK(syscall(500, 7) == -1 && errno == ENOSYS);
  CHECK(syscall(501, 2, 1, "x", 7) == 7);
  CHECK(syscall(501, 2, 1, 8, 7) == -1 && errno == EFAULT);
  return 0;
}
