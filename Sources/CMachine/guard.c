/* Host faults inside a guarded call. */
#define _GNU_SOURCE
#include "guard.h"
#include "host.h"
#include "machine.h"
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

_Static_assert(offsetof(struct heirloom_guard, outer) == 0, "guard.S");
_Static_assert(offsetof(struct heirloom_guard, saved) == 8, "guard.S");
_Static_assert(offsetof(struct heirloom_stay, top) == 0, "guard.S");

__thread struct heirloom_stay heirloom_stay_here __attribute__((tls_model("initial-exec")));

extern char heirloom_guard_fault[];

struct heirloom_guard *heirloom_innermost_guard(void) { return heirloom_stay_here.top; }
struct heirloom_stay *heirloom_this_stay(void) { return &heirloom_stay_here; }

/* Read by signal handlers while the loader, one thread at a time, changes it: a size of 0 is a free place. */
static struct {
  volatile uint64_t base, size;
} images[1024];

void heirloom_note_image(unsigned long base, unsigned long size) {
  for (unsigned i = 0; i < sizeof images / sizeof *images; i++) {
    if (images[i].size) continue;
    images[i].base = base;
    images[i].size = size;
    return;
  }
}

void heirloom_forget_image(unsigned long base) {
  for (unsigned i = 0; i < sizeof images / sizeof *images; i++)
    if (images[i].size && images[i].base == base) images[i].size = 0;
}

static int in_image(uint64_t address) {
  for (unsigned i = 0; i < sizeof images / sizeof *images; i++)
    if (address - images[i].base < images[i].size) return 1;
  return 0;
}

unsigned long heirloom_image_base(void *handle) {
  struct link_map *map = 0;
  return dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 ? map->l_addr : 0;
}

/* A second fault cannot be taken here, so the host's kernel looks: it reads the set before it refuses the first argument. */
static int readable(uint64_t address) {
  return heirloom_host_call(SYS_rt_sigprocmask, -1, (long)address, 0, 8, 0, 0) != -EFAULT;
}

/* The innermost return address into a module, by what stands on the stack from `stack` up. */
static uint64_t caller_in_image(struct heirloom_guard *guard, uint64_t stack) {
  const uint64_t page = 4096, most = 32;
  uint64_t end = guard->saved[0];
  if (stack & 7) return 0;
  /* A stack that has overflown begins where nothing is mapped. */
  for (uint64_t pages = 0; stack < end && pages < most; pages++) {
    uint64_t next = (stack & ~(page - 1)) + page;
    if (readable(stack))
      for (uint64_t at = stack; at < next && at < end; at += 8)
        if (in_image(*(uint64_t *)at)) return *(uint64_t *)at;
    stack = next;
  }
  return 0;
}

static void note_end(struct heirloom_guard *guard, int signal, uint64_t address, uint64_t rip, uint64_t stack) {
  guard->signal = signal;
  guard->address = address;
  guard->rip = rip;
  guard->rsp = stack;
  guard->caller = in_image(rip) ? 0 : caller_in_image(guard, stack);
}

static void leave(struct heirloom_guard *guard, int signal, uint64_t address, ucontext_t *context) {
  greg_t *g = context->uc_mcontext.gregs;
  note_end(guard, signal, address, (uint64_t)g[REG_RIP], (uint64_t)g[REG_RSP]);
  g[REG_RBX] = (greg_t)guard;
  g[REG_RIP] = (greg_t)heirloom_guard_fault;
  g[REG_EFL] = 0x202;
}

int heirloom_guard_catch(int signal, void *info_raw, void *context) {
  siginfo_t *info = info_raw;
  struct heirloom_guard *guard = heirloom_stay_here.top;
  if (!guard || guard->kernel) return 0;
  leave(guard, signal, signal == SIGABRT ? 0 : (uint64_t)info->si_addr, context);
  return 1;
}

