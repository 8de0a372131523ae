/* The module services as Embedded Swift imports them: what heirloom/module.h declares, without its macros. */
#ifndef HEIRLOOM_SWIFT_H
#define HEIRLOOM_SWIFT_H

#include <heirloom/abi.h>
#include <heirloom/unistd.h>

extern int register_syscall(const char *_Nullable tname, int num, long fn);
extern int register_syscall_layers(const char *_Nullable tname, const struct syscall_layer *_Nullable layers, unsigned long count);
extern int unregister_syscall_observer(const char *_Nullable tname, int num);
extern long heirloom_syscall_next(unsigned count, const long *_Nullable arguments);
extern long heirloom_syscall_default(long nr, const long *_Nonnull arguments);
extern const char *_Nullable heirloom_parameter(const char *_Nonnull name);
extern void heirloom_log(int level, const char *_Nonnull line);

extern const struct task_struct *_Nonnull heirloom_current(void);
static inline const char *_Nonnull current_comm(void) { return heirloom_current()->comm; }
extern int current_ppid(void);
extern unsigned int current_uid(void);
extern unsigned int current_euid(void);
extern unsigned int current_gid(void);
extern unsigned int current_egid(void);
extern long current_syscall_table(char *_Nonnull to, unsigned long size);

extern void *_Nullable task_data(const struct task_data *_Nonnull kind);

extern unsigned long copy_from_user(void *_Nonnull to, const void *_Nullable from, unsigned long count);
extern unsigned long copy_to_user(void *_Nullable to, const void *_Nonnull from, unsigned long count);
extern long strncpy_from_user(char *_Nonnull to, const char *_Nullable from, long count);
extern void *_Nullable compat_alloc_user_space(unsigned long count);

#endif
