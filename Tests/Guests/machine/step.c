/* Single steps: the places that TF reports, over calls, strings, system calls, faults and jumps out of the handler. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

static struct { uint32_t at; int signal, code; } steps[400];
static int count;
static sigjmp_buf out;
extern char begin[], end[];
char from[16] = "fifteen letters", to[16];

static void handler(int signal, siginfo_t *info, void *raw) {
  greg_t *g = ((ucontext_t *)raw)->uc_mcontext.gregs;
  if (count < 400) {
    steps[count].at = (uint32_t)g[REG_EIP] - (uint32_t)begin;
    steps[count].signal = signal;
    steps[count++].code = info->si_code | (g[REG_EFL] & 0x100) << 8 | (info->si_addr == (void *)g[REG_EIP] ? 0 : 1 << 20);
  }
  if (signal == SIGSEGV) g[REG_EIP] += 6; /* movl 0, %ecx */
  if (signal == SIGILL) siglongjmp(out, 1);
  if (g[REG_EIP] == (greg_t)end) g[REG_EFL] &= ~0x100;
}

__attribute__((noinline)) static void traced(void) {
  __asm__ volatile(
      "begin: pushf\n orl $0x100, (%%esp)\n popf\n"
      "nop\n mov $20, %%eax\n int $0x80\n mov %%eax, %%edx\n inc %%edx\n"
      "call 2f\n mov $4, %%ecx\n mov $from, %%esi\n mov $to, %%edi\n rep movsl\n"
      "mov $3, %%ecx\n1: loop 1b\n"
      "xor %%eax, %%eax\n cpuid\n pushf\n pop %%eax\n mov %%eax, %%ebx\n andl $0x100, %%ebx\n"
      "mov 0, %%ecx\n"
      "mov %%ss, %%eax\n mov %%eax, %%ss\n inc %%eax\n inc %%eax\n"
      "push %%eax\n pop %%ecx\n .byte 0xd4, 10\n int3\n jmp 3f\n"
      "2: push $2\n pop %%eax\n ret\n"
      "3: fld1\n fstp %%st(0)\n sub $128, %%esp\n fnstenv (%%esp)\n add $128, %%esp\n nop\n end: nop\n"
      ::
      : "eax", "ebx", "ecx", "edx", "esi", "edi", "memory");
}

__attribute__((noinline)) static void falls(void) {
  __asm__ volatile("pushf\n orl $0x100, (%%esp)\n popf\n nop\n ud2" ::: "memory");
}

int main(void) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_NODEFER};
  sigaction(SIGTRAP, &action, 0);
  sigaction(SIGSEGV, &action, 0);
  sigaction(SIGILL, &action, 0);
  traced();
  for (int i = 0; i < count; i++) printf("%x signal %d code %x\n", steps[i].at, steps[i].signal, steps[i].code);
  count = 0;
  if (!sigsetjmp(out, 1)) falls();
  uint32_t flags;
  __asm__ volatile("pushf; pop %0" : "=r"(flags));
  printf("out by longjmp after %d: TF %x\n", count, flags & 0x100);
  return 0;
}
