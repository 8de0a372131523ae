// poll and ppoll, select and pselect6.
#include "test.h"
#include <poll.h>
#include <sys/select.h>

static void nothing(int sig) { (void)sig; }

int main(void) {
  int a[2], b[2];
  pipe(a), pipe(b);
  struct pollfd fds[4] = {{a[0], POLLIN, 0}, {b[1], POLLOUT, 0}, {-1, POLLIN, 7}, {77, POLLIN, 0}};
  SHOW(poll(fds, 4, 0));
  for (int i = 0; i < 4; i++) printf("%d: %x\n", i, fds[i].revents);
  write(a[1], "x", 1);
  SHOW(poll(fds, 1, -1));
  close(b[0]), close(a[1]);
  SHOW(poll(fds, 2, 100));
  printf("%x %x\n", fds[0].revents, fds[1].revents);
  int c[2];
  pipe(c);
  fds[0].fd = c[0];
  SHOW(poll(fds, 1, 20));
  CHILD({ sleep_ms(30); write(c[1], "y", 1); 0; });
  SHOW(poll(fds, 1, 5000));
  char byte;
  read(c[0], &byte, 1);
  SHOW(poll((void *)8, 1, 0));
  SHOW(poll(NULL, 0, 10));

  fd_set read_set, write_set;
  FD_ZERO(&read_set);
  FD_ZERO(&write_set);
  FD_SET(c[0], &read_set);
  FD_SET(c[1], &write_set);
  struct timeval time = {0, 20000};
  SHOW(select(20, &read_set, &write_set, NULL, &time));
  printf("read %d write %d\n", FD_ISSET(c[0], &read_set), FD_ISSET(c[1], &write_set));
  FD_SET(c[0], &read_set);
  time = (struct timeval){0, 20000};
  SHOW(select(20, &read_set, NULL, NULL, &time));
  printf("left %ld\n", time.tv_sec * 1000000 + time.tv_usec);
  // Above the table's size Linux ignores a bit, so the table is first made large enough.
  dup2(c[0], 300);
  FD_SET(99, &read_set);
  SHOW(select(100, &read_set, NULL, NULL, &time));
  SHOW(select(-1, NULL, NULL, NULL, &time));
  struct timespec brief = {0, 10000000};
  SHOW(pselect(0, NULL, NULL, NULL, &brief, NULL));

  // A signal that only the call's own mask lets in.
  sigset_t usr1, none;
  sigemptyset(&usr1), sigaddset(&usr1, SIGUSR1), sigemptyset(&none);
  sigprocmask(SIG_BLOCK, &usr1, NULL);
  signal(SIGUSR1, nothing);
  raise(SIGUSR1);
  struct timespec second = {5, 0};
  SHOW(ppoll(fds, 1, &second, &none));
  raise(SIGUSR1);
  SHOW(pselect(0, NULL, NULL, NULL, &second, &none));
  signal(SIGUSR1, SIG_IGN);
  wait(NULL);
}
