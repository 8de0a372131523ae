// Overrides lseek(2) in vector_1 with a handler of three arguments that does nothing.
#include <heirloom/module.h>

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("a handler of three arguments, for the benchmark");

static asmlinkage long noop3(unsigned int descriptor, int offset, unsigned int whence) {
  return descriptor + offset + whence;
}

static int __init noop3_init(void) { return register_syscall("vector_1", __NR_lseek, (long)noop3); }
static void __exit noop3_exit(void) { register_syscall("vector_1", __NR_lseek, 0); }

module_init(noop3_init);
module_exit(noop3_exit);
