/* poll, select, epoll, clocks, sleeping, timers, and what signals do to them. */
#include "check.h"
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>

#define BAD ((void *)0xfffff000)
struct ts64 { int64_t s, n; };

static int p[2];
static void fresh(void) { close(p[0]); close(p[1]); pipe(p); }
static long now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1000 + t.tv_nsec / 1000000; }
static void on_alarm(int n) { (void)n; }
static void arm(int ms, int flags) {
  struct sigaction a = {.sa_handler = on_alarm, .sa_flags = flags};
  sigaction(SIGALRM, &a, 0);
  struct itimerval t = {{0, 0}, {0, ms * 1000}};
  setitimer(ITIMER_REAL, &t, 0);
}

static void polling(void) {
  fresh();
  struct pollfd f[3] = {{p[0], POLLIN, 77}, {p[1], POLLOUT, 77}, {-1, POLLIN, 77}};
  SHOW("poll", CALL(poll, f, 3, 0));
  printf("  %d %d %d\n", f[0].revents, f[1].revents, f[2].revents);
  write(p[1], "x", 1);
  SHOW("poll", CALL(poll, f, 1, -1));
  printf("  %d\n", f[0].revents);
  f[2].fd = 99;
  SHOW("poll closed", CALL(poll, f, 3, 100));
  printf("  %d\n", f[2].revents);
  SHOW("poll bad", CALL(poll, BAD, 3, 0));
  SHOW("poll too many", CALL(poll, f, 1 << 30, 0));
  char c;
  read(p[0], &c, 1);
  long t = now();
  SHOW("poll timeout", CALL(poll, f, 1, 30));
  CHECK(now() - t >= 30 && now() - t < 200);
  struct timespec ts = {0, 30000000};
  SHOW("ppoll timeout", CALL(ppoll, f, 1, &ts, 0, 8));
  printf("  left %ld\n", ts.tv_nsec);
  ts.tv_nsec = 1000000000;
  SHOW("ppoll bad time", CALL(ppoll, f, 1, &ts, 0, 8));
  struct ts64 t64 = {0, 1000000};
  SHOW("ppoll_time64", CALL(ppoll_time64, f, 1, &t64, 0, 8));
  uint64_t mask = 0;
  ts.tv_nsec = 0;
  SHOW("ppoll mask", CALL(ppoll, f, 1, &ts, &mask, 8));
  SHOW("ppoll mask size", CALL(ppoll, f, 1, &ts, &mask, 4));
  close(p[1]);
  SHOW("poll hangup", CALL(poll, f, 1, 0));
  printf("  %d\n", f[0].revents);
}

static void selecting(void) {
  fresh();
  fd_set r, w;
  struct timeval tv = {0, 0};
  FD_ZERO(&r); FD_ZERO(&w);
  FD_SET(p[0], &r); FD_SET(p[1], &w);
  SHOW("select", CALL(_newselect, p[1] + 1, &r, &w, 0, &tv));
  printf("  %d %d\n", !!FD_ISSET(p[0], &r), !!FD_ISSET(p[1], &w));
  write(p[1], "x", 1);
  dup2(p[0], 40);
  FD_SET(40, &r); FD_SET(p[0], &r);
  SHOW("select", CALL(_newselect, 41, &r, &w, 0, 0));
  printf("  %d %d %d\n", !!FD_ISSET(p[0], &r), !!FD_ISSET(40, &r), !!FD_ISSET(p[1], &w));
  uint32_t words[2] = {0xdeadbeef, 0x12345678};
  words[0] = 1u << p[0];
  SHOW("one word", CALL(_newselect, p[0] + 1, words, 0, 0, &tv));
  CHECK(words[1] == 0x12345678);
  close(40);
  FD_SET(40, &r);
  SHOW("select closed", CALL(_newselect, 41, &r, 0, 0, &tv));
  SHOW("select negative", CALL(_newselect, -1, &r, 0, 0, &tv));
  SHOW("select bad", CALL(_newselect, 5, BAD, 0, 0, &tv));
  SHOW("select bad time", CALL(_newselect, 5, 0, 0, 0, BAD));
  tv = (struct timeval){0, 20000};
  SHOW("select sleep", CALL(_newselect, 0, 0, 0, 0, &tv));
  printf("  left %ld %ld\n", (long)tv.tv_sec, (long)tv.tv_usec);
  tv.tv_sec = -1;
  SHOW("select negative time", CALL(_newselect, 0, 0, 0, 0, &tv));
  tv = (struct timeval){0, 0};
  FD_ZERO(&r); FD_SET(p[0], &r);
  uint32_t args[5] = {p[0] + 1, (uint32_t)&r, 0, 0, (uint32_t)&tv};
  SHOW("old select", CALL(select, args));
  struct timespec ts = {0, 1000};
  FD_ZERO(&r);
  SHOW("pselect6", CALL(pselect6, p[0] + 1, &r, 0, 0, &ts, 0));
  uint64_t mask = 0;
  uint32_t pair[2] = {(uint32_t)&mask, 8};
  struct ts64 t64 = {0, 1000};
  SHOW("pselect6_time64", CALL(pselect6_time64, p[0] + 1, &r, 0, 0, &t64, pair));
  SHOW("pselect6 bad mask", CALL(pselect6, p[0] + 1, &r, 0, 0, &ts, BAD));
}

