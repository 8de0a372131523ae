// Handlers that answer EXDEV wherever their rule lets them, in the table "ruled".
#include <heirloom/module.h>

MODULE_LICENSE("MIT");

static asmlinkage long refuse(void) { return -EXDEV; }

#define RULED(call, text) {.size = sizeof(struct syscall_layer), .number = __NR_##call, .handler = (long)refuse, .rule = text}

static int __init ruled_init(void) {
  const struct syscall_layer layers[] = {
      RULED(lseek, "fd in 3, 50..60"),
      RULED(close, "every 3"),
      RULED(getpgid, "arg0 > 100 and not (arg0 in 200,300 or arg0 == 0xfff)"),
      RULED(pread64, "arg3 >= 0x100000000"),
      RULED(getppid, "chance 30%"),
      RULED(getsid, "comm ~ [!r]* or uid == 4242"),
      RULED(fcntl, "arg1 & 0xff == 6"),
      RULED(open, 0),
      RULED(unlink, "path !~ \"*/kept*\""),
  };
  const struct syscall_layer bad[] = {RULED(getpid, "fd == 3")};
  if (register_syscall_layers("ruled", bad, 1) != -EINVAL) return -EIO;
  return register_syscall_layers("ruled", layers, sizeof layers / sizeof *layers);
}
module_init(ruled_init);
