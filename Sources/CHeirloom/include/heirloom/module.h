/* What a module written in C includes. It speaks Linux: a module for a real kernel's system calls reads the same.
 *
 * A module is a shared object for the host (gcc -shared -fPIC). Its handlers take a system call's arguments in the call's
 * own order; a pointer argument is the guest's memory itself (NULL stays NULL) and may be bad, in which case touching it
 * ends the call with -EFAULT. A handler returns the result, or -errno. */
#ifndef HEIRLOOM_MODULE_H
#define HEIRLOOM_MODULE_H

#include <errno.h>
#include <heirloom/abi.h>
#include <heirloom/unistd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define asmlinkage
#define __user
#define __init
#define __exit

/* What is written between quotes goes to the .modinfo section, which is read before anything of the module runs. */
#define __HEIRLOOM_PASTE2(a, b) a##b
#define __HEIRLOOM_PASTE(a, b) __HEIRLOOM_PASTE2(a, b)
#define __HEIRLOOM_STRING2(x) #x
#define __HEIRLOOM_STRING(x) __HEIRLOOM_STRING2(x)
#define MODULE_INFO(tag, text)                                                                              \
  static const char __HEIRLOOM_PASTE(__modinfo_, __COUNTER__)[]                                             \
      __attribute__((used, __HEIRLOOM_KEPT section(".modinfo"), aligned(1))) = #tag "=" text
#ifdef __clang__
#define __HEIRLOOM_KEPT retain,
#else /* or gcc turns the order round */
#define __HEIRLOOM_KEPT retain, no_reorder,
#endif

#define MODULE_LICENSE(text) MODULE_INFO(license, text)
#define MODULE_AUTHOR(text) MODULE_INFO(author, text)
#define MODULE_DESCRIPTION(text) MODULE_INFO(description, text)
#define MODULE_VERSION(text) MODULE_INFO(version, text)

MODULE_INFO(abi, __HEIRLOOM_STRING(HEIRLOOM_ABI_VERSION));

/* The function that runs when the module is loaded: 0, or -errno to refuse. What it has registered is withdrawn then. */
#define module_init(function) \
  __attribute__((visibility("default"))) int heirloom_module_init(void) { return function(); }
/* The function that runs when the module is unloaded. Entries that it leaves are withdrawn after it. */
#define module_exit(function) \
  __attribute__((visibility("default"))) void heirloom_module_exit(void) { function(); }

