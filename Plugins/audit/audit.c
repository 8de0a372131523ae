/* Who does what to which file, and whether it went well: in the table "audit" a line goes to the kernel's log for each call that
 * opens, creates, removes, renames or runs a file. With `denied` only what fails is logged. */
#define _GNU_SOURCE
#include <heirloom/module.h>
#include <stdio.h>
#include <string.h>

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("a line in the log for each call on a file's name");

static bool failures_only;
module_param_named(denied, failures_only, bool, 0444);
MODULE_PARM_DESC(denied, "log only what fails");

static void log_call(const char *call, const char __user *path, const char *outcome) {
  char name[128];
  long length = strncpy_from_user(name, path, sizeof name);
  pr_info("audit: %s: %s \"%.*s\"%s\n", current_comm(), call, length < 0 ? 0 : (int)length, name, outcome);
}

static long report(const char *call, const char __user *path, long result) {
  char outcome[32] = ": ok";
  if (failures_only && result >= 0) return result;
  if (result < 0) snprintf(outcome, sizeof outcome, ": %s", strerrorname_np((int)-result));
  log_call(call, path, outcome);
  return result;
}

static asmlinkage long audit_open(const char __user *path, unsigned int flags, unsigned int mode) {
  return report("open", path, sys_open(path, flags, mode));
}

static asmlinkage long audit_openat(int directory, const char __user *path, unsigned int flags, unsigned int mode) {
  return report("openat", path, sys_openat(directory, path, flags, mode));
}

static asmlinkage long audit_unlink(const char __user *path) { return report("unlink", path, sys_unlink(path)); }

static asmlinkage long audit_unlinkat(int directory, const char __user *path, unsigned int flags) {
  return report("unlinkat", path, sys_unlinkat(directory, path, flags));
}

static asmlinkage long audit_rename(const char __user *old_path, const char __user *new_path) {
  return report("rename", old_path, sys_rename(old_path, new_path));
}

/* Afterwards the path is gone with the old program: it is logged before. */
static asmlinkage long audit_execve(const char __user *path, void __user *arguments, void __user *environment) {
  if (!failures_only) log_call("execve", path, "");
  long result = sys_execve(path, arguments, environment);
  return result < 0 ? report("execve", path, result) : result;
}

static const struct syscall_override overrides[] = {
  OVERRIDE(open, audit_open),         OVERRIDE(openat, audit_openat), OVERRIDE(unlink, audit_unlink),
  OVERRIDE(unlinkat, audit_unlinkat), OVERRIDE(rename, audit_rename), OVERRIDE(execve, audit_execve),
};

static int __init audit_init(void) { return register_syscalls("audit", overrides, sizeof overrides / sizeof *overrides); }

module_init(audit_init);
