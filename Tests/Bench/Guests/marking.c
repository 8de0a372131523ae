// marking COUNT: what it costs to know which tasks are inside of a module: a call through a pointer, of a function that does
// nothing, and the same with the marks that Sources/HeirloomKernel/Inheritance/Dispatch.swift makes around it, and with its
// second look at the slot. Prints nanoseconds a call of the first and of the second: the fastest of 100 batches that take turns.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct entry { long (*invoke)(void *entry, void *cpu, void *words); };
// As the kernel has it: the slot is reached through the task's table, and the mark is a word of the task.
static struct task { struct entry **slots; void *inside; } task;

__attribute__((noinline)) static long serve(void *entry, void *cpu, void *words) {
  __asm__ volatile("" : : "r"(entry), "r"(cpu), "r"(words) : "memory");
  return 1;
}

__attribute__((noinline)) static long plain(struct task *task, long number) {
  struct entry *entry = __atomic_load_n(&task->slots[number], __ATOMIC_RELAXED);
  return entry->invoke(entry, task, task);
}

__attribute__((noinline)) static long marked(struct task *task, long number) {
  struct entry *entry = __atomic_load_n(&task->slots[number], __ATOMIC_RELAXED);
  *(void *volatile *)&task->inside = entry;
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  if (__atomic_load_n(&task->slots[number], __ATOMIC_ACQUIRE) != entry) abort();
  long answer = entry->invoke(entry, task, task);
  *(void *volatile *)&task->inside = 0;
  return answer;
}

static double nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(int argc, char **argv) {
  long count = argc > 1 ? atol(argv[1]) : 1000000, sum = 0;
  struct entry entry = {serve}, *slots[64] = {[20] = &entry};
  task.slots = slots;
  struct task *volatile place = &task;
  struct task *it = place;
  double best[2] = {1e18, 1e18};
  for (int batch = 0; batch < 200; batch++) {
    double start = nanoseconds();
    if (batch % 2) for (long i = 0; i < count / 100; i++) sum += marked(it, 20);
    else for (long i = 0; i < count / 100; i++) sum += plain(it, 20);
    double time = nanoseconds() - start;
    if (time < best[batch % 2]) best[batch % 2] = time;
  }
  printf("%.4f %.4f\n", best[0] / (count / 100), best[1] / (count / 100));
  return sum == 0;
}
