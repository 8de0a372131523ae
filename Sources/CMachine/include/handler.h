/* A Swift closure, called without a reference count: it lives for ever in the default table.
 *
 * Swift loads a closure from memory together with a retain and a release of its context, which cost as much as the call. */
#pragma once
#include <stdint.h>

/* How Swift stores a closure: its function, and the context that the function takes in a register of its own. */
struct heirloom_handler {
  void *_Nonnull function;
  void *_Nullable context;
};

static inline long heirloom_call_handler(const struct heirloom_handler *_Nonnull handler, void *_Nonnull task,
                                         const uint32_t *_Nonnull words) {
  typedef __attribute__((swiftcall)) long (*function)(void *, const uint32_t *,
                                                      __attribute__((swift_context)) void *);
  return ((function)handler->function)(task, words, handler->context);
}
