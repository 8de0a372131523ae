// fork: what the child has of its parent's, and what is its own.
#include "test.h"

static int data = 1;

int main(void) {
  int local = 1, fds[2];
  SHOW(pipe(fds));
  pid_t parent = getpid();
  pid_t child = CHILD({
    CHECK(getppid() == parent);
    CHECK(getpid() != parent);
    CHECK(syscall(SYS_gettid) == getpid());
    data = 2, local = 2;
    char byte = 'c';
    write(fds[1], &byte, 1);
    close(fds[1]); // the parent's stays open
    7;
  });
  show_status("child", wait_for(child));
  printf("data %d local %d\n", data, local);
  char byte = 0;
  SHOW(read(fds[0], &byte, 1));
  printf("byte %c\n", byte);
  SHOW(write(fds[1], "x", 1));

  // One file offset for both.
  int file = open("offset", O_RDWR | O_CREAT | O_TRUNC, 0600);
  write(file, "0123456789", 10);
  lseek(file, 2, SEEK_SET);
  wait_for(CHILD(lseek(file, 3, SEEK_CUR)));
  SHOW(lseek(file, 0, SEEK_CUR));

  // Descriptors' flags and the working directory are copies.
  mkdir("below", 0700);
  wait_for(CHILD({ fcntl(file, F_SETFD, FD_CLOEXEC); chdir("below"); umask(077); 0; }));
  SHOW(fcntl(file, F_GETFD));
  SHOW(access("offset", F_OK));
  printf("umask %o\n", umask(0));

  // A long line of descendants.
  int depth = 0;
  pid_t pid;
  while (depth < 20 && (fflush(stdout), pid = fork()) == 0) depth++;
  if (depth < 20) {
    int status = wait_for(pid);
    if (depth == 0) show_status("line", status);
    _exit(depth == 0 ? 0 : WEXITSTATUS(status) + 1);
  }
  _exit(0);
}
