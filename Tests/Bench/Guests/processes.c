// What processes, memory and signals cost. `processes WHAT ROUNDS [PROGRAM ARGS...]` prints the median in nanoseconds;
// `processes hold N` and `processes threads N` wait with so many children or threads until standard input ends.
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096, TOUCHED = 1024 };
static const size_t dirty = 64 << 20;
static char **program;

static double reading(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}
static double now(void) { return reading(CLOCK_MONOTONIC); }
// What only computes is measured by its processor time.
static double used(void) { return reading(CLOCK_THREAD_CPUTIME_ID); }

static void end(pid_t child) {
  int status;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) fprintf(stderr, "processes: a child failed\n"), exit(1);
}

static double forked(void) {
  double start = now();
  pid_t child = fork();
  if (child == 0) _exit(0);
  end(child);
  return now() - start;
}

static double vforked(void) {
  double start = now();
  pid_t child = vfork();
  if (child == 0) _exit(0);
  end(child);
  return now() - start;
}

static double executed(void) {
  double start = now();
  pid_t child = fork();
  if (child == 0) execv(program[0], program), _exit(1);
  end(child);
  return now() - start;
}

static char *filled(size_t size) {
  char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (size_t i = 0; i < size; i += PAGE) memory[i] = 1;
  return memory;
}

static double forked_dirty(void) {
  static char *memory;
  if (!memory) memory = filled(dirty);
  return forked();
}

// The first fork after the memory was written.
static double forked_first(void) {
  char *memory = filled(dirty);
  double took = forked();
  munmap(memory, dirty);
  return took;
}

// A child writes to every page that a fork has left to share.
static double touched(void) {
  static char *memory;
  static double *took;
  if (!memory) memory = filled(TOUCHED * PAGE), took = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t child = fork();
  if (child == 0) {
    double start = used();
    for (int i = 0; i < TOUCHED; i++) ((volatile char *)memory)[i * PAGE]++;
    *took = (used() - start) / TOUCHED;
    _exit(0);
  }
  end(child);
  return *took;
}

// Code is written and run at once, in the midst of other memory.
static double rewritten(void) {
  enum { EVENTS = 1000, PAGES = 16 };
  static unsigned char *code;
  if (!code) code = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + PAGES / 2 * PAGE;
  double start = used();
  for (int i = 0; i < EVENTS; i++) {
    code[0] = 0xb8, memcpy(code + 1, &i, 4), code[5] = 0xc3; // mov eax, i; ret
    if (((int (*)(void))code)() != i) exit(1);
  }
  return (used() - start) / EVENTS;
}

static volatile int caught;
static void on_signal(int number) { caught = number; }

static double installed(void) {
  enum { EVENTS = 10000 };
  double start = used();
  for (int i = 0; i < EVENTS; i++) sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal}, NULL);
  return (used() - start) / EVENTS;
}

static double raised(void) {
  enum { EVENTS = 2000 };
  sigaction(SIGUSR1, &(struct sigaction){.sa_handler = on_signal}, NULL);
  double start = used();
  for (int i = 0; i < EVENTS; i++) kill(getpid(), SIGUSR1);
  return (used() - start) / EVENTS;
}

static void *nothing(void *unused) { return unused; }
static double threaded(void) {
  double start = now();
  pthread_t thread;
  if (pthread_create(&thread, NULL, nothing, NULL) || pthread_join(thread, NULL)) exit(1);
  return now() - start;
}

static const struct { const char *name; double (*measure)(void); } all[] = {
    {"fork", forked},         {"vfork", vforked},     {"fork-dirty", forked_dirty}, {"fork-first", forked_first},
    {"exec", executed},       {"rewrite", rewritten}, {"install", installed},       {"catch", raised},
    {"thread", threaded},     {"touch", touched},
};

static int smaller(const void *a, const void *b) { return *(const double *)a < *(const double *)b ? -1 : 1; }

static void *wait_for_end(void *unused) {
  pause();
  return unused;
}

int main(int count, char **words) {
  if (count < 3) return 64;
  int rounds = atoi(words[2]);
  program = words + 3;
  int children = strcmp(words[1], "hold") == 0;
  if (children || strcmp(words[1], "threads") == 0) {
    for (int i = 0; i < rounds; i++) {
      pthread_t thread;
      if (!children) pthread_create(&thread, NULL, wait_for_end, NULL);
      else if (fork() == 0) pause();
    }
    usleep(200000);
    puts("ready"), fflush(stdout);
    while (getchar() != EOF) {}
    signal(SIGTERM, SIG_IGN), kill(0, SIGTERM);
    return 0;
  }
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    if (strcmp(words[1], all[i].name)) continue;
    double *took = calloc(rounds, sizeof *took);
    all[i].measure();
    for (int round = 0; round < rounds; round++) took[round] = all[i].measure();
    qsort(took, rounds, sizeof *took, smaller);
    printf("%.0f\n", took[rounds / 2]);
    return 0;
  }
  return 64;
}
