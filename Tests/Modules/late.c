// read(2) with an interruption of the task on its way whose cause is gone when it arrives.
#define _GNU_SOURCE
#include <heirloom/module.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <unistd.h>

MODULE_LICENSE("MIT");

static void *interrupt(void *thread) {
  usleep(50000);
  tgkill(getpid(), (pid_t)(intptr_t)thread, SIGSTKFLT);
  return NULL;
}

static asmlinkage long late_read(int fd, void __user *buffer, unsigned int count) {
  pthread_t sender;
  if (pthread_create(&sender, NULL, interrupt, (void *)(intptr_t)gettid()) != 0) return -EAGAIN;
  long result = sys_read(fd, buffer, count);
  pthread_join(sender, NULL);
  return result;
}

static const struct syscall_override overrides[] = {OVERRIDE(read, late_read)};

static int __init late_init(void) { return register_syscalls("late", overrides, 1); }

static void __exit late_exit(void) {}

module_init(late_init);
module_exit(late_exit);
