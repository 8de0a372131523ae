// vfork: the parent sleeps until the child has exited or replaced its program, and they share memory until then.
#include "test.h"

static volatile int shared;

int main(int argc, char **argv) {
  if (argc > 1) { printf("exec'd %s\n", argv[1]); return 3; }
  pid_t child = vfork();
  if (child == 0) {
    sleep_ms(30);
    shared = 42;
    _exit(5);
  }
  printf("shared %d\n", shared);
  show_status("exit", wait_for(child));

  child = vfork();
  if (child == 0) {
    shared = 43;
    execl(argv[0], argv[0], "from vfork", NULL);
    _exit(9);
  }
  printf("shared %d\n", shared);
  show_status("exec", wait_for(child));

  child = vfork();
  if (child == 0) {
    execl("/nowhere", "nowhere", NULL);
    shared = errno;
    _exit(127);
  }
  printf("exec's error %s\n", strerrorname_np(shared));
  show_status("failed exec", wait_for(child));

  // As posix_spawn does it.
  for (int i = 0; i < 50; i++) {
    if ((child = vfork()) == 0) _exit(i);
    if (WEXITSTATUS(wait_for(child)) != i) printf("lost %d\n", i);
  }
}
