// latency OPERATION [N]: nanoseconds of one system call, by the definitions of lmbench's lat_syscall(8), lat_select(8) and
// lat_sig(8). Prints the fastest of 15 batches of half a millisecond or more each, so that what another program takes of the
// processor, or an interrupt, does not count. Calls go through the C library, as any program's do.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char path[] = "/tmp/latency-XXXXXX"; // the file of stat, fstat, open and select
static int file;
static int descriptors; // one more than the highest that select is to look at
static fd_set set;

static void must(int good, const char *what) {
  if (good) return;
  perror(what);
  exit(1);
}

static void null(void) { getppid(); }

static void read_one(void) {
  char byte;
  must(read(file, &byte, 1) == 1, "read");
}

static void write_one(void) {
  char byte = 0;
  must(write(file, &byte, 1) == 1, "write");
}

static void stat_path(void) {
  struct stat status;
  must(stat(path, &status) == 0, "stat");
}

static void fstat_file(void) {
  struct stat status;
  must(fstat(file, &status) == 0, "fstat");
}

static void open_close(void) {
  int opened = open(path, O_RDONLY);
  must(opened >= 0, "open");
  close(opened);
}

static void select_set(void) {
  struct timeval none = {0, 0};
  fd_set wanted = set;
  must(select(descriptors, NULL, &wanted, NULL, &none) >= 0, "select");
}

static void handler(int number) { (void)number; }

static void install(void) {
  struct sigaction action = {.sa_handler = handler}, old;
  must(sigaction(SIGUSR1, &action, &old) == 0, "sigaction");
}

static void open_for_reading(int count) { (void)count, must((file = open("/dev/zero", O_RDONLY)) >= 0, "/dev/zero"); }
static void open_for_writing(int count) { (void)count, must((file = open("/dev/null", O_WRONLY)) >= 0, "/dev/null"); }

static void remove_file(void) { unlink(path); }

static void make_file(int count) {
  (void)count;
  must((file = mkstemp(path)) >= 0, path);
  atexit(remove_file);
}

// `count` descriptors of `file`, itself among them.
static void duplicate(int count) {
  FD_SET(file, &set);
  descriptors = file + 1;
  for (int i = 1; i < count; i++) {
    int copy = dup(file);
    must(copy >= 0 && copy < FD_SETSIZE, "dup");
    FD_SET(copy, &set);
    if (copy >= descriptors) descriptors = copy + 1;
  }
}

static void select_files(int count) {
  make_file(count);
  duplicate(count);
}

// A connection to ourselves over the loopback.
static void select_connections(int count) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int server = socket(AF_INET, SOCK_STREAM, 0);
  must(server >= 0 && bind(server, (struct sockaddr *)&address, size) == 0 && listen(server, 1) == 0, "a server");
  must(getsockname(server, (struct sockaddr *)&address, &size) == 0, "getsockname");
  file = socket(AF_INET, SOCK_STREAM, 0);
  must(file >= 0 && connect(file, (struct sockaddr *)&address, size) == 0, "connect");
  must(accept(server, NULL, NULL) >= 0, "accept");
  duplicate(count);
}

static const struct operation {
  const char *name;
  void (*prepare)(int count);
  void (*run)(void);
  const char *meaning;
} operations[] = {
    {"null", NULL, null, "getppid()"},
    {"read", open_for_reading, read_one, "one byte of /dev/zero"},
    {"write", open_for_writing, write_one, "one byte to /dev/null"},
    {"stat", make_file, stat_path, "stat() of a file"},
    {"fstat", make_file, fstat_file, "fstat() of an open file"},
    {"open", make_file, open_close, "open() and close() of a file"},
    {"select", select_files, select_set, "select() on N descriptors of a file, without waiting"},
    {"select-tcp", select_connections, select_set, "the same on N descriptors of a TCP connection"},
    {"signal", NULL, install, "sigaction(), which installs a handler"},
};
enum { count_of_operations = sizeof operations / sizeof *operations };

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

static double batch(void (*run)(void), long count) {
  double start = now();
  for (long i = 0; i < count; i++) run();
  return now() - start;
}

int main(int argc, char **argv) {
  for (int i = 0; i < count_of_operations && argc > 1; i++) {
    if (strcmp(argv[1], operations[i].name) != 0) continue;
    if (operations[i].prepare) operations[i].prepare(argc > 2 ? atoi(argv[2]) : 1);
    long count = 1;
    while (batch(operations[i].run, count) < 5e5) count *= 2;
    double best = 1e18;
    for (int round = 0; round < 15; round++) {
      double time = batch(operations[i].run, count);
      if (time < best) best = time;
    }
    printf("%.2f\n", best / count);
    return 0;
  }
  fprintf(stderr, "usage: latency OPERATION [N]\n");
  for (int i = 0; i < count_of_operations; i++) fprintf(stderr, "  %-10s %s\n", operations[i].name, operations[i].meaning);
  return 64;
}
