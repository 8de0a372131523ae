// changes: calls getpid without a pause. Each time that its answer changes, prints when the new one was first seen, in
// nanoseconds of CLOCK_MONOTONIC, and what it was. Ends when nobody reads that any more.
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int main(void) {
  long last = -1;
  for (;;) {
    long answer = syscall(SYS_getpid);
    if (answer == last) continue;
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    last = answer;
    char line[64];
    int length = snprintf(line, sizeof line, "%lld %ld\n", time.tv_sec * 1000000000LL + time.tv_nsec, answer);
    if (write(1, line, length) != length) return 0;
  }
}
