// Job control signals between processes.
#include "test.h"

int main(void) {
  int fds[2];
  pipe(fds);
  pid_t child = CHILD({ for (char c = 'a';; c++) { if (write(fds[1], &c, 1) < 1) break; sleep_ms(2); } 0; });
  char c;
  read(fds[0], &c, 1);
  kill(child, SIGTSTP);
  int status;
  waitpid(child, &status, WUNTRACED), show_status("child", status);
  fcntl(fds[0], F_SETFL, O_NONBLOCK);
  while (read(fds[0], &c, 1) == 1) {}
  sleep_ms(20);
  SHOW(read(fds[0], &c, 1)); // it writes nothing while it is stopped
  kill(child, SIGCONT);
  waitpid(child, &status, WCONTINUED), show_status("child", status);
  fcntl(fds[0], F_SETFL, 0);
  SHOW(read(fds[0], &c, 1));
  // A stopped process dies of SIGKILL, and not of SIGTERM until it goes on.
  kill(child, SIGSTOP), waitpid(child, &status, WUNTRACED);
  kill(child, SIGTERM), sleep_ms(20);
  SHOW(waitpid(child, &status, WNOHANG));
  kill(child, SIGKILL), waitpid(child, &status, 0);
  show_status("child", status);
}
