// wait4, waitpid and waitid: whom they wait for, what they report, and when they do not block.
#include "test.h"

static void show_info(const char *text, siginfo_t *info, pid_t child) {
  printf("%s: signo %d code %d status %d child %s\n", text, info->si_signo, info->si_code, info->si_status,
         info->si_pid == child ? "yes" : info->si_pid == 0 ? "none" : "NO");
}

int main(void) {
  int status;
  SHOW(waitpid(-1, &status, 0));
  SHOW(waitpid(getpid(), &status, 0));
  SHOW(waitpid(-1, &status, 0x1000));

  int go[2];
  pipe(go);
  pid_t child = CHILD({ char c; close(go[1]); read(go[0], &c, 1); 3; });
  SHOW(waitpid(child, &status, WNOHANG));
  siginfo_t info = {0};
  SHOW(waitid(P_PID, child, &info, WEXITED | WNOHANG));
  show_info("not yet", &info, child);
  close(go[1]);
  SHOW(waitid(P_PID, child, &info, WEXITED | WNOWAIT));
  show_info("left there", &info, child);
  SHOW(waitid(P_ALL, 0, &info, WEXITED));
  show_info("exited", &info, child);
  SHOW(waitid(P_PID, child, &info, WEXITED));
  SHOW(waitid(P_ALL, 0, &info, 0));

  child = CHILD({ raise(SIGKILL); 0; });
  SHOW(waitid(P_PID, child, &info, WEXITED));
  show_info("killed", &info, child);

  // Stop and go on.
  pipe(go);
  child = CHILD({ char c; raise(SIGSTOP); read(go[0], &c, 1); 4; });
  CHECK(waitpid(child, &status, WUNTRACED) == child);
  show_status("stop", status);
  SHOW(waitpid(child, &status, WUNTRACED | WNOHANG));
  kill(child, SIGCONT);
  CHECK(waitpid(child, &status, WCONTINUED) == child);
  show_status("continue", status);
  write(go[1], "x", 1);
  show_status("end", wait_for(child));

  // By process group.
  child = CHILD({ setpgid(0, 0); 5; });
  setpgid(child, child);
  SHOW(waitpid(0, &status, 0));
  CHECK(waitpid(-child, &status, 0) == child);
  show_status("group", status);

  // Resources of a child that computed.
  child = CHILD({ volatile unsigned n = 0; while (n < 30000000) n++; 0; });
  struct rusage usage;
  CHECK(wait4(child, &status, 0, &usage) == child);
  CHECK(usage.ru_utime.tv_sec * 1000000 + usage.ru_utime.tv_usec > 1000);

  // SIG_IGN for SIGCHLD: no zombies, and wait ends with ECHILD when all are gone.
  signal(SIGCHLD, SIG_IGN);
  CHILD(0);
  SHOW(wait(&status));
}
