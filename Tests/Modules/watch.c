// Observes all calls of the table "watched", and answers call 911 with what it has seen of getpgid and getppid.
#include <heirloom/module.h>

MODULE_LICENSE("MIT");

static int before, after, refused, order;
static long argument, result;

static void watch(const struct syscall_event *event) {
  if (event->number != __NR_getpgid && event->number != __NR_getppid) return;
  if (event->phase == SYSCALL_BEFORE) {
    before++;
    order = order * 10 + 1;
    argument = event->arguments[0];
    ((struct syscall_event *)event)->arguments[0] = 77;
    // It may not act for the task.
    if (syscall_default(__NR_getuid32) == -EPERM && heirloom_syscall_next(0, 0) == -EPERM) refused++;
    char byte = 0;
    if (copy_to_user((char *)event->memory + 0x8048000, &byte, 1) == 1) refused++;
  } else {
    after++;
    order = order * 10 + 4;
    result = event->result;
    // A bad address ends the observer alone.
    if (event->number == __NR_getppid) order += *(const char *)event->memory;
  }
}

static void second(const struct syscall_event *event) { order = order * 10 + (event->phase == SYSCALL_BEFORE ? 2 : 3); }

static asmlinkage long seen(int what) {
  const long all[] = {before, after, refused, argument, result, order};
  before = after = refused = order = 0;
  return what == 6 ? unregister_syscall_observer("watched", SYSCALL_ANY) : all[what];
}
static asmlinkage long getpgid_plus(int pid) { return syscall_next(pid) + 1000000; }

static int __init watch_init(void) {
  const struct syscall_layer layers[] = {
      {.size = sizeof *layers, .number = SYSCALL_ANY, .handler = (long)watch, .flags = SYSCALL_LAYER_OBSERVE},
      {.size = sizeof *layers, .number = __NR_getpgid, .handler = (long)second, .flags = SYSCALL_LAYER_OBSERVE},
      {.size = sizeof *layers, .number = __NR_getpgid, .handler = (long)getpgid_plus},
      {.size = sizeof *layers, .number = 911, .handler = (long)seen},
  };
  const struct syscall_layer any = {.size = sizeof any, .number = SYSCALL_ANY, .handler = (long)seen};
  if (register_syscall_layers("watched", &any, 1) != -EINVAL) return -EIO;
  return register_syscall_layers("watched", layers, sizeof layers / sizeof *layers);
}
module_init(watch_init);
