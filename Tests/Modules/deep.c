// One layer in each of forty tables, which add up where the tables derive from each other; and handlers that ask the kernel for a
// call that is overridden, their own among them.
#include <heirloom/module.h>
#include <stdio.h>

MODULE_LICENSE("MIT");

// Nobody has call 930: below the lowest layer is -ENOSYS.
static asmlinkage long count(void) {
  long below = syscall_next();
  return below == -ENOSYS ? 1 : below < 0 ? below : below + 1;
}
static asmlinkage long count_twice(void) {
  long first = syscall_next(), second = syscall_next();
  return first == second ? first : -EIO;
}
static asmlinkage long getpid_and_more(void) { return syscall_default(__NR_getpid) + 1000000; }
static asmlinkage long getpid_of_another(void) { return syscall_default(__NR_getpid); }

static int __init deep_init(void) {
#define LAYER(call, function) {.size = sizeof(struct syscall_layer), .number = call, .handler = (long)function}
  const struct syscall_layer count_layer = LAYER(930, count);
  const struct syscall_layer others[] = {
      LAYER(930, count_twice), LAYER(931, getpid_of_another), LAYER(__NR_getpid, getpid_and_more)};
  char name[16];
  for (int i = 0; i < 40; i++) {
    snprintf(name, sizeof name, "deep-%d", i);
    int error = register_syscall_layers(name, &count_layer, 1);
    if (error) return error;
  }
  return register_syscall_layers("reentrant", others, sizeof others / sizeof *others);
}
module_init(deep_init);