void heirloom_expel(struct heirloom_stay *stay, int thread) {
  stay->expel = 1;
  syscall(SYS_tgkill, getpid(), thread, heirloom_interruption_signal());
}

/* Behind a system call that the signal has ended: it is seldom that a thread holds a lock there. */
static int behind_interrupted_call(const greg_t *g) {
  const unsigned char *code = (const unsigned char *)g[REG_RIP];
  return g[REG_RAX] == -EINTR && code[-2] == 0x0f && code[-1] == 0x05;
}

int heirloom_guard_expel(void *raw) {
  ucontext_t *context = raw;
  struct heirloom_guard *guard = heirloom_stay_here.top;
  if (!heirloom_stay_here.expel || !guard || guard->kernel) return 0;
  const greg_t *g = context->uc_mcontext.gregs;
  if (!in_image((uint64_t)g[REG_RIP]) && !behind_interrupted_call(g)) return 0;
  heirloom_stay_here.expel = 0;
  leave(guard, SIGKILL, 0, context);
  return 1;
}

/* What ends the process or the thread, as modules find it: before the C library's. From a module it ends the stay. */

static volatile int left_exit;

__attribute__((noreturn)) void heirloom_guard_leave(struct heirloom_guard *guard);

static void end_stay(const char *called, const void *from, const void *stack) {
  struct heirloom_guard *guard = heirloom_stay_here.top;
  if (!guard || guard->kernel) return;
  note_end(guard, HEIRLOOM_ENDED_BY_CALL, (uint64_t)called, (uint64_t)from, (uint64_t)stack);
  heirloom_guard_leave(guard);
}
#define END_STAY(name) end_stay(name, __builtin_return_address(0), __builtin_frame_address(0))

static __thread uint64_t stack_end __attribute__((tls_model("initial-exec")));

void heirloom_stack_ends(uint64_t address) { stack_end = address; }

void heirloom_stack_is_threads(void) {
  pthread_attr_t attributes;
  void *address;
  size_t size;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return;
  if (pthread_attr_getstack(&attributes, &address, &size) == 0) stack_end = (uint64_t)address;
  pthread_attr_destroy(&attributes);
}

void heirloom_need_stack(void) {
  const uint64_t room = 64 << 10;
  struct heirloom_guard *guard = heirloom_stay_here.top;
  uint64_t here = (uint64_t)__builtin_frame_address(0);
  if (!guard || guard->kernel || here - stack_end > room) return;
  note_end(guard, SIGSEGV, here, (uint64_t)__builtin_return_address(0), here);
  heirloom_guard_leave(guard);
}

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

__attribute__((noreturn)) void exit(int status) {
  END_STAY("exit");
  if (left_exit) {
    /* A call of exit was left in its middle, and the C library may wait for its end. */
    fflush(0);
    _exit(status);
  }
  ((void (*)(int))next("exit"))(status);
  __builtin_unreachable();
}

__attribute__((noreturn)) void _exit(int status) {
  END_STAY("_exit");
  for (;;) syscall(SYS_exit_group, status);
}

__attribute__((noreturn)) void _Exit(int status) {
  END_STAY("_Exit");
  for (;;) syscall(SYS_exit_group, status);
}

__attribute__((noreturn)) void quick_exit(int status) {
  END_STAY("quick_exit");
  ((void (*)(int))next("quick_exit"))(status);
  __builtin_unreachable();
}

__attribute__((noreturn)) void pthread_exit(void *result) {
  END_STAY("pthread_exit");
  ((void (*)(void *))next("pthread_exit"))(result);
  __builtin_unreachable();
}

static void watch_exit(void) {
  struct heirloom_guard *guard = heirloom_stay_here.top;
  if (!guard || guard->kernel) return;
  left_exit = 1;
  atexit(watch_exit);
  end_stay("exit", 0, __builtin_frame_address(0));
}

void heirloom_watch_exit(void) { atexit(watch_exit); }
