/* For `make bench`: fills TABLES tables, bench-0 and so on, with ENTRIES entries each, from number FIRST on: where the kernel has
   nothing, unless that is said. */
#include <heirloom/module.h>
#include <stdio.h>

MODULE_LICENSE("MIT");

static int tables = 1, entries = 100, first = 600;
module_param(tables, int, 0);
module_param(entries, int, 0);
module_param(first, int, 0);

static asmlinkage long nothing(void) { return 0; }

static int __init many_init(void) {
  static struct syscall_override overrides[400];
  char name[32];
  if (entries < 1 || entries > 400) return -EINVAL;
  for (int i = 0; i < entries; i++) {
    overrides[i].number = first + i;
    overrides[i].handler = (long)nothing;
  }
  for (int i = 0; i < tables; i++) {
    snprintf(name, sizeof name, "bench-%d", i);
    int error = register_syscalls(name, overrides, entries);
    if (error) return error;
  }
  return 0;
}
module_init(many_init);
