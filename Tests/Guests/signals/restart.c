// Interrupted calls: SA_RESTART goes on, without it there is EINTR; some calls never restart.
#include "test.h"
#include <poll.h>
#include <sys/select.h>
#include <sys/time.h>

static int fds[2];
static void write_byte(int sig) { (void)sig; write(fds[1], "h", 1); }
static void nothing(int sig) { (void)sig; }

static void set_alarms(int microseconds) {
  struct itimerval alarms = {{0, microseconds}, {0, microseconds}};
  setitimer(ITIMER_REAL, &alarms, NULL);
}

/* What a call returns that is interrupted again and again: on a busy machine the first signal may come before the call. */
#define INTERRUPTED(handler, flags, call)                                     \
  ({                                                                          \
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = handler, .sa_flags = flags}, NULL); \
    set_alarms(20000);                                                        \
    long result = call;                                                       \
    int error = errno;                                                        \
    set_alarms(0);                                                            \
    errno = error;                                                            \
    result;                                                                   \
  })

int main(void) {
  char c;
  pipe(fds);
  SHOW(INTERRUPTED(nothing, 0, read(fds[0], &c, 1)));
  SHOW(INTERRUPTED(write_byte, SA_RESTART, read(fds[0], &c, 1)));
  // It has written more.
  fcntl(fds[0], F_SETFL, O_NONBLOCK);
  while (read(fds[0], &c, 1) == 1) {}
  fcntl(fds[0], F_SETFL, 0);
  pid_t child = CHILD({ sleep_ms(120); 8; });
  int status;
  CHECK(INTERRUPTED(nothing, SA_RESTART, waitpid(child, &status, 0)) == child);
  child = CHILD({ pause(); 8; });
  SHOW(INTERRUPTED(nothing, 0, waitpid(child, &status, 0)));
  kill(child, SIGKILL);
  CHECK(waitpid(child, &status, 0) == child);

  struct timespec time = {1000, 0}, left = {0, 0};
  SHOW(INTERRUPTED(nothing, SA_RESTART, nanosleep(&time, &left)));
  CHECK(left.tv_sec > 900 && left.tv_sec < 1000);
  struct pollfd poller = {fds[0], POLLIN, 0};
  SHOW(INTERRUPTED(nothing, SA_RESTART, poll(&poller, 1, 1000000)));
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fds[0], &set);
  struct timeval wait = {1000, 0};
  SHOW(INTERRUPTED(nothing, SA_RESTART, select(fds[0] + 1, &set, NULL, NULL, &wait)));
  SHOW(INTERRUPTED(nothing, SA_RESTART, pause()));

  // An ignored signal interrupts nothing; a stop and a continue neither.
  signal(SIGUSR1, SIG_IGN);
  child = CHILD({ SHOW(read(fds[0], &c, 1)); c; });
  sleep_ms(30), kill(child, SIGUSR1);
  sleep_ms(30), kill(child, SIGSTOP);
  sleep_ms(30), kill(child, SIGCONT);
  sleep_ms(30), write(fds[1], "w", 1);
  show_status("reader", wait_for(child));
}
