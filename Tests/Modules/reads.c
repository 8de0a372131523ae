// read(2) that waits inside the module: in the kernel's own call, or in the C library's.
#include <heirloom/module.h>
#include <unistd.h>

MODULE_LICENSE("MIT");

static bool by_libc;
module_param(by_libc, bool, 0);

static asmlinkage long reads(unsigned int fd, char __user *buffer, unsigned int count) {
  if (!by_libc) return syscall_default(__NR_read, fd, buffer, count);
  char byte[4096];
  ssize_t got = read((int)fd, byte, count < sizeof byte ? count : sizeof byte);
  if (got < 0) return -errno;
  return copy_to_user(buffer, byte, (unsigned long)got) ? -EFAULT : got;
}

static int __init reads_init(void) { return register_syscall("reads", __NR_read, (long)reads); }

module_init(reads_init);
