/* getuid(2) answers one more in vector_1, or in another table: the paper's second example (section 5). */
#include <heirloom/module.h>

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("getuid that answers one more");

static char *table = "vector_1";
module_param(table, charp, 0444);
MODULE_PARM_DESC(table, "the system call table to register in");

/* add 1 to the original uid */
asmlinkage int getuid2(void) { return current_uid() + 1; }

/* Programs of today call getuid32. */
static int __init getuid2_init(void) {
  int error = register_syscall(table, __NR_getuid, (long)getuid2);
  return error ? error : register_syscall(table, __NR_getuid32, (long)getuid2);
}

static void __exit getuid2_exit(void) {
  register_syscall(table, __NR_getuid, 0);
  register_syscall(table, __NR_getuid32, 0);
}

module_init(getuid2_init);
module_exit(getuid2_exit);