/* Lets modules that are loaded later use a function of this one, by its name. While one does, this one cannot go. */
#define EXPORT_SYMBOL(function)                                                                             \
  extern __typeof__(function) function __attribute__((visibility("default")));                              \
  MODULE_INFO(export, #function)
/* Modules that must be loaded before this one, beside those whose functions it uses: MODULE_DEPENDS("first,second"). */
#define MODULE_DEPENDS(names) MODULE_INFO(depends, names)

/* A parameter: a static variable of type int, uint, long, ulong, bool or charp. `permissions` is not used. */
#define module_param(name, type, permissions) __HEIRLOOM_PARAM(name, name, #type, __heirloom_##type)
#define module_param_named(parameter, variable, type, permissions)                                          \
  __HEIRLOOM_PARAM(parameter, variable, #type, __heirloom_##type)
/* The same for a number that lies between two others, both included: module_param_range(percent, int, 0, 100). A value
 * outside is refused before anything of the module runs. */
#define module_param_range(name, type, minimum, maximum)                                                    \
  __HEIRLOOM_PARAM(name, name, #type, __heirloom_##type);                                                   \
  MODULE_INFO(parmrange, #name ":" __HEIRLOOM_STRING(minimum) ":" __HEIRLOOM_STRING(maximum));              \
  _Static_assert((minimum) <= (maximum), "the range of " #name " is empty")
#define __HEIRLOOM_PARAM(parameter, variable, type_text, type_name)                                         \
  MODULE_INFO(parmtype, #parameter ":" type_text);                                                          \
  __attribute__((visibility("default"))) void *const __HEIRLOOM_PASTE(heirloom_param_, parameter) =         \
      (void *)(1 ? &variable : (type_name *)0)
#define MODULE_PARM_DESC(name, text) MODULE_INFO(parm, #name ":" text)

typedef int __heirloom_int;
typedef unsigned int __heirloom_uint;
typedef long __heirloom_long;
typedef unsigned long __heirloom_ulong;
typedef bool __heirloom_bool;
typedef char *__heirloom_charp;

/* Puts `fn` at slot `num` of the table `tname`, which is made if there is none of that name; 0 takes the module's own
 * entry out again. Returns 0 or -EBUSY (another entry is there), -EINVAL, -ENAMETOOLONG, -ENOENT (paper, section 4.3). */
extern int register_syscall(const char *tname, int num, long fn);

/* An entry of register_syscalls: a handler of the call `name`, which must be of its type (sys_name_t, below). */
#define OVERRIDE(name, function)                                                                            \
  { .number = __NR_##name, .handler = (long)_Generic(&(function), sys_##name##_t *: (function)) }

/* An entry for a new call, of a number that the kernel leaves empty. */
#define NEW_SYSCALL(call_number, call_signature, function)                                                  \
  { .number = (call_number), .handler = (long)(function), .signature = (call_signature) }

/* Puts several handlers into a table, all or none. Errors as of register_syscall; -EINVAL also for a signature that cannot
 * be read, or is not that of the kernel's call of that number. */
extern int register_syscalls(const char *tname, const struct syscall_override *overrides, size_t count);

/* The same for handlers that say more of themselves: see struct syscall_layer. Besides: -EEXIST another layer of the slot has
 * the same priority and neither names the other, -EINVAL before and after contradict each other, -E2BIG too many layers. */
extern int register_syscall_layers(const char *tname, const struct syscall_layer *layers, size_t count);

/* Takes the module's observer of a call, or of SYSCALL_ANY, out again. 0, or -ENOENT, -EINVAL. */
extern int unregister_syscall_observer(const char *tname, int num);

/* From a handler: its call, served by what lies below it (the next layer, in the end the kernel's own). Arguments as the handler
 * has them; those that are left out are the ones it was called with. The result or -errno; -EPERM outside a handler. */
#define syscall_next(...) __HEIRLOOM_PASTE(__heirloom_next, __HEIRLOOM_COUNT(__VA_ARGS__))(__VA_ARGS__)
extern long heirloom_syscall_next(unsigned count, const long *arguments);
#define __HEIRLOOM_COUNT(...) __HEIRLOOM_COUNT2(0, ##__VA_ARGS__, 6, 5, 4, 3, 2, 1, 0)
#define __HEIRLOOM_COUNT2(zero, a, b, c, d, e, f, count, ...) count
#define __heirloom_next0() heirloom_syscall_next(0, 0)
#define __heirloom_next1(a) heirloom_syscall_next(1, (long[]){(long)(a)})
#define __heirloom_next2(a, b) heirloom_syscall_next(2, (long[]){(long)(a), (long)(b)})
#define __heirloom_next3(a, b, c) heirloom_syscall_next(3, (long[]){(long)(a), (long)(b), (long)(c)})
#define __heirloom_next4(a, b, c, d) heirloom_syscall_next(4, (long[]){(long)(a), (long)(b), (long)(c), (long)(d)})
#define __heirloom_next5(a, b, c, d, e) \
  heirloom_syscall_next(5, (long[]){(long)(a), (long)(b), (long)(c), (long)(d), (long)(e)})
#define __heirloom_next6(a, b, c, d, e, f) \
  heirloom_syscall_next(6, (long[]){(long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)})

/* The kernel's own handler of call `nr`, whatever the tables say. Arguments as a handler gets them. The result or -errno. */
extern long syscall_default(long nr, ...);

/* The same with the call's own types, for each call: sys_open(path, flags, mode). */
#define SYSCALL(name, parameters, ...)                                                                      \
  typedef long sys_##name##_t parameters;                                                                   \
  static inline long sys_##name parameters { return syscall_default(__NR_##name, ##__VA_ARGS__); }
#include <heirloom/syscalls.h>
#undef SYSCALL

/* Opens for the calling task, as open(2) does: the new descriptor or -errno. */
extern long do_sys_open(int directory, const char __user *filename, int flags, int mode);

/* Levels of printk, from the worst. */
#define KERN_SOH "\001"
#define KERN_EMERG KERN_SOH "0"
#define KERN_ALERT KERN_SOH "1"
#define KERN_CRIT KERN_SOH "2"
#define KERN_ERR KERN_SOH "3"
#define KERN_WARNING KERN_SOH "4"
#define KERN_NOTICE KERN_SOH "5"
#define KERN_INFO KERN_SOH "6"
#define KERN_DEBUG KERN_SOH "7"

/* A line for the kernel's log, as printf(3) writes it; notice where no level is given. */
extern int printk(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A module may define pr_fmt before it includes this, to begin its lines alike. */
#ifndef pr_fmt
#define pr_fmt(format) format
#endif
#define pr_emerg(format, ...) printk(KERN_EMERG pr_fmt(format), ##__VA_ARGS__)
#define pr_alert(format, ...) printk(KERN_ALERT pr_fmt(format), ##__VA_ARGS__)
#define pr_crit(format, ...) printk(KERN_CRIT pr_fmt(format), ##__VA_ARGS__)
#define pr_err(format, ...) printk(KERN_ERR pr_fmt(format), ##__VA_ARGS__)
#define pr_warn(format, ...) printk(KERN_WARNING pr_fmt(format), ##__VA_ARGS__)
#define pr_notice(format, ...) printk(KERN_NOTICE pr_fmt(format), ##__VA_ARGS__)
#define pr_info(format, ...) printk(KERN_INFO pr_fmt(format), ##__VA_ARGS__)
#define pr_debug(format, ...) printk(KERN_DEBUG pr_fmt(format), ##__VA_ARGS__)

/* The task that made the call. In init and exit hooks it is the kernel's own, with pid 0. */
extern const struct task_struct *heirloom_current(void);
#define current (heirloom_current())

static inline pid_t current_pid(void) { return current->pid; }
static inline pid_t current_tgid(void) { return current->tgid; }
static inline const char *current_comm(void) { return current->comm; }
/* The parent process's id, as getppid(2) gives it. */
extern pid_t current_ppid(void);
extern uid_t current_uid(void);
extern uid_t current_euid(void);
extern gid_t current_gid(void);
extern gid_t current_egid(void);
/* The name of the system call table that the task uses. The name's length, 0 where it uses none, -ERANGE where `size` bytes
 * have no room for it (SYSCALL_TABLE_NAME_MAX have). */
extern long current_syscall_table(char *to, size_t size);

/* Copies that answer instead of faulting: bytes that were not copied, 0 when all went well. */
extern unsigned long copy_from_user(void *to, const void __user *from, unsigned long count);
extern unsigned long copy_to_user(void __user *to, const void *from, unsigned long count);
/* The string's length, `count` where no NUL was met, or -EFAULT. */
extern long strncpy_from_user(char *to, const char __user *from, long count);
/* The string's length with its NUL; more than `count` where no NUL is among `count` bytes; 0 for a bad address. */
extern long strnlen_user(const char __user *string, long count);
/* Bytes that were not cleared, 0 when all went well. */
extern unsigned long clear_user(void __user *to, unsigned long count);
#define get_user(variable, pointer) (copy_from_user(&(variable), (pointer), sizeof *(pointer)) ? -EFAULT : 0)
#define put_user(value, pointer)                                            \
  ({                                                                        \
    __typeof__(*(pointer)) __heirloom_value = (value);                      \
    copy_to_user((pointer), &__heirloom_value, sizeof *(pointer)) ? -EFAULT : 0; \
  })

/* What the module keeps of the calling task, or of its process: `size` bytes, zero at first, that stay where they are until the
 * task or process ends or the module is unloaded. NULL in hooks, where no task calls, and where there is no memory. The callbacks
 * of fork run on the parent's thread, with the parent as `current`; other tasks of a process may use its data meanwhile. */
extern void *task_data(const struct task_data *kind);

/* `count` bytes of the guest's memory below its stack pointer, for what a handler passes to the kernel in place of the guest's
 * own: valid until the call returns, and different from those that the call was given before. NULL where there is no room. */
extern void __user *compat_alloc_user_space(unsigned long count);

#endif
