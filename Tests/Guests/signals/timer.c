// alarm and interval timers.
#include "test.h"
#include <sys/time.h>

static volatile int ticks;
static void tick(int sig) { (void)sig; ticks++; }

int main(void) {
  signal(SIGALRM, tick), signal(SIGVTALRM, tick), signal(SIGPROF, tick);
  SHOW(alarm(100));
  SHOW(alarm(0));
  struct itimerval time = {{0, 5000}, {0, 5000}}, old;
  SHOW(setitimer(ITIMER_REAL, &time, NULL));
  while (ticks < 5) pause();
  SHOW(getitimer(ITIMER_REAL, &old));
  CHECK(old.it_interval.tv_usec == 5000);
  time = (struct itimerval){{0, 0}, {0, 0}};
  SHOW(setitimer(ITIMER_REAL, &time, &old));
  ticks = 0, sleep_ms(20);
  printf("ticks after stopping %d\n", ticks);
  time.it_value.tv_usec = 1000000;
  SHOW(setitimer(ITIMER_REAL, &time, NULL));
  SHOW(setitimer(7, &old, NULL));
  time.it_value.tv_usec = 300000;
  SHOW(setitimer(ITIMER_REAL, &time, NULL));
  show_status("no timer in a child", wait_for(CHILD({ getitimer(ITIMER_REAL, &old); old.it_value.tv_usec != 0; })));
  while (!ticks) pause();
  printf("ticked\n");
}