static void epolling(void) {
  fresh();
  int e = CALL(epoll_create1, 0);
  CHECK(e >= 0);
  struct epoll_event ev = {EPOLLIN, {.u64 = 0x123456789abcdefull}}, out[4];
  CHECK(sizeof ev == 12);
  SHOW("epoll_create 0", CALL(epoll_create, 0));
  SHOW("add", CALL(epoll_ctl, e, EPOLL_CTL_ADD, p[0], &ev));
  SHOW("add again", CALL(epoll_ctl, e, EPOLL_CTL_ADD, p[0], &ev));
  SHOW("add bad", CALL(epoll_ctl, e, EPOLL_CTL_ADD, 99, &ev));
  SHOW("wait", CALL(epoll_wait, e, out, 4, 0));
  write(p[1], "x", 1);
  SHOW("wait", CALL(epoll_wait, e, out, 4, -1));
  printf("  %x %llx\n", out[0].events, (unsigned long long)out[0].data.u64);
  SHOW("wait none", CALL(epoll_wait, e, out, 0, 0));
  SHOW("wait bad", CALL(epoll_wait, e, BAD, 4, 0));
  uint64_t mask = 0;
  SHOW("pwait", CALL(epoll_pwait, e, out, 4, 0, &mask, 8));
  struct ts64 t64 = {0, 1000};
  SHOW("pwait2", CALL(epoll_pwait2, e, out, 4, &t64, 0, 8));
  SHOW("delete", CALL(epoll_ctl, e, EPOLL_CTL_DEL, p[0], 0));
  SHOW("delete again", CALL(epoll_ctl, e, EPOLL_CTL_DEL, p[0], 0));
  close(e);
}

