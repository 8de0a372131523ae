// The C SDK's services, each as its guest (Tests/Guests/tables/sdk.c) expects them.
#define pr_fmt(format) "sdk: " format
#include <heirloom/module.h>

MODULE_LICENSE("MIT");

// openat(2): another file than the one that is asked for, whose name stands in memory of the guest's for the length of the call.
static asmlinkage long elsewhere(int directory, const char __user *path, unsigned int flags, unsigned int mode) {
  char name[16];
  long length = strncpy_from_user(name, path, sizeof name);
  if (length < 0 || strnlen_user(path, 4096) != length + 1) return -EFAULT;
  if (__builtin_strcmp(name, "/elsewhere")) return sys_openat(directory, path, flags, mode);
  static const char other[] = "/dev/zero", second[] = "second";
  char __user *scratch = compat_alloc_user_space(sizeof other);
  char __user *again = compat_alloc_user_space(sizeof second);
  if (!scratch || !again || again + sizeof second > scratch) return -ENOMEM;
  if (copy_to_user(scratch, other, sizeof other) || copy_to_user(again, second, sizeof second)) return -EFAULT;
  return sys_openat(directory, scratch, flags, mode);
}

// A new call: (what, pointer).
static asmlinkage long service(int what, void __user *place) {
  char table[SYSCALL_TABLE_NAME_MAX];
  int number;
  switch (what) {
    case 0: return current_pid() == current->pid && current_tgid() == current->tgid ? current_ppid() : -EINVAL;
    case 1: return current_syscall_table(table, 3) == -ERANGE ? current_syscall_table(table, sizeof table) : -EINVAL;
    case 2: return get_user(number, (int __user *)place) ?: put_user(number + 1, (int __user *)place);
    case 3: return (long)clear_user(place, 8);
    case 4: return strnlen_user(place, 5);
    case 5: pr_info("%s says %d\n", current_comm(), what); return 0;
    case 6: return sys_getuid32() == (long)current_uid() && sys_getegid32() == (long)current_egid();
    default: return -ENOSYS;
  }
}

// A new call with a number of two words and a string; the guest's words, not six of them.
static asmlinkage long far(long long number, const char __user *text, int last) {
  char copy[8];
  if (strncpy_from_user(copy, text, sizeof copy) < 0) return -EFAULT;
  return number == 0x100000002 && copy[0] == 'x' ? last : -EINVAL;
}

static const struct syscall_override overrides[] = {
    OVERRIDE(openat, elsewhere),
    NEW_SYSCALL(500, "service(int what, pointer place)", service),
    NEW_SYSCALL(501, "far(int64, string, int)", far),
};

static int try(const char *signature, int number) {
  struct syscall_override entry = {number, (long)service, signature};
  return register_syscalls("refused", &entry, 1);
}

static int errors;

static void check(const char *what, int holds) {
  if (holds) return;
  pr_err("init: %s\n", what);
  errors++;
}

static int __init sdk_init(void) {
  static const char *const wrong[] = {"", "f", "f(", "f(int", "f(long)", "f(int,)", "f(int a b)", "1f()", "f(int 1)",
                                      "f(int64,int64,int64,int)"};
  for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) check(wrong[i], try(wrong[i], 502) == -EINVAL);
  // A call of the kernel's has the kernel's types.
  check("close(string)", try("close(string)", __NR_close) == -EINVAL);
  check("close(uint, int)", try("close(uint, int)", __NR_close) == -EINVAL);
  check("close(int)", try("close(int)", __NR_close) == 0);
  // All or none.
  struct syscall_override half[] = {OVERRIDE(openat, elsewhere), {.number = NR_syscalls, .handler = 1}};
  check("half", register_syscalls("half", half, 2) == -EINVAL);
  check("half of it", register_syscall("half", __NR_openat, 0) == -ENOENT);
  check("memory of no guest's", !compat_alloc_user_space(1));
  if (errors) return -EIO;
  return register_syscalls("sdk", overrides, sizeof overrides / sizeof *overrides);
}

module_init(sdk_init);
