/* What most guest tests include. */
#pragma once
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Prints a call and what it answered: its value, or the error's name. */
#define SHOW(call)                        \
  ({                                      \
    errno = 0;                            \
    __typeof__(call) answer_ = (call);    \
    show_(#call, (long)answer_);          \
    answer_;                              \
  })

/* The same for a call whose good answers differ from run to run: only "ok" or the error. */
#define SHOW_OK(call)                                    \
  ({                                                     \
    errno = 0;                                           \
    __typeof__(call) answer_ = (call);                   \
    if ((long)answer_ == -1) show_(#call, -1);           \
    else printf("%s: ok\n", #call), fflush(stdout);      \
    answer_;                                             \
  })

/* Prints an expression that must be true, and whether it is. */
#define CHECK(truth) (printf("%s: %s\n", #truth, (truth) ? "yes" : "NO"), fflush(stdout))

static inline void show_(const char *text, long answer) {
  if (answer == -1 && errno) printf("%s = %s\n", text, strerrorname_np(errno));
  else printf("%s = %ld\n", text, answer);
  fflush(stdout); /* nothing unwritten may be doubled by a fork */
}

/* Prints how wait reports a child's end. */
static inline void show_status(const char *text, int status) {
  if (WIFEXITED(status)) printf("%s: exited %d\n", text, WEXITSTATUS(status));
  else if (WIFSIGNALED(status)) printf("%s: killed by %s\n", text, sigabbrev_np(WTERMSIG(status)));
  else if (WIFSTOPPED(status)) printf("%s: stopped by %s\n", text, sigabbrev_np(WSTOPSIG(status)));
  else if (WIFCONTINUED(status)) printf("%s: continued\n", text);
  else printf("%s: status %x\n", text, status);
  fflush(stdout);
}

/* A child that ends with the value of an expression, or of a block: CHILD({ ...; value; }). */
#define CHILD(...)               \
  ({                             \
    fflush(stdout);              \
    pid_t child_ = fork();       \
    if (child_ == 0) {           \
      int code_ = (__VA_ARGS__); \
      fflush(stdout);            \
      _exit(code_);              \
    }                            \
    child_;                      \
  })

static inline int wait_for(pid_t child) {
  int status = -1;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  return status;
}

static inline void sleep_ms(int ms) {
  struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
  while (nanosleep(&time, &time) < 0 && errno == EINTR) {}
}
