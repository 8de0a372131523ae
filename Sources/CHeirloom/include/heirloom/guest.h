/* For i386 programs that run on Heirloom: the calls that other kernels do not have. */
#ifndef HEIRLOOM_GUEST_H
#define HEIRLOOM_GUEST_H

#ifndef __i386__
#error "heirloom/guest.h is for i386 programs: compile with -m32"
#endif

#include <errno.h>

#define __NR_set_syscall_table 1000

/* Flags of set_syscall_table. */
#define SYSCALL_TABLE_STOP 0
#define SYSCALL_TABLE_USE 1

/* Uses the system call table of that name from the next call on (SYSCALL_TABLE_USE), or none (SYSCALL_TABLE_STOP, where
 * the name is NULL or that of the table in use). Children inherit the choice.
 *
 * Returns 0, or -1 with errno: ENOENT no such table, or not the one in use; EFAULT; ENAMETOOLONG; EINVAL another flag, or
 * an empty name; ENOSYS another kernel. */
static inline int set_syscall_table(const char *name, int flag) {
  int result;
  __asm__ volatile("pushl %%ebx\n\tmovl %2, %%ebx\n\tint $0x80\n\tpopl %%ebx"
                   : "=a"(result)
                   : "0"(__NR_set_syscall_table), "r"(name), "c"(flag)
                   : "memory");
  if (result < 0 && result > -4096) {
    errno = -result;
    return -1;
  }
  return result;
}

#endif
