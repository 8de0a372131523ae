// chdir answers the first byte of its path; it crashes for "crash".
#include <heirloom/module.h>

MODULE_LICENSE("MIT");

static asmlinkage long first_byte(const char __user *path) {
  if (*path == 'c') __builtin_trap();
  return *path;
}

static int __init faulty_init(void) { return register_syscall("faulty", __NR_chdir, (long)first_byte); }
module_init(faulty_init);
