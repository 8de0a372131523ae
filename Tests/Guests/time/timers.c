// POSIX timers (timer_create(2)) and the interval timers that count processor time.
//: cc -pthread
#include "test.h"
#include <pthread.h>
#include <sys/time.h>

static void *map_page(void) { return mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }

// By the kernel's own numbers, not the C library's.
static int make(int clock, struct sigevent *event) {
  int id = -1, answer = syscall(SYS_timer_create, clock, event, &id);
  if (answer != 0) printf("timer_create(%d): %s\n", clock, strerrorname_np(errno));
  return id;
}
static int set(int id, int flags, long first, long interval) {
  struct { long interval[2], value[2]; } spec = {{interval / 1000000000, interval % 1000000000}, {first / 1000000000, first % 1000000000}};
  return syscall(SYS_timer_settime, id, flags, &spec, NULL);
}
static long left(int id) {
  struct { long interval[2], value[2]; } spec;
  if (syscall(SYS_timer_gettime, id, &spec) != 0) return -errno;
  return spec.value[0] * 1000000000 + spec.value[1];
}
static void spin(double seconds) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  double end = t.tv_sec + t.tv_nsec / 1e9 + seconds;
  do {
    // In the program, not in calls: some of the timers count only that.
    for (volatile int i = 0; i < 200000; i++);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  } while (t.tv_sec + t.tv_nsec / 1e9 < end);
}

static volatile int rung, wrong;
static __thread int is_here;
static void ring(int signal, siginfo_t *info, void *context) { rung++; }
static void ring_here(int signal, siginfo_t *info, void *context) { rung++, wrong += !is_here; }

static void *thread(void *unused) {
  is_here = 1;
  int id = make(CLOCK_MONOTONIC, &(struct sigevent){.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN + 1, ._sigev_un._tid = gettid()});
  set(id, 0, 1000000, 1000000);
  for (int i = 0; rung < 10 && i < 10000; i++) usleep(1000);
  printf("to this thread: %s\n", rung >= 10 && !wrong ? "all" : "not all");
  SHOW(syscall(SYS_timer_delete, id));
  return NULL;
}

