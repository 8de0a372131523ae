// A handler that crashes where it is asked to, and what becomes of its module's other calls: one is refused from then on, one
// falls back to the kernel's own. Another handler is taken out when bad addresses have ended it twice.
#include <heirloom/module.h>

MODULE_LICENSE("MIT");

static asmlinkage long break_down(void) { __builtin_trap(); }
static asmlinkage long answer(void) { return 1; }
static asmlinkage long first_byte(const char __user *text) { return *text; }
static asmlinkage long second_byte(const char __user *text) { return text[1]; }

static int __init fragile_init(void) {
  const struct syscall_layer layers[] = {
      {.size = sizeof *layers, .number = 920, .handler = (long)break_down},
      {.size = sizeof *layers, .number = __NR_getpgid, .handler = (long)answer, .fail = EACCES},
      {.size = sizeof *layers, .number = __NR_getsid, .handler = (long)answer},
      {.size = sizeof *layers, .number = __NR_getpriority, .handler = (long)answer, .fail = EIO, .rule = "arg0 == 2"},
      {.size = sizeof *layers, .number = __NR_chdir, .handler = (long)first_byte, .fail = EIO, .fault_limit = 2},
      {.size = sizeof *layers, .number = __NR_rmdir, .handler = (long)second_byte, .fault_limit = 2},
  };
  return register_syscall_layers("fragile", layers, sizeof layers / sizeof *layers);
}
module_init(fragile_init);
