// execve: arguments, environment and what a process keeps.
#include "test.h"

int main(int argc, char **argv, char **envp) {
  if (argc > 1 && !strcmp(argv[1], "after")) {
    for (int i = 0; i < argc; i++) printf("argv[%d] %s\n", i, i ? argv[i] : "-");
    for (int i = 0; envp[i]; i++)
      if (strncmp(envp[i], "PID=", 4)) printf("envp[%d] %s\n", i, envp[i]);
    printf("argv ends with 0: %d\n", argv[argc] == NULL);
    sigset_t mask;
    sigprocmask(SIG_SETMASK, NULL, &mask);
    struct sigaction ignored, handled;
    sigaction(SIGUSR1, NULL, &ignored);
    sigaction(SIGUSR2, NULL, &handled);
    printf("USR1 ignored %d, USR2 default %d, HUP blocked %d, pending %d\n", ignored.sa_handler == SIG_IGN,
           handled.sa_handler == SIG_DFL, sigismember(&mask, SIGHUP), ({ sigset_t p; sigpending(&p); sigismember(&p, SIGHUP); }));
    printf("same pid %d, umask %o, fd 50 %d, alarm %d\n", atoi(getenv("PID")) == getpid(), umask(0), fcntl(50, F_GETFD),
           alarm(0) > 0);
    char cwd[512];
    printf("cwd %s\n", strrchr(getcwd(cwd, sizeof cwd), '/'));
    return 21;
  }
  mkdir("place", 0700), chdir("place");
  umask(027);
  signal(SIGUSR1, SIG_IGN);
  signal(SIGUSR2, (void (*)(int))main);
  sigset_t hup;
  sigemptyset(&hup), sigaddset(&hup, SIGHUP);
  sigprocmask(SIG_BLOCK, &hup, NULL);
  raise(SIGHUP);
  alarm(100);
  dup2(1, 50);
  char pid[20], *newenv[] = {"A=1", "EMPTY=", "=odd", pid, NULL};
  sprintf(pid, "PID=%d", getpid());
  char *newargv[] = {"renamed", "after", "", "two words", "\xff\x80", NULL};
  fflush(stdout);
  execve(argv[0], newargv, newenv);
  perror("execve");
}
