/* The host's kernel, called without libc's errno and cancellation. */
#pragma once
#include "returns.h"

static inline long heirloom_host_call(long number, long a, long b, long c, long d, long e, long f) {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall\n\t"
                   "lea -128(%%rsp), %%rsp\n\t" /* the compiler may keep something below the stack pointer */
                   HEIRLOOM_TEXT(HEIRLOOM_FILL_RETURNS) "\n\t"
                   "lea 128+" HEIRLOOM_TEXT(HEIRLOOM_FILL_BYTES) "(%%rsp), %%rsp"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

#include <stdint.h>

/* Words that several host threads change. */
static inline uint32_t heirloom_atomic_or(volatile uint32_t *_Nonnull word, uint32_t bits) {
  return __atomic_fetch_or(word, bits, __ATOMIC_SEQ_CST);
}
static inline uint32_t heirloom_atomic_and(volatile uint32_t *_Nonnull word, uint32_t bits) {
  return __atomic_fetch_and(word, bits, __ATOMIC_SEQ_CST);
}
static inline uint32_t heirloom_atomic_add(volatile uint32_t *_Nonnull word, uint32_t count) {
  return __atomic_fetch_add(word, count, __ATOMIC_SEQ_CST);
}
static inline uint64_t heirloom_atomic_add64(volatile uint64_t *_Nonnull word, uint64_t count) {
  return __atomic_fetch_add(word, count, __ATOMIC_RELAXED);
}
static inline uint32_t heirloom_atomic_load(const volatile uint32_t *_Nonnull word) {
  return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

#include <pthread.h>

/* A GNU extension that the Swift overlay does not show. */
int pthread_tryjoin_np(pthread_t thread, void *_Nullable *_Nullable result);

/* Whether a joinable thread has ended; if so it is joined. */
static inline int heirloom_thread_has_ended(pthread_t thread) { return pthread_tryjoin_np(thread, 0) == 0; }

static inline void heirloom_atomic_store_pointer(void *_Nullable *_Nonnull place, void *_Nullable value) {
  __atomic_store_n(place, value, __ATOMIC_RELEASE);
}
static inline void *_Nullable heirloom_atomic_load_pointer(void *_Nullable const *_Nonnull place) {
  return __atomic_load_n(place, __ATOMIC_ACQUIRE);
}
/* Stores `value` where nothing is stored yet. Returns what another has stored before; 0: this one has. */
static inline void *_Nullable heirloom_atomic_set_once(void *_Nullable *_Nonnull place, void *_Nonnull value) {
  void *seen = 0;
  return __atomic_compare_exchange_n(place, &seen, value, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) ? 0 : seen;
}
/* Whether `place` held `expected`; it then holds `desired`. */
static inline int heirloom_atomic_replace_pointer(void *_Nullable *_Nonnull place, void *_Nullable expected,
                                                  void *_Nullable desired) {
  return __atomic_compare_exchange_n(place, &expected, desired, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}
/* Keeps the compiler from moving memory accesses across. */
static inline void heirloom_compiler_barrier(void) { __atomic_signal_fence(__ATOMIC_SEQ_CST); }
