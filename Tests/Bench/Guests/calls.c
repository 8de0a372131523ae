// calls NUMBER COUNT: makes one system call COUNT times, with small arguments, and prints nanoseconds a call: the fastest of
// 100 batches, so that what interrupts one does not count. Built for i386, where it uses int $0x80, and for x86-64, where it
// uses syscall.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static long call(long number) {
  long result;
#ifdef __i386__
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(0), "c"(0), "d"(0) : "memory");
#else
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(0), "S"(0), "d"(0) : "rcx", "r11", "memory");
#endif
  return result;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

int main(int argc, char **argv) {
  if (argc != 3) return 64;
  long number = atol(argv[1]), count = atol(argv[2]);
  for (long i = 0; i < count / 10; i++) call(number); // warm up
  double best = 1e18;
  for (int batch = 0; batch < 100; batch++) {
    double start = now();
    for (long i = 0; i < count / 100; i++) call(number);
    double time = now() - start;
    if (time < best) best = time;
  }
  printf("%.4f\n", best / (count / 100));
}
