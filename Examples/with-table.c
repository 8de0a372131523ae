// with-table TABLE PROGRAM [ARGS...]: runs a program, and all that it starts, under a system call table.
#include <errno.h>
#include <heirloom/guest.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: with-table TABLE PROGRAM [ARGS...]\n");
    return 64;
  }
  if (set_syscall_table(argv[1], SYSCALL_TABLE_USE) != 0) {
    perror(argv[1]);
    return 125;
  }
  execvp(argv[2], argv + 2);
  perror(argv[2]);
  return errno == ENOENT ? 127 : 126;
}
