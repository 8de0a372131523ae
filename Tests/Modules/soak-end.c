// getpid in vector_1 fails: the guests of `make soak` end.
#include <heirloom/module.h>

MODULE_LICENSE("MIT");

static asmlinkage long end(void) { return -EPERM; }
static int __init end_init(void) { return register_syscall("vector_1", __NR_getpid, (long)end); }

module_init(end_init);
