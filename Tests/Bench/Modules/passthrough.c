// Overrides the calls of Examples/latency.c in vector_1 with handlers that do no more than call the default one.
#include <heirloom/module.h>

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("handlers that pass their calls on to the default, for the benchmark");

static asmlinkage long pass_getppid(void) { return syscall_default(__NR_getppid); }

static asmlinkage long pass_read(int fd, void __user *to, unsigned int count) {
  return syscall_default(__NR_read, fd, to, count);
}

static asmlinkage long pass_write(int fd, const void __user *from, unsigned int count) {
  return syscall_default(__NR_write, fd, from, count);
}

static asmlinkage long pass_statx(int fd, const char __user *path, unsigned int flags, unsigned int mask, void __user *to) {
  return syscall_default(__NR_statx, fd, path, flags, mask, to);
}

static asmlinkage long pass_openat(int fd, const char __user *path, unsigned int flags, unsigned int mode) {
  return syscall_default(__NR_openat, fd, path, flags, mode);
}

static asmlinkage long pass_close(int fd) { return syscall_default(__NR_close, fd); }

static asmlinkage long pass_pselect6(int count, void __user *in, void __user *out, void __user *except, void __user *time,
                                     const void __user *mask) {
  return syscall_default(__NR_pselect6, count, in, out, except, time, mask);
}

static asmlinkage long pass_rt_sigaction(int number, const void __user *new, void __user *old, unsigned int size) {
  return syscall_default(__NR_rt_sigaction, number, new, old, size);
}

static const struct syscall_override overrides[] = {
    OVERRIDE(getppid, pass_getppid),   OVERRIDE(read, pass_read),
    OVERRIDE(write, pass_write),       OVERRIDE(statx, pass_statx),
    OVERRIDE(openat, pass_openat),     OVERRIDE(close, pass_close),
    OVERRIDE(pselect6, pass_pselect6), OVERRIDE(rt_sigaction, pass_rt_sigaction),
};

static int __init pass_init(void) {
  return register_syscalls("vector_1", overrides, sizeof overrides / sizeof *overrides);
}
static void __exit pass_exit(void) {}

module_init(pass_init);
module_exit(pass_exit);
