/* Shows open2: what is opened is logged, and opened all the same; a bad address is still EFAULT. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void) {
  char byte;
  int file = open("/dev/zero", O_RDONLY);
  printf("read: %zd\n", read(file, &byte, 1));
  fflush(stdout);
  file = open((char *)16, O_RDONLY);
  printf("a bad address: %d, EFAULT: %d\n", file, errno == EFAULT);
}
