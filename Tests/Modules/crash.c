// Handlers that fail in the ways a handler can; each is a call of its own in the table "crash".
#include <heirloom/module.h>

MODULE_LICENSE("MIT");

static asmlinkage int writes_nowhere(int value) { return *(volatile int *)0x123456789000 = value; }
static asmlinkage int divides(int by) { return 100 / by; }
static asmlinkage int gives_up(void) { __builtin_trap(); }

static int __init crash_init(void) {
  int error = register_syscall("crash", 900, (long)writes_nowhere);
  if (error == 0) error = register_syscall("crash", 901, (long)divides);
  return error != 0 ? error : register_syscall("crash", 902, (long)gives_up);
}

module_init(crash_init);