static void clocks(void) {
  struct timespec a, b;
  struct ts64 c;
  SHOW("clock_gettime", CALL(clock_gettime, CLOCK_REALTIME, &a));
  SHOW("clock_gettime64", CALL(clock_gettime64, CLOCK_REALTIME, &c));
  CHECK(c.s - a.tv_sec <= 1 && c.s >= a.tv_sec);
  struct timeval tv;
  SHOW("gettimeofday", CALL(gettimeofday, &tv, 0));
  CHECK(tv.tv_sec - a.tv_sec <= 1 && tv.tv_usec >= 0 && tv.tv_usec < 1000000);
  uint32_t t = 0;
  long r = CALL(time, &t);
  CHECK(r == (long)t && t - a.tv_sec <= 1);
  SHOW("time bad", CALL(time, BAD));
  SHOW("gettimeofday bad", CALL(gettimeofday, BAD, 0));
  SHOW("clock_gettime bad clock", CALL(clock_gettime, 99, &a));
  SHOW("clock_gettime bad", CALL(clock_gettime, 0, BAD));
  SHOW("clock_getres", CALL(clock_getres, CLOCK_MONOTONIC, &a));
  printf("  %ld %ld\n", (long)a.tv_sec, a.tv_nsec);
  SHOW("clock_getres NULL", CALL(clock_getres, CLOCK_MONOTONIC, 0));
  SHOW("clock_getres_time64", CALL(clock_getres_time64, CLOCK_MONOTONIC, &c));
  CALL(clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &a);
  for (volatile int i = 0; i < 20000000; i++) {}
  CALL(clock_gettime, CLOCK_PROCESS_CPUTIME_ID, &b);
  long used = (b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000;
  CHECK(used >= 1 && used < 5000);
  struct tms tms;
  CHECK(CALL(times, &tms) != -14);
  CHECK(tms.tms_utime < 1000);
  SHOW("times bad", CALL(times, BAD));
}

static void sleeping(void) {
  struct timespec t = {0, 30000000}, left = {5, 5};
  long start = now();
  SHOW("nanosleep", CALL(nanosleep, &t, &left));
  CHECK(now() - start >= 30 && now() - start < 200);
  CHECK(left.tv_sec == 5);
  t.tv_nsec = 1000000000;
  SHOW("nanosleep invalid", CALL(nanosleep, &t, 0));
  SHOW("nanosleep bad", CALL(nanosleep, BAD, 0));
  t = (struct timespec){5, 0};
  arm(30, SA_RESTART);
  SHOW("nanosleep interrupted", CALL(nanosleep, &t, &left));
  CHECK(left.tv_sec == 4 && left.tv_nsec > 800000000);
  arm(30, 0);
  SHOW("clock_nanosleep interrupted", CALL(clock_nanosleep, CLOCK_MONOTONIC, 0, &t, &left));
  CHECK(left.tv_sec == 4);
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  SHOW("clock_nanosleep past", CALL(clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &at, 0));
  at.tv_sec += 5;
  arm(30, SA_RESTART);
  SHOW("clock_nanosleep absolute interrupted", CALL(clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &at, 0));
  SHOW("clock_nanosleep bad clock", CALL(clock_nanosleep, 99, 0, &t, 0));
  struct ts64 t64 = {0, 10000000};
  SHOW("clock_nanosleep_time64", CALL(clock_nanosleep_time64, CLOCK_REALTIME, 0, &t64, 0));
  arm(30, SA_RESTART);
  struct pollfd f = {-1, 0, 0};
  SHOW("poll interrupted", CALL(poll, &f, 1, 5000));
  arm(30, SA_RESTART);
  struct timeval tv = {5, 0};
  SHOW("select interrupted", CALL(_newselect, 0, 0, 0, 0, &tv));
  arm(30, SA_RESTART);
  int e = epoll_create1(0);
  struct epoll_event ev;
  SHOW("epoll_wait interrupted", CALL(epoll_wait, e, &ev, 1, 5000));
  close(e);
  fresh();
  arm(30, 0);
  char c;
  SHOW("read interrupted", CALL(read, p[0], &c, 1));
  int pid = fork();
  if (pid == 0) { usleep(80000); write(p[1], "x", 1); _exit(0); }
  arm(30, SA_RESTART);
  SHOW("read restarted", CALL(read, p[0], &c, 1));
  waitpid(pid, 0, 0);
  /* Stopped and continued: the sleep goes on, and ends when it would have. */
  pid = fork();
  if (pid == 0) {
    t = (struct timespec){0, 150000000};
    start = now();
    long r = CALL(nanosleep, &t, 0);
    long ms = now() - start;
    _exit(r == 0 && ms >= 150 && ms < 400 ? 0 : 1);
  }
  usleep(30000);
  kill(pid, SIGSTOP);
  usleep(30000);
  kill(pid, SIGCONT);
  int status;
  waitpid(pid, &status, 0);
  SHOW("sleep over a stop", status);
}

static void masks(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGALRM);
  sigprocmask(SIG_BLOCK, &set, 0);
  arm(20, 0);
  usleep(60000);
  uint64_t none = 0;
  struct timespec t = {5, 0};
  SHOW("ppoll opens the mask", CALL(ppoll, 0, 0, &t, &none, 8));
  sigprocmask(SIG_SETMASK, 0, &set);
  CHECK(sigismember(&set, SIGALRM) == 1);
  uint64_t all = ~0ull;
  sigprocmask(SIG_UNBLOCK, &set, 0);
  arm(20, 0);
  t = (struct timespec){0, 60000000};
  SHOW("ppoll closes the mask", CALL(ppoll, 0, 0, &t, &all, 8));
}

static void timers(void) {
  int fd = CALL(timerfd_create, CLOCK_MONOTONIC, TFD_NONBLOCK);
  struct itimerspec s = {{0, 10000000}, {0, 10000000}}, old;
  uint64_t n = 0;
  SHOW("timerfd_settime", CALL(timerfd_settime, fd, 0, &s, &old));
  printf("  %ld %ld\n", (long)old.it_value.tv_sec, old.it_value.tv_nsec);
  SHOW("read at once", CALL(read, fd, &n, 8));
  usleep(35000);
  SHOW("read", CALL(read, fd, &n, 8));
  CHECK(n >= 2);
  SHOW("timerfd_gettime", CALL(timerfd_gettime, fd, &s));
  CHECK(s.it_interval.tv_nsec == 10000000);
  struct { struct ts64 i, v; } s64 = {{1, 2}, {3, 4}};
  SHOW("timerfd_settime64", CALL(timerfd_settime64, fd, 0, &s64, 0));
  SHOW("timerfd_gettime64", CALL(timerfd_gettime64, fd, &s64));
  printf("  %d %d %d\n", (int)s64.i.s, (int)s64.i.n, (int)s64.v.s);
  SHOW("timerfd_settime bad", CALL(timerfd_settime, fd, 0, BAD, 0));
  SHOW("timerfd_gettime on a pipe", CALL(timerfd_gettime, p[0], &s));
  close(fd);
}

int main(void) {
  static const struct test tests[] = {
    {polling, "polling"}, {selecting, "selecting"}, {epolling, "epolling"}, {clocks, "clocks"}, {sleeping, "sleeping"},
    {masks, "masks"}, {timers, "timers"}, {0, 0},
  };
  return run_all(tests);
}
