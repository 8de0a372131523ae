// identity [FILE]: who this process is, and FILE's first line, opened with open(2) as of old. It knows nothing of tables.
#include "show.h"
#include <fcntl.h>

int main(int argc, char **argv) {
  show("identity");
  if (argc < 2) return 0;
  char line[200];
  int fd = (int)syscall(SYS_open, argv[1], O_RDONLY, 0); // today's open() is openat(2)
  ssize_t count = read(fd, line, sizeof line);
  if (count < 0) return perror(argv[1]), 1;
  char *end = memchr(line, '\n', count);
  printf("%-12s %s: %.*s\n", "identity", argv[1], (int)(end ? end - line : count), line);
}
