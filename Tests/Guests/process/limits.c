// Resource limits, and a descriptor table that is full.
#include "test.h"

int main(void) {
  struct rlimit limit = {20, 64};
  SHOW(setrlimit(RLIMIT_NOFILE, &limit));
  SHOW(getrlimit(RLIMIT_NOFILE, &limit));
  printf("%lu %lu\n", limit.rlim_cur, limit.rlim_max);
  int last = -1, fd;
  while ((fd = open("/dev/null", O_RDONLY)) >= 0) last = fd;
  printf("last %d, then %s\n", last, strerrorname_np(errno));
  SHOW(dup(0));
  SHOW(dup2(0, 20));
  SHOW(fcntl(0, F_DUPFD, 20));
  int fds[2];
  SHOW(pipe(fds));
  close(19);
  SHOW(pipe(fds));
  SHOW(dup(0));
  show_status("child", wait_for(CHILD({ getrlimit(RLIMIT_NOFILE, &limit); limit.rlim_cur; })));
  limit.rlim_cur = 65;
  SHOW(setrlimit(RLIMIT_NOFILE, &limit));
  SHOW(getrlimit(99, &limit));
  SHOW(getrlimit(RLIMIT_NOFILE, (void *)4));
}
