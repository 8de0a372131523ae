/* Host faults inside a guarded call. */
#define _GNU_SOURCE
#include "guard.h"
#include <signal.h>
#include <stddef.h>
#include <ucontext.h>

_Static_assert(offsetof(struct heirloom_guard, outer) == 0, "guard.S");
_Static_assert(offsetof(struct heirloom_guard, saved) == 8, "guard.S");

__thread struct heirloom_guard *heirloom_guard_top __attribute__((tls_model("initial-exec")));

extern char heirloom_guard_fault[];

struct heirloom_guard *heirloom_innermost_guard(void) { return heirloom_guard_top; }

int heirloom_guard_catch(int signal, void *info_raw, void *context_raw) {
  siginfo_t *info = info_raw;
  ucontext_t *context = context_raw;
  struct heirloom_guard *guard = heirloom_guard_top;
  if (!guard || guard->kernel) return 0;
  greg_t *g = context->uc_mcontext.gregs;
  guard->signal = signal;
  guard->address = (uint64_t)info->si_addr;
  guard->rip = (uint64_t)g[REG_RIP];
  g[REG_RBX] = (greg_t)guard;
  g[REG_RIP] = (greg_t)heirloom_guard_fault;
  g[REG_EFL] = 0x202;
  return 1;
}
