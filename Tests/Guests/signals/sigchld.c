// SIGCHLD: what it says, SA_NOCLDSTOP, SA_NOCLDWAIT.
#include "test.h"

static volatile int count;
static volatile pid_t from;
static void on_child(int sig, siginfo_t *info, void *context) {
  (void)sig, (void)context;
  from = info->si_pid;
  printf("code %d status %d\n", info->si_code, info->si_status), fflush(stdout);
  count++;
}

static void until(int n) { while (count < n) sleep_ms(1); }

int main(void) {
  struct sigaction action = {.sa_sigaction = on_child, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigaction(SIGCHLD, &action, NULL);
  pid_t child = CHILD(5);
  until(1);
  CHECK(from == child);
  show_status("exited", wait_for(child));
  child = CHILD({ for (;;) pause(); 0; });
  kill(child, SIGSTOP), until(2);
  kill(child, SIGCONT), until(3);
  kill(child, SIGTERM), until(4);
  show_status("killed", wait_for(child));

  action.sa_flags |= SA_NOCLDSTOP;
  sigaction(SIGCHLD, &action, NULL);
  child = CHILD({ for (;;) pause(); 0; });
  int status;
  kill(child, SIGSTOP), waitpid(child, &status, WUNTRACED);
  kill(child, SIGCONT), waitpid(child, &status, WCONTINUED);
  kill(child, SIGKILL), until(5);
  show_status("killed", wait_for(child));

  action.sa_flags |= SA_NOCLDWAIT;
  sigaction(SIGCHLD, &action, NULL);
  child = CHILD(6);
  until(6);
  SHOW(waitpid(child, &status, 0));
}
