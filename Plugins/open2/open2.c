/* open(2) says what it opens, then opens it, in vector_1: the paper's third example (section 5). */
#include <heirloom/module.h>

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("open and openat that log what they open");

/* printk some file information before actually opening the file */
asmlinkage int open2(const char __user *filename, int flags, int mode) {
  printk("Calling open2\n");
  printk("filename:%s,flag:%d,mode:%d\n", filename, flags, mode);
  return do_sys_open(-100 /* AT_FDCWD */, filename, flags, mode);
}

/* What a C library of today calls. */
asmlinkage int openat2_logged(int directory, const char __user *filename, int flags, int mode) {
  printk("Calling open2\n");
  printk("filename:%s,flag:%d,mode:%d\n", filename, flags, mode);
  return do_sys_open(directory, filename, flags, mode);
}

static int __init open2_init(void) {
  int error = register_syscall("vector_1", __NR_open, (long)open2);
  return error ? error : register_syscall("vector_1", __NR_openat, (long)openat2_logged);
}

static void __exit open2_exit(void) {
  register_syscall("vector_1", __NR_open, 0);
  register_syscall("vector_1", __NR_openat, 0);
}

module_init(open2_init);
module_exit(open2_exit);
