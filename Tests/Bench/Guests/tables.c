// tables TASKS TABLES DEPTH CALL...: nanoseconds of calls in TASKS tasks, each under one of the tables bench-0 to bench-(TABLES - 1)
// or under one that is derived from it DEPTH - 1 times.
//
// All tasks are there, and take turns; the others sleep. In a turn a task makes calls in short series, and tells its fastest one: the
// caches that other tasks have used, and whatever else the machine does, are not part of that. The time of the very first call of a
// turn, in which they are, is told beside. Prints for each CALL the median of all turns, and that of first calls.
#include <heirloom/guest.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { TURNS = 1000, SERIES = 12, CALLS = 500, MOST = 4 };

struct report {
  double fastest, first;
};

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

static void call(int number) {
  int answer;
  __asm__ volatile("int $0x80" : "=a"(answer) : "0"(number) : "memory");
}

static int compare(const void *a, const void *b) { return *(double *)a < *(double *)b ? -1 : *(double *)a > *(double *)b; }

static double median(double *values, int count) {
  qsort(values, count, sizeof *values, compare);
  return values[count / 2];
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/* Selects the table that is derived from bench-TABLE. */
static void select_table(int table, int depth) {
  char name[64], next[64];
  sprintf(name, "bench-%d", table);
  for (int i = 1; i < depth; i++, strcpy(name, next)) {
    sprintf(next, "derived-%d-%d", table, i);
    if (syscall_table_create(next, 0755, 0, name)) fail(next);
  }
  if (set_syscall_table(name, SYSCALL_TABLE_USE)) fail(name);
}

static struct report measure(int number) {
  struct report report;
  double start = now();
  call(number);
  report.first = now() - start;
  for (int i = 0; i < SERIES; i++) {
    start = now();
    for (int j = 0; j < CALLS; j++) call(number);
    double time = (now() - start) / CALLS;
    if (i == 0 || time < report.fastest) report.fastest = time;
  }
  return report;
}

int main(int argc, char **argv) {
  if (argc < 5 || argc > 4 + MOST) return 64;
  int tasks = atoi(argv[1]), tables = atoi(argv[2]), depth = atoi(argv[3]), calls = argc - 4, answer[2];
  static int turns[TURNS][2];
  static double fastest[MOST][TURNS], first[MOST][TURNS];
  if (tasks < 1 || tasks > TURNS || tables < 1 || pipe(answer)) return 64;
  for (int i = 0; i < tasks; i++) {
    if (pipe(turns[i])) fail("pipe");
    pid_t child = fork();
    if (child < 0) fail("fork");
    if (child == 0) {
      for (int j = 0; j <= i; j++) close(turns[j][1]);
      select_table(i * (long)tables / tasks, depth);
      char which;
      while (read(turns[i][0], &which, 1) == 1) {
        struct report report = measure(atoi(argv[4 + which]));
        if (write(answer[1], &report, sizeof report) != sizeof report) break;
      }
      _exit(0);
    }
    close(turns[i][0]);
  }
  close(answer[1]);
  for (int i = 0; i < TURNS; i++)
    for (char which = 0; which < calls; which++) {
      struct report report;
      if (write(turns[i % tasks][1], &which, 1) != 1 || read(answer[0], &report, sizeof report) != sizeof report) fail("a task");
      fastest[(int)which][i] = report.fastest;
      first[(int)which][i] = report.first;
    }
  for (int i = 0; i < calls; i++) printf("%.2f\t%.0f\n", median(fastest[i], TURNS), median(first[i], TURNS));
  for (int i = 0; i < tasks; i++) close(turns[i][1]);
  while (wait(NULL) > 0) {}
}
