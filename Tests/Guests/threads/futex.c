//: cc -pthread
// futex(2) itself: waking, requeueing, time-outs, errors, between processes too.
#include "test.h"
#include <linux/futex.h>
#include <pthread.h>

static int word, other, woken;
static long futex(int *at, int op, int value, void *timeout, int *second, int third) {
  return syscall(SYS_futex, at, op, value, timeout, second, third);
}

static void *sleeper(void *unused) {
  if (futex(&word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0) == 0) __sync_fetch_and_add(&woken, 1);
  return unused;
}

int main(void) {
  SHOW(futex(&word, FUTEX_WAIT, 1, NULL, NULL, 0));
  struct timespec brief = {0, 10000000};
  SHOW(futex(&word, FUTEX_WAIT, 0, &brief, NULL, 0));
  SHOW(futex(&word, FUTEX_WAKE, 1, NULL, NULL, 0));
  SHOW(futex((int *)((char *)&word + 1), FUTEX_WAIT, 0, NULL, NULL, 0));
  SHOW(futex((int *)16, FUTEX_WAIT, 0, NULL, NULL, 0));
  SHOW(futex(&word, 99, 0, NULL, NULL, 0));
  struct timespec past = {1, 0}, bad = {0, -1};
  SHOW(futex(&word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &past, NULL, -1));
  SHOW(futex(&word, FUTEX_WAIT_BITSET, 0, &past, NULL, 0));
  SHOW(futex(&word, FUTEX_WAIT, 0, &bad, NULL, 0));

  unsigned char *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  pthread_t threads[4];
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, sleeper, NULL);
  sleep_ms(50);
  SHOW(futex(&word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0));
  SHOW(futex(&word, FUTEX_CMP_REQUEUE_PRIVATE, 1, (void *)10, &other, 5));
  SHOW(futex(&word, FUTEX_CMP_REQUEUE_PRIVATE, 1, (void *)10, &other, 0));
  SHOW(futex(&word, FUTEX_WAKE_PRIVATE, 10, NULL, NULL, 0));
  // Code that changes meanwhile does not end a wait: who waits at the second word still does.
  for (int i = 0; i < 100; i++) {
    code[0] = 0xb8, memcpy(code + 1, &i, 4), code[5] = 0xc3; // mov eax, i; ret
    if (((int (*)(void))code)() != i) puts("stale code");
  }
  sleep_ms(20);
  SHOW(futex(&other, FUTEX_WAKE_PRIVATE, 10, NULL, NULL, 0));
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  printf("woken %d\n", woken);

  int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  pid_t child = CHILD({ futex(shared, FUTEX_WAIT, 0, NULL, NULL, 0); 5; });
  while (futex(shared, FUTEX_WAKE, 1, NULL, NULL, 0) == 0) sleep_ms(1);
  show_status("child", wait_for(child));
}
