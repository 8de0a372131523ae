//: cc -pthread
// Condition variables, barriers, read-write locks, semaphores, once.
#include "test.h"
#include <pthread.h>
#include <semaphore.h>

enum { items = 5000 };
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER, emptied = PTHREAD_COND_INITIALIZER;
static int queue[8], count, rounds;
static pthread_barrier_t barrier;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static sem_t semaphore;
static void first(void) { printf("once\n"); }

static void *produce(void *unused) {
  for (int i = 1; i <= items; i++) {
    pthread_mutex_lock(&mutex);
    while (count == 8) pthread_cond_wait(&emptied, &mutex);
    queue[count++] = i;
    pthread_cond_signal(&filled);
    pthread_mutex_unlock(&mutex);
  }
  return unused;
}

static void *consume(void *unused) {
  (void)unused;
  long sum = 0;
  for (int i = 0; i < items; i++) {
    pthread_mutex_lock(&mutex);
    while (count == 0) pthread_cond_wait(&filled, &mutex);
    sum += queue[--count];
    pthread_cond_signal(&emptied);
    pthread_mutex_unlock(&mutex);
  }
  return (void *)sum;
}

static void *march(void *unused) {
  pthread_once(&once, first);
  for (int i = 0; i < 200; i++) {
    if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) rounds++;
    pthread_rwlock_rdlock(&rwlock), pthread_rwlock_unlock(&rwlock);
    if (i % 50 == 0) pthread_rwlock_wrlock(&rwlock), pthread_rwlock_unlock(&rwlock);
  }
  sem_post(&semaphore);
  return unused;
}

int main(void) {
  pthread_t a, b, marching[4];
  void *sum;
  pthread_create(&a, NULL, produce, NULL), pthread_create(&b, NULL, consume, NULL);
  pthread_join(a, NULL), pthread_join(b, &sum);
  printf("sum %ld\n", (long)sum);
  pthread_barrier_init(&barrier, NULL, 4), sem_init(&semaphore, 0, 0);
  for (int i = 0; i < 4; i++) pthread_create(&marching[i], NULL, march, NULL);
  for (int i = 0; i < 4; i++) sem_wait(&semaphore);
  for (int i = 0; i < 4; i++) pthread_join(marching[i], NULL);
  printf("rounds %d\n", rounds);
  struct timespec soon;
  clock_gettime(CLOCK_REALTIME, &soon);
  soon.tv_nsec += 20000000;
  if (soon.tv_nsec >= 1000000000) soon.tv_sec++, soon.tv_nsec -= 1000000000;
  pthread_mutex_lock(&mutex);
  printf("timed out %d\n", pthread_cond_timedwait(&filled, &mutex, &soon) == ETIMEDOUT);
  printf("busy %d\n", pthread_mutex_trylock(&mutex) == EBUSY);
}
