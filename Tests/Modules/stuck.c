// Handlers that do not return: by a loop of their own, in the C library, in a call of the kernel's.
#define _GNU_SOURCE
#include <heirloom/module.h>
#include <stdlib.h>
#include <unistd.h>

MODULE_LICENSE("MIT");

static bool exit_too;
module_param(exit_too, bool, 0);
MODULE_PARM_DESC(exit_too, "the exit hook does not return either");

static volatile unsigned long rounds;
static void *volatile last;

static void spin(void) {
  for (;;) rounds++;
}

static asmlinkage long spins(void) {
  spin();
  return 0;
}
static asmlinkage _Noreturn long sleeps(void) {
  for (;;) pause();
}
/* Most of its time is the C library's. */
static asmlinkage _Noreturn long allocates(void) {
  for (;;) free(last = malloc(64 + rounds++ % 1000));
}
/* What the kernel does for it is ended by a signal; it asks again. */
static asmlinkage _Noreturn long asks_again(void) {
  struct { int seconds, nanoseconds; } *none = 0;
  for (;;) rounds += syscall_default(__NR_pause, none) == 0;
}
/* Sleeps as long as it may, then gives its caller what it got. */
static asmlinkage long waits(void) { return syscall_default(__NR_pause); }
static asmlinkage long gives_up(void) { return pause() < 0 ? -errno : 0; }

static const struct syscall_override calls[] = {
    {.number = 910, .handler = (long)spins},     {.number = 911, .handler = (long)sleeps},
    {.number = 912, .handler = (long)allocates}, {.number = 913, .handler = (long)asks_again},
    {.number = 914, .handler = (long)waits},     {.number = 915, .handler = (long)gives_up},
    {.number = __NR_getppid, .handler = (long)gives_up},
};

static int __init stuck_init(void) { return register_syscalls("stuck", calls, sizeof calls / sizeof *calls); }
static void __exit stuck_exit(void) {
  if (exit_too) spin();
}

module_init(stuck_init);
module_exit(stuck_exit);
