// Interrupted calls: SA_RESTART goes on, without it there is EINTR; some calls never restart.
#include "test.h"
#include <poll.h>
#include <sys/select.h>
#include <sys/time.h>

static int fds[2];
static void on_alarm(int sig) { (void)sig; write(fds[1], "h", 1); }
static void nothing(int sig) { (void)sig; }

static void arm(void (*handler)(int), int flags) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
  sigaction(SIGALRM, &action, NULL);
  struct itimerval soon = {{0, 0}, {0, 30000}};
  setitimer(ITIMER_REAL, &soon, NULL);
}

int main(void) {
  char c;
  pipe(fds);
  arm(on_alarm, 0);
  SHOW(read(fds[0], &c, 1));
  SHOW(read(fds[0], &c, 1));
  arm(on_alarm, SA_RESTART);
  SHOW(read(fds[0], &c, 1));
  pid_t child = CHILD({ sleep_ms(120); 8; });
  int status;
  arm(nothing, SA_RESTART);
  CHECK(waitpid(child, &status, 0) == child);
  child = CHILD({ sleep_ms(120); 8; });
  arm(nothing, 0);
  SHOW(waitpid(child, &status, 0));
  CHECK(waitpid(child, &status, 0) == child);

  struct timespec time = {5, 0}, left = {0, 0};
  arm(nothing, SA_RESTART);
  SHOW(nanosleep(&time, &left));
  CHECK(left.tv_sec == 4 && left.tv_nsec > 500000000);
  struct pollfd poller = {fds[0], POLLIN, 0};
  arm(nothing, SA_RESTART);
  SHOW(poll(&poller, 1, 5000));
  fd_set set;
  FD_ZERO(&set);
  FD_SET(fds[0], &set);
  struct timeval wait = {5, 0};
  arm(nothing, SA_RESTART);
  SHOW(select(fds[0] + 1, &set, NULL, NULL, &wait));
  arm(nothing, SA_RESTART);
  SHOW(pause());

  // An ignored signal interrupts nothing; a stop and a continue neither.
  signal(SIGUSR1, SIG_IGN);
  child = CHILD({ SHOW(read(fds[0], &c, 1)); c; });
  sleep_ms(30), kill(child, SIGUSR1);
  sleep_ms(30), kill(child, SIGSTOP);
  sleep_ms(30), kill(child, SIGCONT);
  sleep_ms(30), write(fds[1], "w", 1);
  show_status("reader", wait_for(child));
}
