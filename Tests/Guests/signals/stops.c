// Stops and continuations in quick succession: none is lost, none comes late, and a handler of SIGCONT runs first.
#include "test.h"

enum { TIMES = 2000 };

static volatile sig_atomic_t seen;
static void continued(int signal) { seen = 1; }

// The letter of /proc/PID/stat.
static char state(int id) {
  char path[40], text[200] = "";
  snprintf(path, sizeof path, "/proc/%d/stat", id);
  int file = open(path, O_RDONLY);
  read(file, text, sizeof text - 1);
  close(file);
  char *end = strrchr(text, ')');
  return end ? end[2] : '-';
}

int main(void) {
  int status, child, stops = 0, continues = 0, wrong = 0;
  signal(SIGCONT, continued);
  if ((child = fork()) == 0) {
    for (int i = 0; i < TIMES; i++) {
      seen = 0;
      raise(SIGSTOP);
      wrong += !seen;
    }
    _exit(wrong ? 1 : 7);
  }
  while (waitpid(child, &status, WUNTRACED) == child && WIFSTOPPED(status)) stops++, kill(child, SIGCONT);
  printf("stops itself: %d, then ", stops);
  show_status("child", status);

  if ((child = fork()) == 0) for (;;);
  for (int i = 0, stops = continues = 0; i < TIMES; i++) {
    kill(child, i % 2 ? SIGSTOP : SIGTSTP);
    wrong += waitpid(child, &status, WUNTRACED) != child || !WIFSTOPPED(status) || WSTOPSIG(status) != (i % 2 ? SIGSTOP : SIGTSTP);
    if (i == 0) printf("stopped: %c\n", state(child));
    kill(child, SIGCONT);
    wrong += waitpid(child, &status, WCONTINUED) != child || !WIFCONTINUED(status);
  }
  printf("stopped and continued: %d wrong\n", wrong);
  for (int i = 0; i < TIMES; i++) kill(child, SIGTSTP), kill(child, SIGCONT);
  kill(child, SIGTERM);
  show_status("runs in the end", wait_for(child));

  // With threads' worth of other work: one that sleeps in a call.
  if ((child = fork()) == 0) for (;;) pause();
  for (int i = 0; i < TIMES; i++) kill(child, SIGTSTP), kill(child, SIGCONT);
  kill(child, SIGTERM);
  show_status("and where it sleeps", wait_for(child));
}
