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
  uint32_t observes;                      /* not 0: the code is an observer's, which may not act for the task. The caller's */
  uint32_t scratch;                       /* the lowest guest address that compat_alloc_user_space has given; 0: none */
  uint32_t kernel;                        /* not 0: the code has called into the kernel, whose faults are not its own */
  /* What ended the stay; signal 0: the code itself. */
  int32_t signal;
  uint64_t address; /* of a fault; for HEIRLOOM_ENDED_BY_CALL the name of what was called */
  uint64_t rip, rsp;
  uint64_t caller; /* where rip is in no module's image: an address in one that has called it, as far as can be told */
};

/* In place of a signal's number: the code has called what ends a process or a thread. SIGKILL: it was thrown out. */
#define HEIRLOOM_ENDED_BY_CALL 256

/* One host thread's stays. Other threads may look at it as long as the thread cannot end meanwhile. */
struct heirloom_stay {
  struct heirloom_guard *_Nullable volatile top; /* the innermost; 0: it is in no such code */
  volatile uint32_t expel;                       /* not 0: at the next interruption the thread leaves the innermost */
};

/* function(a, b, c, d). After a fault guard->signal is not 0 and the result says nothing.
 * The caller has set owner, kernel and signal. */
long heirloom_guarded_call(struct heirloom_guard *_Nonnull guard, const void *_Nonnull function, const void *_Nullable a,
                           const void *_Nullable b, const void *_Nullable c, const void *_Nullable d);

/* This thread's innermost stay; 0: it is in no such code. */
struct heirloom_guard *_Nullable heirloom_innermost_guard(void);
struct heirloom_stay *_Nonnull heirloom_this_stay(void);

/* From the fault handler: ends the innermost stay. 0: there is none, or the kernel itself has faulted. */
int heirloom_guard_catch(int signal, void *_Nonnull info, void *_Nonnull context);

/* Makes host thread `thread` leave the code of a stay of its own, where it is met in a module's image or in a host call that
 * the interruption ends. One call may meet it elsewhere: ask again until it has left. */
void heirloom_expel(struct heirloom_stay *_Nonnull stay, int thread);
/* From the interruption handler. 0: nobody wants that, or it cannot be here. */
int heirloom_guard_expel(void *_Nonnull context);

/* Ends the innermost stay, as a fault does, where the thread's stack has less room left than kernel code may need: an
 * overflow there could not be survived. To be called by what a module calls, before it does anything. */
void heirloom_need_stack(void);
/* Where this thread's stack ends; for heirloom_need_stack. The other one asks the C library. */
void heirloom_stack_ends(uint64_t address);
void heirloom_stack_is_threads(void);
/* Bytes of a task's kernel stack, its processor at the top included. */
#define HEIRLOOM_KERNEL_STACK (256 << 10)

/* Where modules' images stand: their code may be left anywhere, a library's may hold a lock. */
void heirloom_note_image(unsigned long base, unsigned long size);
void heirloom_forget_image(unsigned long base);
/* The base of an image that dlopen has given. */
unsigned long heirloom_image_base(void *_Nonnull handle);

/* Catches exit(3) where the C library itself calls it: err(3), error(3). Once, at start. */
void heirloom_watch_exit(void);

/* Between libffi and a handler: function(a, b, c, d, e, f), called by Microsoft's convention with the function first. */
void heirloom_to_system_v(void);
