/* What a guest program includes to choose its system call table. */
#ifndef HEIRLOOM_GUEST_H
#define HEIRLOOM_GUEST_H

#include <unistd.h>

#ifndef __NR_set_syscall_table
#define __NR_set_syscall_table 1000
#endif

/* The flag of set_syscall_table. */
#define SYSCALL_TABLE_STOP 0
#define SYSCALL_TABLE_USE 1

/* From the caller's next system call on: with SYSCALL_TABLE_USE, the table `name` serves it and the children it has from
 * then on; with SYSCALL_TABLE_STOP, no table does, whatever `name` says.
 * Returns 0, or -1 with errno: ENOENT no such table, EFAULT bad pointer, ENAMETOOLONG, EINVAL another flag. */
static inline int set_syscall_table(const char *name, int flag) {
  return (int)syscall(__NR_set_syscall_table, name, flag);
}

#endif
