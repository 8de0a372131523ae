// A signal at the parent's death (prctl(2), PR_SET_PDEATHSIG), and what else prctl keeps.
#include "test.h"
#include <sys/prctl.h>

static int up[2];

static void say(const char *text) { write(up[1], text, strlen(text)); }
static void got(int signal, siginfo_t *info, void *context) {
  say(signal == SIGUSR1 ? "SIGUSR1" : "?"), say(info->si_code == SI_USER ? " from a process\n" : " otherwise\n");
}

int main(void) {
  int value = 99;
  SHOW(prctl(PR_GET_PDEATHSIG, &value));
  printf("%d\n", value);
  SHOW(prctl(PR_SET_PDEATHSIG, 65));
  SHOW(prctl(PR_SET_PDEATHSIG, -1));
  SHOW(prctl(PR_GET_PDEATHSIG, 4));
  SHOW(prctl(PR_SET_PDEATHSIG, SIGUSR2));
  prctl(PR_GET_PDEATHSIG, &value);
  printf("%d\n", value);
  pipe(up);
  // The middle one ends when its child is ready.
  int middle = fork();
  if (middle == 0) {
    prctl(PR_GET_PDEATHSIG, &value);
    printf("a child's: %d\n", value);
    fflush(stdout);
    int ready[2];
    pipe(ready);
    if (fork() == 0) {
      sigaction(SIGUSR1, &(struct sigaction){.sa_sigaction = got, .sa_flags = SA_SIGINFO}, NULL);
      prctl(PR_SET_PDEATHSIG, SIGUSR1);
      int parent = getppid();
      close(up[0]);
      write(ready[1], "r", 1);
      while (getppid() == parent) usleep(1000);
      usleep(10000);
      say("the orphan ends\n");
      _exit(0);
    }
    char c;
    read(ready[0], &c, 1);
    _exit(0);
  }
  close(up[1]);
  char text[100];
  for (int n; (n = read(up[0], text, sizeof text)) != 0;) fwrite(text, 1, n > 0 ? n : 0, stdout);
  wait_for(middle);

  SHOW(prctl(PR_GET_DUMPABLE));
  SHOW(prctl(PR_SET_DUMPABLE, 0));
  show_status("a child's", wait_for(CHILD(prctl(PR_GET_DUMPABLE))));
  SHOW(prctl(PR_SET_DUMPABLE, 2));
  SHOW(prctl(PR_GET_DUMPABLE));
  SHOW(prctl(PR_SET_TIMERSLACK, 123456));
  SHOW(prctl(PR_GET_TIMERSLACK));
  show_status("a child's", wait_for(CHILD(prctl(PR_GET_TIMERSLACK) == 123456)));
  SHOW(prctl(PR_SET_TIMERSLACK, 0));
}
