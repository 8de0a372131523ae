// Its init fails after it has registered two entries: neither may stay.
#include <heirloom/module.h>

MODULE_LICENSE("GPL");

static asmlinkage long never(void) { return -EIO; }

static int __init fails_init(void) {
  int error = register_syscall("left_behind", __NR_getpid, (long)never);
  if (error == 0) error = register_syscall("left_behind", __NR_getuid32, (long)never);
  return error != 0 ? error : -ENODEV;
}

module_init(fails_init);
