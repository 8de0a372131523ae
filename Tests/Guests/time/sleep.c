// Sleeping: long enough, never much too long, and refused where the time makes no sense.
#include "test.h"

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

#define TIMED(call)                                                                \
  do {                                                                             \
    double start = now();                                                          \
    SHOW(call);                                                                    \
    double took = now() - start;                                                   \
    printf("%s\n", took >= 0.0299 && took < 2 ? "as long as asked" : "NOT as long"); \
  } while (0)

int main(void) {
  struct timespec brief = {0, 30000000}, until, bad = {0, 1000000000};
  TIMED(nanosleep(&brief, NULL));
  TIMED(syscall(SYS_nanosleep, &brief, NULL));
  TIMED(clock_nanosleep(CLOCK_MONOTONIC, 0, &brief, NULL));
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += 31000000;
  if (until.tv_nsec >= 1000000000) until.tv_sec++, until.tv_nsec -= 1000000000;
  TIMED(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL));
  TIMED(usleep(30000));
  SHOW(nanosleep(&bad, NULL));
  bad = (struct timespec){-1, 0};
  SHOW(nanosleep(&bad, NULL));
  SHOW(syscall(SYS_nanosleep, 16, NULL));
  brief = (struct timespec){0, 0};
  SHOW(nanosleep(&brief, NULL));
  SHOW(sleep(0));
}
