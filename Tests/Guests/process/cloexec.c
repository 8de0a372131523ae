// Which descriptors survive execve.
#include "test.h"
#include <dirent.h>

int main(int argc, char **argv) {
  if (argc > 1) {
    for (int fd = 3; fd < 30; fd++)
      if (fcntl(fd, F_GETFD) >= 0) printf("fd %d is open\n", fd);
    return 0;
  }
  for (int fd = 3; fd < 30; fd++) close(fd);
  open("/dev/null", O_RDONLY);             // 3
  open("/dev/null", O_RDONLY | O_CLOEXEC); // 4
  SHOW(dup(4));                            // 5: dup clears the flag
  SHOW(fcntl(3, F_DUPFD_CLOEXEC, 10));     // 10
  SHOW(fcntl(4, F_DUPFD, 11));             // 11
  SHOW(dup3(3, 12, O_CLOEXEC));
  SHOW(dup2(4, 13));
  int fds[2];
  pipe2(fds, O_CLOEXEC);
  printf("pipe %d %d\n", fds[0], fds[1]);
  open("/dev/null", O_RDONLY), SHOW(fcntl(8, F_SETFD, FD_CLOEXEC));
  SHOW(fcntl(4, F_SETFD, 0));
  fflush(stdout);
  // A failed exec closes nothing.
  SHOW(execl("/nowhere", "x", NULL));
  SHOW(fcntl(12, F_GETFD));
  SHOW(open(".", O_RDONLY | O_DIRECTORY));
  execl(argv[0], argv[0], "after", NULL);
}
