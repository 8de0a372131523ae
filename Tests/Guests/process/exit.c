// The ends of a process: exit codes, atexit, orphans, signals.
#include "test.h"
#include <sys/prctl.h>

static void last(void) { printf("atexit\n"); }

int main(void) {
  for (int code = 0; code < 600; code += 255) show_status("exit", wait_for(CHILD(code)));
  show_status("exit_group", wait_for(CHILD(syscall(SYS_exit_group, 300))));
  show_status("exit", wait_for(CHILD(syscall(SYS_exit, 7))));
  show_status("abort", wait_for(CHILD({ struct rlimit none = {0, 0}; setrlimit(RLIMIT_CORE, &none); abort(); 0; })));
  int deadly[] = {SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGFPE, SIGKILL, SIGSEGV, SIGPIPE, SIGALRM, SIGTERM, SIGUSR1, SIGSYS, SIGRTMIN};
  for (unsigned i = 0; i < sizeof deadly / sizeof *deadly; i++) {
    int status = wait_for(CHILD({ kill(getpid(), deadly[i]); pause(); 0; }));
    printf("signal %d: %s %d\n", deadly[i], WIFSIGNALED(status) ? "killed by" : "exited", WTERMSIG(status));
  }
  int mild[] = {SIGCHLD, SIGURG, SIGWINCH, SIGCONT};
  for (unsigned i = 0; i < sizeof mild / sizeof *mild; i++)
    show_status("ignored", wait_for(CHILD({ kill(getpid(), mild[i]); 1; })));

  // An orphan gets a new parent; the nearest subreaper where there is one.
  int fds[2];
  pipe(fds);
  SHOW(prctl(PR_SET_CHILD_SUBREAPER, 1));
  pid_t self = getpid(), middle = CHILD({
    pid_t me = getpid();
    CHILD({ while (getppid() == me) sleep_ms(1); char ours = getppid() == self; write(fds[1], &ours, 1); 6; });
    0;
  });
  show_status("middle", wait_for(middle));
  char ours = 9;
  read(fds[0], &ours, 1);
  printf("orphan is ours: %d\n", ours);
  show_status("orphan", wait_for(-1));
  atexit(last);
  printf("unflushed"); // exit writes it
  exit(258);
}
