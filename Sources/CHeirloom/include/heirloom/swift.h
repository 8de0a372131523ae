/* The module services as Embedded Swift imports them: what heirloom/module.h declares, without its macros. */
#ifndef HEIRLOOM_SWIFT_H
#define HEIRLOOM_SWIFT_H

#include <heirloom/abi.h>
#include <heirloom/unistd.h>

extern int register_syscall(const char *_Nullable tname, int num, long fn);
extern int register_syscall_layers(const char *_Nullable tname, const struct syscall_layer *_Nullable layers, unsigned long count);
extern long heirloom_syscall_next(unsigned count, const long *_Nullable arguments);
extern long do_sys_open(int directory, const char *_Nullable filename, int flags, int mode);
extern const struct task_struct *_Nonnull heirloom_current(void);
extern unsigned int current_uid(void);
extern unsigned int current_gid(void);
extern unsigned long copy_from_user(void *_Nonnull to, const void *_Nullable from, unsigned long count);
extern unsigned long copy_to_user(void *_Nullable to, const void *_Nonnull from, unsigned long count);
extern long strncpy_from_user(char *_Nonnull to, const char *_Nullable from, long count);
extern int printk(const char *_Nonnull format, ...);

/* Swift cannot call a function with variable arguments: one line, as it is. */
static inline void heirloom_log_line(const char *_Nonnull line) { printk("%s", line); }

#endif
