/* getpid(2) answers one more in vector_1: the paper's first example (section 5). */
#include <heirloom/module.h>

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("getpid that answers one more");

/* add 1 to the original pid */
asmlinkage int getpid2(void) { return current->tgid + 1; }

static int __init getpid2_init(void) { return register_syscall("vector_1", __NR_getpid, (long)getpid2); }

static void __exit getpid2_exit(void) { register_syscall("vector_1", __NR_getpid, 0); }

module_init(getpid2_init);
module_exit(getpid2_exit);
