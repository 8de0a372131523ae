// Tries numbers and names that register_syscall must refuse, and says what it answered.
#include <heirloom/module.h>

MODULE_LICENSE("GPL");

static asmlinkage long fresh(int a, int b) { return a * b; }

static int __init numbers_init(void) {
  char name[100];
  for (int i = 0; i < 99; i++) name[i] = 'n';
  name[99] = 0;
  printk("number -1: %d\n", register_syscall("numbers", -1, (long)fresh));
  printk("number NR_syscalls: %d\n", register_syscall("numbers", NR_syscalls, (long)fresh));
  printk("no name: %d\n", register_syscall((char *)0, 20, (long)fresh));
  printk("empty name: %d\n", register_syscall("", 20, (long)fresh));
  printk("long name: %d\n", register_syscall(name, 20, (long)fresh));
  printk("removing what is not there: %d\n", register_syscall("numbers", 20, 0));
  // A call that the kernel does not have.
  return register_syscall("numbers", 900, (long)fresh);
}
static void __exit numbers_exit(void) { register_syscall("numbers", 900, 0); }

module_init(numbers_init);
module_exit(numbers_exit);
