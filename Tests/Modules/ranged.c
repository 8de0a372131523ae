// Numbers that are only taken from a range.
#include <heirloom/module.h>

MODULE_LICENSE("MIT");

static int percent = 50;
module_param_range(percent, int, -10, 100);
MODULE_PARM_DESC(percent, "how much");

static unsigned long large;
module_param_range(large, ulong, 0x10, 0xffffffffffffffff);

static int __init ranged_init(void) {
  printk("percent %d, large %lu\n", percent, large);
  return 0;
}

module_init(ranged_init);
