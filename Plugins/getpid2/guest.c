/* Shows getpid2: getpid(2) beside gettid(2), which in a first thread are the same, in a parent and its child. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void) {
  printf("parent: getpid - gettid = %d\n", getpid() - gettid());
  fflush(stdout);
  if (fork() == 0) {
    printf("child: getpid - gettid = %d\n", getpid() - gettid());
    return 0;
  }
  wait(NULL);
}
