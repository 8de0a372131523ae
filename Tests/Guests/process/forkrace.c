// A child has its parent's descriptors of the moment of fork, though a signal arrives meanwhile and the parent closes them at
// once.
#include "test.h"

static void note(int sig) { (void)sig; }

int main(void) {
  struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
  sigaction(SIGCHLD, &action, NULL);
  int lost = 0;
  for (int i = 0; i < 400; i++) {
    int fds[2];
    pipe(fds);
    pid_t brief = fork();
    if (brief == 0) _exit(0); // its SIGCHLD comes during the next fork
    pid_t child = fork();
    if (child == 0) _exit(fcntl(fds[0], F_GETFD) < 0 || fcntl(fds[1], F_GETFD) < 0);
    close(fds[0]), close(fds[1]);
    lost += WEXITSTATUS(wait_for(child));
    wait_for(brief);
  }
  printf("lost %d\n", lost);
}
