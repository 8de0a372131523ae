// Clocks: they run, they agree, and they refuse what is wrong.
#include "test.h"
#include <sys/time.h>
#include <sys/times.h>

static double seconds(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

int main(void) {
  clockid_t clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_MONOTONIC_RAW, CLOCK_BOOTTIME, CLOCK_REALTIME_COARSE};
  for (int i = 0; i < 5; i++) {
    double before = seconds(clocks[i]);
    sleep_ms(20);
    double after = seconds(clocks[i]);
    printf("clock %d: %s\n", clocks[i], after - before > 0.010 && after - before < 5 ? "runs" : "NO");
  }
  double before = seconds(CLOCK_PROCESS_CPUTIME_ID), thread = seconds(CLOCK_THREAD_CPUTIME_ID);
  for (volatile int i = 0; i < 20000000; i++) {}
  CHECK(seconds(CLOCK_PROCESS_CPUTIME_ID) - before > 0.001);
  CHECK(seconds(CLOCK_THREAD_CPUTIME_ID) - thread > 0.001);
  struct timeval tv;
  SHOW(gettimeofday(&tv, NULL));
  CHECK(labs(tv.tv_sec - time(NULL)) <= 1);
  CHECK(seconds(CLOCK_REALTIME) - tv.tv_sec < 2);
  long raw = syscall(SYS_time, NULL);
  CHECK(labs(raw - tv.tv_sec) <= 1);
  long long wide[2];
  SHOW(syscall(403, CLOCK_REALTIME, wide)); // clock_gettime64
  CHECK(wide[0] - tv.tv_sec <= 1 && wide[1] < 1000000000);
  SHOW(syscall(SYS_clock_gettime, 99, wide));
  SHOW(syscall(SYS_clock_gettime, -1, wide)); // a device's clock
  SHOW(syscall(SYS_clock_nanosleep, -1, 0, wide, NULL));
  SHOW(syscall(SYS_clock_gettime, CLOCK_REALTIME, 8));
  SHOW(syscall(SYS_clock_getres, CLOCK_MONOTONIC, wide));
  struct tms tms;
  CHECK(times(&tms) != -1);
  struct rusage usage;
  SHOW(getrusage(RUSAGE_SELF, &usage));
  CHECK(usage.ru_utime.tv_sec + usage.ru_utime.tv_usec > 0 && usage.ru_maxrss > 100);
}
