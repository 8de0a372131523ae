//: cc -fno-optimize-sibling-calls
// Calls that go deep, calls that never return, returns that were never called.
#include "test.h"
#include <setjmp.h>

static int __attribute__((noinline)) deep(int n) { volatile int x = n; return n ? deep(n - 1) + x : 0; }
static jmp_buf back;
static void __attribute__((noinline)) leap(int n) { if (n) leap(n - 1); else longjmp(back, 1); }
static unsigned ackermann(unsigned m, unsigned n) {
  return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}

int main(void) {
  printf("%d\n", deep(100000));
  unsigned top = 0;
  asm volatile("mov $3000000, %%ecx; 1: call 2f; ud2; 2: pop %%eax; dec %%ecx; jnz 1b" : "=a"(top)::"ecx");
  printf("%d\n", top != 0);
  asm volatile("mov $3000000, %%ecx; 1: push $2f; ret; ud2; 2: dec %%ecx; jnz 1b" ::: "ecx");
  volatile int jumps = 0;
  for (volatile int i = 0; i < 100000; i++) if (!setjmp(back)) leap(5); else jumps++;
  printf("%d %u\n", jumps, ackermann(3, 6));
}
