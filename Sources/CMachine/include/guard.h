/* Calls into code that is not trusted to be right: a module's. */
#pragma once
#include <stdint.h>

/* One stay in such code. guard.S knows the places of the first two fields, and sets them. */
struct heirloom_guard {
  struct heirloom_guard *_Nullable outer; /* the stay that this one is nested in */
  uint64_t saved[6];                      /* rsp rbp r12-r15 */
  const void *_Nullable owner;            /* whose code it is; the caller's */
  void *_Nullable entry;                  /* the table's entry that has led here; 0: none. The caller's */
  const uint32_t *_Nullable words;        /* what it was called with, in SAVE_ALL's order. The caller's */
  uint32_t kernel;                        /* not 0: the code has called into the kernel, whose faults are not its own */
  /* What ended the stay; signal 0: the code itself. */
  int32_t signal;
  uint64_t address;
  uint64_t rip;
};

/* function(a, b, c, d). After a fault guard->signal is not 0 and the result says nothing.
 * The caller has set owner, kernel and signal. */
long heirloom_guarded_call(struct heirloom_guard *_Nonnull guard, const void *_Nonnull function, const void *_Nullable a,
                           const void *_Nullable b, const void *_Nullable c, const void *_Nullable d);

/* This thread's innermost stay; 0: it is in no such code. */
struct heirloom_guard *_Nullable heirloom_innermost_guard(void);

/* From the fault handler: ends the innermost stay. 0: there is none, or the kernel itself has faulted. */
int heirloom_guard_catch(int signal, void *_Nonnull info, void *_Nonnull context);

/* Between libffi and a handler: function(a, b, c, d, e, f), called by Microsoft's convention with the function first. */
void heirloom_to_system_v(void);
