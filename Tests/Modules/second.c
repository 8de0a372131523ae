// Adds to getuid(2) in a table of the user's choice: a second table beside vector_1, with parameters.
#include <heirloom/module.h>

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("getuid answers more, in a table of your choice");

static int add = 100;
module_param(add, int, 0);
MODULE_PARM_DESC(add, "what is added");

static char *table = "vector_2";
module_param(table, charp, 0);
MODULE_PARM_DESC(table, "the table");

static asmlinkage long getuid_more(void) { return current_uid() + add; }

static int __init second_init(void) { return register_syscall(table, __NR_getuid32, (long)getuid_more); }
static void __exit second_exit(void) { register_syscall(table, __NR_getuid32, 0); }

module_init(second_init);
module_exit(second_exit);
