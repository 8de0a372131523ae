// Keeps the table vector_1, and says in the log that the guests are at work.
#include <heirloom/module.h>

MODULE_LICENSE("MIT");

static asmlinkage long at_work(void) { return printk("hammering") < 0; }
static int __init hold_init(void) { return register_syscall("vector_1", 900, (long)at_work); }

module_init(hold_init);
