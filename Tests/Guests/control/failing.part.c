// Reads lines of words, and makes a call for each: with a good address, with a bad one, or in a child, which dies of it.
#include "test.h"
#include <sys/wait.h>

static const char *answer(const char *word) {
  static char text[32];
  if (!strcmp(word, "crash")) {
    int status;
    pid_t child = fork();
    if (child == 0) _exit(syscall(SYS_chdir, "crash") != 0);
    waitpid(child, &status, 0);
    sprintf(text, WIFSIGNALED(status) ? "signal-%d" : "exit-%d", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return text;
  }
  long result = syscall(SYS_chdir, !strcmp(word, "bad") ? (char *)8 : "/");
  if (result < 0) return strerrorname_np(errno);
  sprintf(text, "%ld", result);
  return text;
}

int main(void) {
  char line[200];
  while (fgets(line, sizeof line, stdin)) {
    for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n")) printf("%s ", answer(word));
    puts("");
    fflush(stdout);
  }
}
