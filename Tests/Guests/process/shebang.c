// Scripts: the interpreter line as the kernel reads it. This program is the interpreter.
#include "test.h"

static void script(const char *name, const char *format, const char *interpreter) {
  int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0700);
  dprintf(fd, format, interpreter);
  close(fd);
}

static void run(const char *path) {
  printf("-- %s\n", path);
  show_status(path, wait_for(CHILD({ execl(path, "zero", "one", "two", NULL); perror(path); 99; })));
}

int main(int argc, char **argv) {
  if (argc > 1) {
    for (int i = 1; i < argc; i++) printf("argv[%d] %s\n", i, argv[i]);
    return argc;
  }
  script("simple", "#!%s\n", argv[0]);
  script("spaced", "#! \t%s  \t \n", argv[0]);
  script("argument", "#!%s  -a b  c \nrest\n", argv[0]);
  script("unended", "#!%s -x", argv[0]);
  run("./simple");
  run("./spaced");
  run("./argument");
  run("./unended");
  // A script may be another's interpreter.
  char cwd[400], path[500];
  sprintf(path, "%s/argument", getcwd(cwd, sizeof cwd));
  for (char *p = cwd; *p; p++) {}
  script("nested", "#!%s nest\n", path);
  printf("-- nested\n");
  int status = wait_for(CHILD({
    int out[2];
    pipe(out);
    if (fork() == 0) { dup2(out[1], 1); execl("./nested", "zero", "one", NULL); _exit(98); }
    close(out[1]);
    FILE *lines = fdopen(out[0], "r");
    char line[600];
    while (fgets(line, sizeof line, lines)) { // the path of this directory is not the same everywhere
      char *at = strstr(line, cwd);
      if (at) memmove(at, at + strlen(cwd), strlen(at + strlen(cwd)) + 1);
      printf("%s", line);
    }
    fflush(stdout);
    int inner;
    wait(&inner);
    WEXITSTATUS(inner);
  }));
  show_status("nested", status);
  // Not for ever.
  char name[20], next[520];
  for (int i = 0; i < 8; i++) {
    sprintf(name, "deep%d", i);
    if (i) sprintf(next, "%s/deep%d", cwd, i - 1);
    script(name, "#!%s\n", i ? next : argv[0]);
  }
  printf("deep4 %d\n", wait_for(CHILD({ freopen("/dev/null", "w", stdout); execl("./deep4", "x", NULL); errno; })) >> 8);
  printf("deep7 %s\n", strerrorname_np(wait_for(CHILD({ execl("./deep7", "x", NULL); errno; })) >> 8));
}
