//: cc -msse2
// The floating-point state is the interrupted program's again after a handler.
#include "test.h"

static volatile double sink;
static void clobber(int sig) {
  (void)sig;
  asm volatile("fninit; fldpi; fldpi; pcmpeqd %%xmm0, %%xmm0; movaps %%xmm0, %%xmm7" ::: "xmm0", "xmm7");
  unsigned mxcsr = 0x1f80 | 0x6000;
  asm volatile("ldmxcsr %0" ::"m"(mxcsr));
  sink = 1.0;
}

int main(void) {
  signal(SIGUSR1, clobber);
  unsigned short control = 0x027f, after;
  unsigned mxcsr = 0x1fc0, mxcsr_after, pid = getpid(), words[4];
  double st0;
  asm volatile(
      "fldcw %4; ldmxcsr %5; fld1; fldl2e; movd %6, %%xmm0; pshufd $0, %%xmm0, %%xmm0; movaps %%xmm0, %%xmm7;"
      "movl $37, %%eax; movl %6, %%ebx; movl $10, %%ecx; int $0x80;"
      "fstpl %0; fstp %%st(0); fnstcw %1; stmxcsr %2; movups %%xmm7, %3"
      : "=m"(st0), "=m"(after), "=m"(mxcsr_after), "=m"(words)
      : "m"(control), "m"(mxcsr), "m"(pid)
      : "eax", "ebx", "ecx", "xmm0", "xmm7", "memory");
  printf("st0 %.15f, control %x, mxcsr %x\n", st0, after, mxcsr_after & 0xffc0);
  CHECK(words[0] == pid && words[3] == pid);
}
