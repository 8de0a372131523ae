//: cc -pthread
// Signals and threads: to one thread, to the process, masks of one's own.
#include "test.h"
#include <pthread.h>

static volatile int count;
static pthread_t target;
static void note(int sig) { (void)sig; if (pthread_equal(pthread_self(), target)) count++; }

static void *waiter(void *unused) {
  while (count < 2) pause();
  return unused;
}

static void *sigwaiter(void *set) {
  int sig = 0;
  sigwait(set, &sig);
  return (void *)sig;
}

int main(void) {
  signal(SIGUSR1, note);
  sigset_t usr1, usr2;
  sigemptyset(&usr1), sigaddset(&usr1, SIGUSR1);
  pthread_create(&target, NULL, waiter, NULL);
  pthread_sigmask(SIG_BLOCK, &usr1, NULL);
  while (count < 1) pthread_kill(target, SIGUSR1), sleep_ms(2);
  while (count < 2) kill(getpid(), SIGUSR1), sleep_ms(2); // only the other thread takes it
  pthread_join(target, NULL);
  printf("both reached it\n");

  sigemptyset(&usr2), sigaddset(&usr2, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &usr2, NULL);
  pthread_t thread;
  void *sig;
  pthread_create(&thread, NULL, sigwaiter, &usr2);
  kill(getpid(), SIGUSR2);
  pthread_join(thread, &sig);
  printf("sigwait got %d\n", (int)sig);
  SHOW(syscall(SYS_tgkill, getpid(), 999999, 0));
  SHOW(syscall(SYS_tkill, syscall(SYS_gettid), 0));
  SHOW(syscall(SYS_tgkill, 1, syscall(SYS_gettid), 0));
}
