/* Runs pieces of i386 code on the real processor and tells what they did: what the machine's tests compare with.
 *
 *   native rows        the rows of rows.S: a line each, name, tab, code in hex
 *   native run SIZE    stdin: pieces of SIZE bytes; stdout: a struct outcome for each
 *
 * Piece number i stands at CODE + i * SIZE. It ends by its first signal; int3 is the peaceful way. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <asm/ldt.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>
#include "places.h"

struct outcome {
  uint32_t signal, code, address, vector, error;
  uint32_t eip, eax, ecx, edx, ebx, esp, ebp, esi, edi, eflags;
  uint32_t memory, fpu;
};

static struct outcome outcome;
static sigjmp_buf back;
static uint32_t own_gs;
static unsigned char image[512] __attribute__((aligned(16)));

static uint32_t hash(uint32_t seed, const void *at, size_t count) {
  const unsigned char *bytes = at;
  for (size_t i = 0; i < count; i++) seed = (seed ^ bytes[i]) * 16777619;
  return seed;
}

static void fill(unsigned char *page, unsigned seed) {
  for (unsigned i = 0; i < 4096; i++) page[i] = (unsigned char)(i * 7 + seed + (i >> 5));
}

static void handler(int signal, siginfo_t *info, void *raw) {
  __asm__ volatile("mov %0, %%gs; mov %1, %%fs; pushf; andl $~0x40000, (%%esp); popf" ::"r"(own_gs), "r"(0) : "memory");
  ucontext_t *context = raw;
  greg_t *g = context->uc_mcontext.gregs;
  /* The FXSAVE image stands behind the older one (asm/sigcontext.h, struct _fpstate_32). */
  unsigned char *fx = (unsigned char *)context->uc_mcontext.fpregs + 112;
  uint32_t fpu = hash(2166136261u, fx, 4);
  fpu = hash(fpu, fx + 24, 4);
  for (int i = 0; i < 8; i++) fpu = hash(fpu, fx + 32 + 16 * i, 10);
  fpu = hash(fpu, fx + 160, 128);
  outcome = (struct outcome){
      .signal = signal, .code = info->si_code, .address = (uint32_t)info->si_addr, .vector = g[REG_TRAPNO],
      .error = g[REG_ERR], .eip = g[REG_EIP], .eax = g[REG_EAX], .ecx = g[REG_ECX], .edx = g[REG_EDX],
      .ebx = g[REG_EBX], .esp = g[REG_ESP], .ebp = g[REG_EBP], .esi = g[REG_ESI], .edi = g[REG_EDI],
      .eflags = g[REG_EFL] & FLAGS, .fpu = fpu};
  siglongjmp(back, 1);
}

uint32_t target; /* seen by name, for no register is left */

__attribute__((noinline)) static void enter(uint32_t at) {
  target = at;
  __asm__ volatile(
      "mov %%ds, %%eax; mov %%eax, %%gs\n"
      "fxrstor %[image]\n"
      "push $" TEXT(START_EFLAGS) "; popf\n"
      "mov $" TEXT(START_ECX) ", %%ecx; mov $" TEXT(START_EDX) ", %%edx; mov $" TEXT(START_EBX) ", %%ebx\n"
      "mov $" TEXT(START_ESI) ", %%esi; mov $" TEXT(START_EDI) ", %%edi; mov $" TEXT(START_EBP) ", %%ebp\n"
      "mov $" TEXT(START_ESP) ", %%esp; mov $" TEXT(START_EAX) ", %%eax\n"
      "jmp *target\n"
      :: [image] "m"(image)
      : "memory");
}

static void map(uint32_t at, size_t size, int protection) {
  if (mmap((void *)at, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == MAP_FAILED) {
    perror("native: mmap");
    exit(1);
  }
}

static void run(unsigned size) {
  static unsigned char alternate[65536];
  stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  sigaltstack(&stack, 0);
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGALRM};
  for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, 0);
  __asm__("mov %%gs, %0" : "=r"(own_gs));
  struct user_desc area = {
      .entry_number = AREA >> 3, .base_addr = DATA, .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1};
  syscall(SYS_set_thread_area, &area);
  map(CODE, CODE_SIZE, 7);
  map(DATA, 4096, 3);
  map(READ_ONLY, 4096, 1);
  /* Whether a page that was never touched counts as there is a matter of chance. */
  (void)*(volatile char *)READ_ONLY;
  map(STACK, 4096, 3);
  *(uint16_t *)image = 0x37f;
  *(uint32_t *)(image + 24) = 0x1f80;
  for (int i = 0; i < 128; i++) image[160 + i] = (unsigned char)(i * 5 + 1);
  memset((void *)CODE, 0xcc, CODE_SIZE);
  unsigned count = 0;
  while ((count + 1) * size <= CODE_SIZE && fread((void *)(CODE + count * size), size, 1, stdin) == 1) count++;
  for (unsigned volatile i = 0; i < count; i++) {
    fill((unsigned char *)DATA, 1);
    fill((unsigned char *)STACK, 2);
    alarm(2);
    if (sigsetjmp(back, 0) == 0) enter(CODE + i * size);
    __asm__ volatile("cld");
    outcome.memory = 2166136261u;
    for (int at = 0; at < 4096; at += 4)
      outcome.memory = (outcome.memory ^ *(uint32_t *)(DATA + at) ^ *(uint32_t *)(STACK + at) << 7) * 16777619;
    fwrite(&outcome, sizeof outcome, 1, stdout);
  }
}

struct row { const char *name; const unsigned char *begin, *end; };
extern const struct row rows[], rows_end[];

int main(int count, char **words) {
  if (count == 2 && !strcmp(words[1], "rows")) {
    for (const struct row *row = rows; row < rows_end; row++) {
      printf("%s\t", row->name);
      for (const unsigned char *byte = row->begin; byte < row->end; byte++) printf("%02x", *byte);
      printf("\n");
    }
  } else if (count == 3 && !strcmp(words[1], "run")) {
    run((unsigned)atoi(words[2]));
  } else {
    return 2;
  }
  return 0;
}
