/* The time of day stands still in the table "frozen-clock", for programs whose output must not depend on it. Clocks that measure
 * how long something takes go on. */
#include <heirloom/module.h>

MODULE_LICENSE("MIT");
MODULE_DESCRIPTION("the time of day stands still");

static long seconds = 1000000000;
module_param_range(seconds, long, 0, 4294967295);
MODULE_PARM_DESC(seconds, "the time, in seconds since 1970");

enum { clock_realtime = 0, clock_realtime_coarse = 5 };

static int is_frozen(int clock) { return clock == clock_realtime || clock == clock_realtime_coarse; }

/* The i386 layouts: a time_t of 32 bits, and one of 64. */
struct time32 { int32_t seconds, part; };
struct time64 { int64_t seconds, nanoseconds; };

static asmlinkage long frozen_gettime(int clock, void __user *time) {
  if (!is_frozen(clock)) return sys_clock_gettime(clock, time);
  struct time32 now = {(int32_t)seconds, 0};
  return copy_to_user(time, &now, sizeof now) ? -EFAULT : 0;
}

static asmlinkage long frozen_gettime64(int clock, void __user *time) {
  if (!is_frozen(clock)) return sys_clock_gettime64(clock, time);
  struct time64 now = {seconds, 0};
  return copy_to_user(time, &now, sizeof now) ? -EFAULT : 0;
}

static asmlinkage long frozen_gettimeofday(void __user *time, void __user *zone) {
  long result = sys_gettimeofday(time, zone);
  struct time32 now = {(int32_t)seconds, 0};
  return result == 0 && time && copy_to_user(time, &now, sizeof now) ? -EFAULT : result;
}

static asmlinkage long frozen_time(void __user *place) {
  if (place && put_user((int32_t)seconds, (int32_t __user *)place)) return -EFAULT;
  return (int32_t)seconds;
}

static const struct syscall_override overrides[] = {
  OVERRIDE(clock_gettime, frozen_gettime),
  OVERRIDE(clock_gettime64, frozen_gettime64),
  OVERRIDE(gettimeofday, frozen_gettimeofday),
  OVERRIDE(time, frozen_time),
};

static int __init frozen_clock_init(void) {
  return register_syscalls("frozen-clock", overrides, sizeof overrides / sizeof *overrides);
}

module_init(frozen_clock_init);
