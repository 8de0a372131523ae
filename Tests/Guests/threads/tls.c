//: cc -pthread
//: also dynamic
// Thread-local storage, keys with destructors, errno of one's own.
#include "test.h"
#include <pthread.h>

static __thread int initialised = 42;
static __thread char zero[3000];
static pthread_key_t key;
static int destroyed;
static void destroy(void *value) { __sync_fetch_and_add(&destroyed, (int)value); }

static void *work(void *argument) {
  int id = (int)argument, ok = initialised == 42 && zero[2999] == 0;
  initialised = id, zero[2999] = id;
  pthread_setspecific(key, (void *)id);
  close(-1);
  for (int i = 0; i < 100; i++) {
    sched_yield();
    ok &= initialised == id && zero[2999] == id && errno == EBADF && (int)pthread_getspecific(key) == id;
  }
  return (void *)ok;
}

int main(void) {
  pthread_t threads[10];
  pthread_key_create(&key, destroy);
  int ok = 0;
  for (int i = 0; i < 10; i++) pthread_create(&threads[i], NULL, work, (void *)(i + 1));
  for (int i = 0; i < 10; i++) { void *result; pthread_join(threads[i], &result); ok += (int)result; }
  printf("ok %d, destroyed %d, ours %d\n", ok, destroyed, initialised);
  // The segment survives fork.
  initialised = 7;
  show_status("child", wait_for(CHILD(initialised)));
}
