// Blocked and pending signals: sigprocmask, sigpending, sigsuspend, sigtimedwait, order of delivery.
#include "test.h"

static void note(int sig) { printf("got %d\n", sig), fflush(stdout); }

int main(void) {
  int sigs[] = {SIGUSR1, SIGUSR2, SIGHUP, SIGTERM, SIGRTMIN, SIGRTMIN + 1};
  sigset_t all, old, pending, none;
  sigemptyset(&none), sigemptyset(&all);
  for (int i = 0; i < 6; i++) {
    struct sigaction action = {.sa_handler = note};
    sigfillset(&action.sa_mask); // one after the other
    sigaction(sigs[i], &action, NULL), sigaddset(&all, sigs[i]);
  }
  SHOW(sigprocmask(SIG_BLOCK, &all, &old));
  raise(SIGUSR2), raise(SIGUSR1), raise(SIGUSR1), raise(SIGRTMIN + 1);
  kill(getpid(), SIGRTMIN), kill(getpid(), SIGRTMIN), kill(getpid(), SIGHUP);
  SHOW(sigpending(&pending));
  for (int i = 0; i < 6; i++) printf("%d pending %d\n", sigs[i], sigismember(&pending, sigs[i]));
  show_status("a child starts with none", wait_for(CHILD({ sigpending(&pending); sigismember(&pending, SIGUSR1); })));
  SHOW(sigprocmask(SIG_SETMASK, &old, NULL));

  // sigsuspend's mask holds only while it waits.
  sigprocmask(SIG_BLOCK, &all, NULL);
  raise(SIGTERM);
  SHOW(sigsuspend(&none));
  sigprocmask(SIG_BLOCK, NULL, &old);
  printf("blocked again %d\n", sigismember(&old, SIGTERM));

  siginfo_t info;
  struct timespec brief = {0, 20000000};
  SHOW(sigtimedwait(&all, &info, &brief));
  raise(SIGUSR2);
  SHOW(sigtimedwait(&all, &info, &brief));
  printf("signo %d code %d\n", info.si_signo, info.si_code);
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 1});
  sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = 2});
  SHOW(sigwaitinfo(&all, &info) == SIGRTMIN);
  printf("value %d\n", info.si_value.sival_int);
  SHOW(sigwaitinfo(&all, &info) == SIGRTMIN);
  printf("value %d\n", info.si_value.sival_int);

  // SIGKILL and SIGSTOP cannot be blocked.
  sigset_t full;
  sigfillset(&full);
  sigprocmask(SIG_SETMASK, &full, NULL);
  sigprocmask(SIG_SETMASK, NULL, &old);
  printf("KILL %d STOP %d INT %d\n", sigismember(&old, SIGKILL), sigismember(&old, SIGSTOP), sigismember(&old, SIGINT));
  SHOW(sigprocmask(77, &full, NULL));
  SHOW(syscall(SYS_rt_sigprocmask, SIG_BLOCK, (void *)4, NULL, 8));
  SHOW(syscall(SYS_sgetmask) != 0);

  // A set of four bytes is what it says; and the call's twin with times of 64 bits.
  uint32_t words[2] = {7, 7};
  raise(SIGUSR1);
  SHOW(syscall(SYS_rt_sigpending, words, 4));
  printf("%x %x\n", words[0], words[1]);
  SHOW(syscall(SYS_rt_sigpending, words, 12));
  long long wait[2] = {0, 1000000};
  sigemptyset(&all), sigaddset(&all, SIGUSR1);
  SHOW(syscall(SYS_rt_sigtimedwait_time64, &all, &info, wait, 8));
  printf("signo %d\n", info.si_signo);
  SHOW(syscall(SYS_rt_sigtimedwait_time64, &all, &info, wait, 8));
  wait[1] = 1000000000;
  SHOW(syscall(SYS_rt_sigtimedwait_time64, &all, &info, wait, 8));
  wait[0] = 0x7fffffffffffffff, wait[1] = 999999999;
  if (fork() == 0) kill(getppid(), SIGUSR1), _exit(0);
  SHOW(syscall(SYS_rt_sigtimedwait_time64, &all, &info, wait, 8));
}
