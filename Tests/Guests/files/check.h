/* What the file tests share: a table of {function, name}, one line a check, as xv6's usertests prints them. Results that
 * differ between two runs (inode numbers, times) are checked here, not printed. */
#pragma once
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct test { void (*run)(void); const char *name; };

static int failures;

/* A system call's plain result: -errno on failure. */
static long raw(long number, long a, long b, long c, long d, long e, long f) {
  long r = syscall(number, a, b, c, d, e, f);
  return r == -1 ? -errno : r;
}
#define CALL(...) CALL_(__VA_ARGS__, 0, 0, 0, 0, 0, 0)
#define CALL_(n, a, b, c, d, e, f, ...) raw(SYS_##n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

/* Prints what a call answered; the same line is expected from every kernel. */
#define SHOW(text, value) printf("  %s = %ld\n", text, (long)(value))
/* Says only whether a condition holds. */
#define CHECK(condition) do { \
    int holds_ = !!(condition); \
    printf("  %s: %s\n", #condition, holds_ ? "yes" : "NO"); \
    if (!holds_) failures++; \
  } while (0)

static char workdir[64];

static int take_away(const char *path, const struct stat64 *status, int kind, struct FTW *place) {
  (void)status; (void)kind; (void)place;
  remove(path);
  return 0;
}

static int run_all(const struct test *tests) {
  setvbuf(stdout, 0, _IONBF, 0);
  strcpy(workdir, "/tmp/heirloom-test-XXXXXX");
  if (!mkdtemp(workdir) || chdir(workdir)) { perror(workdir); return 2; }
  umask(022);
  for (const struct test *t = tests; t->run; t++) {
    printf("%s\n", t->name);
    t->run();
  }
  if (chdir("/")) return 2;
  nftw64(workdir, take_away, 16, FTW_DEPTH | FTW_PHYS);
  printf(failures ? "%d FAILED\n" : "all passed\n", failures);
  return failures != 0;
}
