//: heirloom --quiet --module $BUILD/modules/late.so --table late
// A read goes on sleeping when its thread is interrupted for what has been seen to already.
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
  int ends[2];
  char byte = 0;
  if (pipe(ends) != 0) return 1;
  if (fork() == 0) {
    usleep(200000);
    return write(ends[1], "x", 1) != 1;
  }
  errno = 0;
  long got = read(ends[0], &byte, 1);
  printf("read %ld, '%c', errno %d\n", got, byte, errno);
  return 0;
}
