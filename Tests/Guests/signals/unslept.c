// Calls that need not sleep are never interrupted, however often a handler runs that does not have them restarted.
#include "test.h"
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>

static volatile int caught;
static void on_alarm(int number) { caught += number == SIGALRM; }

int main(void) {
  sigaction(SIGALRM, &(struct sigaction){.sa_handler = on_alarm}, NULL);
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 50}, {0, 50}}, NULL);
  int ends[2], pair[2], interrupted[6] = {0};
  pipe(ends), socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  for (int i = 0; i < 20000; i++) {
    char byte = 1;
    int fd = open("/dev/null", O_WRONLY);
    interrupted[0] += fd < 0;
    interrupted[1] += write(fd, &byte, 1) != 1;
    close(fd);
    interrupted[2] += write(ends[1], &byte, 1) != 1;
    interrupted[3] += poll(&(struct pollfd){ends[0], POLLIN, 0}, 1, 1000) != 1;
    interrupted[4] += read(ends[0], &byte, 1) != 1;
    interrupted[5] += send(pair[0], &byte, 1, 0) != 1 || recv(pair[1], &byte, 1, 0) != 1;
  }
  CHECK(caught > 100);
  for (int i = 0; i < 6; i++) printf("%d ", interrupted[i]);
  puts("interrupted");
}
