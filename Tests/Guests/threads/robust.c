//: cc -pthread
// A robust mutex whose owner dies, in another thread and in another process.
#include "test.h"
#include <pthread.h>

static void *hold(void *mutex) { pthread_mutex_lock(mutex); return NULL; }

int main(void) {
  pthread_mutex_t *mutex = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  pthread_mutex_init(mutex, &attributes);
  pthread_t thread;
  pthread_create(&thread, NULL, hold, mutex), pthread_join(thread, NULL);
  printf("thread: %s\n", strerrorname_np(pthread_mutex_lock(mutex)));
  pthread_mutex_consistent(mutex), pthread_mutex_unlock(mutex);
  wait_for(CHILD({ hold(mutex); 0; }));
  printf("process: %s\n", strerrorname_np(pthread_mutex_lock(mutex)));
}
