// Goes wrong in every way that a module can, in the hook or handler that `where` names: see Tests/Guests/modules.
#define _GNU_SOURCE
#include <assert.h>
#include <err.h>
#include <heirloom/module.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

MODULE_LICENSE("MIT");

static char *where = "handler", *kind = "none";
module_param(where, charp, 0);
module_param(kind, charp, 0);

static volatile int zero, sink; /* what the compiler must not see through */
static void (*volatile nowhere)(void);
static char *volatile low = (char *)8;

static __attribute__((noinline)) int deeper(int depth) {
  volatile char room[4096];
  room[depth % 4096] = (char)depth;
  return (depth < 0 ? 0 : deeper(depth + 1)) + room[depth % 4096];
}

static __attribute__((noinline)) int talks(int depth) {
  printk(KERN_DEBUG "%d", depth);
  return (depth < 0 ? 0 : talks(depth + 1)) + zero;
}

/* A page of a file that is shorter. */
static char *beyond_the_end(void) {
  int file = memfd_create("short", 0);
  char *page = mmap(0, 4096, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  return page;
}

static __attribute__((noinline)) void fail(void) {
  if (!strcmp(kind, "segv")) *(volatile int *)0x123456789000 = 1;
  if (!strcmp(kind, "null")) nowhere();
  if (!strcmp(kind, "string")) sink = (int)strlen(low);
  if (!strcmp(kind, "bus")) sink = *(volatile char *)beyond_the_end();
  if (!strcmp(kind, "fpe")) sink = 100 / zero;
  if (!strcmp(kind, "ill")) __builtin_trap();
  if (!strcmp(kind, "abort")) abort();
  if (!strcmp(kind, "assert")) assert(zero);
  if (!strcmp(kind, "heap")) {
    void *volatile twice = malloc(100);
    free(twice);
    free(twice);
  }
  if (!strcmp(kind, "stack")) sink = deeper(0);
  if (!strcmp(kind, "talk")) sink = talks(0);
  if (!strcmp(kind, "exit")) exit(3);
  if (!strcmp(kind, "_exit")) _exit(3);
  if (!strcmp(kind, "err")) errx(3, "the module has had enough");
  if (!strcmp(kind, "thread")) pthread_exit(0);
}

static __attribute__((constructor)) void constructor(void) { /* parameters are set before it runs */
  if (!strcmp(where, "constructor")) fail();
}

static asmlinkage long handler(void) {
  if (!strcmp(where, "handler")) fail();
  return 7;
}

static int __init faults_init(void) {
  if (!strcmp(where, "init")) fail();
  return register_syscall("faults", 910, (long)handler);
}

static void __exit faults_exit(void) {
  if (!strcmp(where, "exit")) fail();
}

module_init(faults_init);
module_exit(faults_exit);
