// execve's errors, after each of which the program goes on.
#include "test.h"

static void file(const char *name, const void *bytes, int count, int mode) {
  int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0700);
  write(fd, bytes, count);
  close(fd);
  chmod(name, mode);
}

int main(int argc, char **argv) {
  char *args[] = {"x", NULL};
#define TRY(path) SHOW(execve(path, args, environ))
  TRY("nowhere");
  TRY("");
  TRY(".");
  TRY("nowhere/at/all");
  file("plain", "text", 4, 0600);
  TRY("plain");
  TRY("plain/below");
  file("empty", "", 0, 0700);
  TRY("empty");
  file("text", "neither ELF nor script\n", 23, 0700);
  TRY("text");
  file("short", "\x7f" "ELF", 4, 0700);
  TRY("short");
  file("lost", "#!/no/such/interpreter\n", 23, 0700);
  TRY("lost");
  file("bare", "#!\n", 3, 0700);
  TRY("bare");
  symlink("loop", "loop");
  TRY("loop");
  char longname[300];
  memset(longname, 'n', 299), longname[299] = 0;
  TRY(longname);
  SHOW(execve((char *)8, args, environ));
  SHOW(execve(argv[0], (char **)8, environ));
  SHOW(execve(argv[0], args, (char **)8));

  // Too much for a new stack.
  enum { count = 40 };
  char *big = malloc(120000), *many[count + 2];
  memset(big, 'b', 119999), big[119999] = 0;
  for (int i = 0; i <= count; i++) many[i] = big;
  many[count + 1] = NULL;
  struct rlimit stack = {4 << 20, 4 << 20};
  SHOW(setrlimit(RLIMIT_STACK, &stack));
  SHOW(execve(argv[0], many, environ));
  // One string may have 128 KiB.
  char *huge = malloc(200000), *one[] = {"x", huge, NULL};
  memset(huge, 'h', 199999), huge[199999] = 0;
  SHOW(execve(argv[0], one, environ));
}
