// Process groups and sessions.
#include "test.h"

int main(void) {
  CHECK(getpgid(0) == getpgrp());
  CHECK(getsid(0) == getsid(getpid()));
  SHOW(getpgid(999999));
  SHOW(setpgid(0, -1));
  SHOW(setpgid(999999, 0));
  show_status("child", wait_for(CHILD({
    SHOW(setpgid(0, 0));
    CHECK(getpgrp() == getpid());
    SHOW(setsid()); // a group's leader cannot
    pid_t leader = getpid();
    show_status("grandchild", wait_for(CHILD({
      CHECK(getpgrp() == leader);
      CHECK(setsid() == getpid());
      CHECK(getsid(0) == getpid() && getpgrp() == getpid());
      SHOW(setpgid(0, leader)); // a session's leader cannot move
      0;
    })));
    SHOW(setpgid(getppid(), 0));
    0;
  })));

  // A signal to a group reaches each member.
  int ready[2];
  pipe(ready);
  pid_t first = CHILD({ setpgid(0, 0); write(ready[1], "x", 1); pause(); 0; });
  char c;
  read(ready[0], &c, 1);
  pid_t second = CHILD({ setpgid(0, first); write(ready[1], "x", 1); pause(); 0; });
  read(ready[0], &c, 1);
  SHOW(kill(-first, SIGUSR1));
  show_status("first", wait_for(first));
  show_status("second", wait_for(second));
  SHOW(kill(-first, 0));
  SHOW(kill(999999, 0));
  SHOW(kill(getpid(), 0));
  SHOW(kill(getpid(), 65));
}
