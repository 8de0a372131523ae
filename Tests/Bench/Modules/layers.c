/* For `make bench`: one of several modules that stack in one slot, each passing the call on. COPY is the number in its file's name. */
#include <heirloom/module.h>

MODULE_LICENSE("MIT");

enum { NUMBER = 20 }; /* getpid */

static asmlinkage long pass_on(void) { return syscall_next(); }

static int __init layers_init(void) {
  const struct syscall_layer layer = {
      .size = sizeof layer, .number = NUMBER, .handler = (long)pass_on, .flags = SYSCALL_LAYER_STACK, .priority = COPY};
  return register_syscall_layers("bench-0", &layer, 1);
}
module_init(layers_init);
