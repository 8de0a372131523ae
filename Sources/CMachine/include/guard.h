/* Calls into code that is not trusted to be right: a module's. */
#pragma once
#include <stdint.h>

/* One guarded call; guard.S knows the first eight fields' places. */
struct heirloom_guard {
  struct heirloom_guard *_Nullable outer;
  uint64_t saved[7]; /* rbx rbp r12 r13 r14 r15 rsp */
  /* What ended the call. */
  int32_t signal;
  uint64_t address;
  uint64_t rip;
};

int heirloom_guarded_call(struct heirloom_guard *_Nonnull guard, void (*_Nonnull function)(void *_Nullable),
                          void *_Nullable argument);

/* From the fault handler: ends the innermost guarded call of this thread. 0: there is none. */
int heirloom_guard_catch(int signal, void *_Nonnull info, void *_Nonnull context);
