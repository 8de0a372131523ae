//: cc -pthread
//: also dynamic
// Eight threads with a mutex, atomics and thread-local data, computing all the while.
#include "test.h"
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static long guarded;
static int atomic;
static __thread int own;

static unsigned fib(unsigned n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
static int by_value(const void *a, const void *b) { return *(int *)a - *(int *)b; }

static void *work(void *argument) {
  int id = (int)argument;
  unsigned result = 0;
  for (int i = 0; i < 20000; i++) {
    pthread_mutex_lock(&mutex);
    guarded++;
    pthread_mutex_unlock(&mutex);
    __sync_fetch_and_add(&atomic, 1);
    own += id;
  }
  for (int i = 0; i < 1000; i++) {
    char text[100];
    int values[50];
    sprintf(text, "%d %x %f", i, i * id, i * 0.5);
    result += strlen(text);
    for (int k = 0; k < 50; k++) values[k] = (k * 7919 * id + i) % 997;
    qsort(values, 50, sizeof *values, by_value);
    result += values[25];
  }
  return (void *)(result + fib(20) + own);
}

int main(void) {
  pthread_t threads[8];
  unsigned sum = 0;
  for (int i = 0; i < 8; i++) pthread_create(&threads[i], NULL, work, (void *)(i + 1));
  for (int i = 0; i < 8; i++) {
    void *result;
    pthread_join(threads[i], &result);
    sum += (unsigned)result;
  }
  printf("%ld %d %d %u\n", guarded, atomic, own, sum);
}