int main(int argc, char **argv) {
  if (argc > 1) {
    // A new program has none, and none of their signals.
    sigset_t pending;
    sigpending(&pending);
    printf("after execve: %s, pending %d\n", strerrorname_np(-left(atoi(argv[1]))), sigismember(&pending, SIGUSR1));
    fflush(stdout);
    return 0;
  }
  // What there is not.
  int id;
  for (int clock = -7; clock < 16; clock++) {
    if (clock == 8 || clock == 9 || clock == 10) continue; // the machine's own
    if ((id = make(clock, NULL)) >= 0) syscall(SYS_timer_delete, id);
  }
  SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, 8, &id));
  SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, 8));
  SHOW(syscall(SYS_timer_create, CLOCK_MONOTONIC, NULL, map_page()));
  make(CLOCK_MONOTONIC, &(struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 0});
  make(CLOCK_MONOTONIC, &(struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = 65});
  make(CLOCK_MONOTONIC, &(struct sigevent){.sigev_notify = 7, .sigev_signo = 10});
  make(CLOCK_MONOTONIC, &(struct sigevent){.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = 10, ._sigev_un._tid = 1});
  SHOW(syscall(SYS_timer_delete, 12345));
  SHOW(syscall(SYS_timer_getoverrun, 12345));
  SHOW(set(12345, 0, 1, 0));

  // One that rings once, with its number and value.
  sigset_t set_of;
  sigemptyset(&set_of), sigaddset(&set_of, SIGALRM), sigaddset(&set_of, SIGUSR1), sigaddset(&set_of, SIGRTMIN);
  sigprocmask(SIG_BLOCK, &set_of, NULL);
  siginfo_t info;
  struct timespec second = {5, 0};
  int plain = make(CLOCK_MONOTONIC, NULL);
  SHOW(left(plain));
  SHOW(set(plain, 0, 1000000, 0));
  SHOW(sigtimedwait(&set_of, &info, &second));
  CHECK(info.si_code == SI_TIMER && info.si_timerid == plain && info.si_value.sival_int == plain && info.si_overrun == 0);
  SHOW(left(plain));
  int valued = make(CLOCK_REALTIME, &(struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value = {77}});
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  struct { long long interval[2], value[2]; } wide = {{0, 0}, {now.tv_sec, now.tv_nsec}};
  SHOW(syscall(SYS_timer_settime64, valued, TIMER_ABSTIME, &wide, NULL));
  SHOW(sigtimedwait(&set_of, &info, &second));
  CHECK(info.si_value.sival_int == 77 && info.si_timerid == valued);
  wide.value[1] = 1000000000;
  SHOW(syscall(SYS_timer_settime64, valued, 0, &wide, NULL));

  // One that rings again and again has one signal pending, and counts the others.
  SHOW(set(plain, 0, 1000000, 1000000));
  kill(getpid(), SIGALRM);
  usleep(100000);
  SHOW(sigtimedwait(&set_of, &info, &second));
  int first = info.si_code == SI_TIMER ? info.si_overrun : 0;
  SHOW(sigtimedwait(&set_of, &info, &second));
  if (info.si_code == SI_TIMER && first == 0) first = info.si_overrun;
  CHECK(first >= 50 && first <= 2000);
  CHECK(syscall(SYS_timer_getoverrun, plain) >= 0);
  SHOW(sigtimedwait(&set_of, &info, &second));
  CHECK(info.si_code == SI_TIMER);
  CHECK(left(plain) > 0 && left(plain) <= 1000000);
  SHOW(set(plain, 0, 0, 0));
  while (sigtimedwait(&set_of, &info, &(struct timespec){0, 0}) > 0);
  SHOW(left(plain));

  // One that tells nothing is only asked.
  int quiet = make(CLOCK_BOOTTIME, &(struct sigevent){.sigev_notify = SIGEV_NONE, .sigev_signo = 99});
  SHOW(set(quiet, 0, 1000000000, 1));
  CHECK(left(quiet) > 500000000 && left(quiet) <= 1000000000);
  SHOW(set(quiet, 0, 1, 1));
  usleep(1000);
  CHECK(left(quiet) >= 0 && left(quiet) < 100000000);

  // To a thread; and none for a child.
  struct sigaction action = {.sa_sigaction = ring_here, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigaction(SIGRTMIN + 1, &action, NULL);
  pthread_t other;
  pthread_create(&other, NULL, thread, NULL);
  pthread_join(other, NULL);
  show_status("a child has it", wait_for(CHILD(left(plain) == -EINVAL ? 1 : 0)));

  // By what the process or the thread has run.
  struct sigaction handler = {.sa_sigaction = ring, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigaction(SIGVTALRM, &handler, NULL), sigaction(SIGPROF, &handler, NULL), sigaction(SIGRTMIN + 2, &handler, NULL);
  for (int which = ITIMER_VIRTUAL; which <= ITIMER_PROF; which++) {
    struct itimerval value = {{0, 10000}, {0, 10000}}, none = {}, old;
    rung = 0;
    SHOW(setitimer(which, &value, NULL));
    spin(0.3);
    CHECK(rung >= 10 && rung <= 40);
    SHOW(setitimer(which, &none, &old));
    CHECK(old.it_interval.tv_usec == 10000 && old.it_value.tv_sec == 0 && old.it_value.tv_usec <= 20000);
    rung = 0;
    spin(0.05);
    printf("rings no more: %d\n", rung);
  }
  SHOW(setitimer(3, &(struct itimerval){}, NULL));
  for (int clock = CLOCK_PROCESS_CPUTIME_ID; clock <= CLOCK_THREAD_CPUTIME_ID; clock++) {
    int counts = make(clock, &(struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 2});
    rung = 0;
    SHOW(set(counts, 0, 20000000, 20000000));
    usleep(100000); // which is none of its time
    printf("while it sleeps: %d\n", rung);
    spin(0.2);
    CHECK(rung >= 3 && rung <= 12);
    SHOW(syscall(SYS_timer_delete, counts));
  }

  // What is pending goes with the timer, and with the program.
  set(valued, 0, 1, 0);
  usleep(20000);
  SHOW(syscall(SYS_timer_delete, valued));
  SHOW(sigtimedwait(&set_of, &info, &(struct timespec){0, 0}));
  valued = make(CLOCK_REALTIME, &(struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1});
  set(valued, 0, 1, 1000000);
  usleep(20000);
  char text[20];
  sprintf(text, "%d", valued);
  fflush(stdout);
  execl("/proc/self/exe", "timers", text, NULL);
}
