/* Shows frozen-clock: the time of day, and how long a sleep takes. */
#include <stdio.h>
#include <sys/time.h>
#include <time.h>

int main(void) {
  struct timespec before, after, pause = {0, 2000000};
  struct timeval now;
  clock_gettime(CLOCK_MONOTONIC, &before);
  nanosleep(&pause, NULL);
  clock_gettime(CLOCK_MONOTONIC, &after);
  gettimeofday(&now, NULL);
  time_t today = time(NULL);
  printf("%s", asctime(gmtime(&today)));
  printf("gettimeofday: %ld.%06ld\n", (long)now.tv_sec, (long)now.tv_usec);
  printf("the monotonic clock goes on: %d\n", after.tv_sec > before.tv_sec || after.tv_nsec >= before.tv_nsec + 2000000);
}
