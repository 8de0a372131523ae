/* What reaches over the end of a segment that has more memory behind it, for its beginning is not at 0: instructions that store or
 * load a state in parts look at each part alone. What the manuals leave open here is an AMD's. */
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <cpuid.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

enum { BEGIN = 0x50001000, PAGE = 4096 };

static sigjmp_buf back;
static struct { int signal, code, vector; uint32_t address; } fault;

static void caught(int signal, siginfo_t *info, void *context) {
  fault.signal = signal, fault.code = info->si_code, fault.address = (uint32_t)info->si_addr;
  fault.vector = ((ucontext_t *)context)->uc_mcontext.gregs[REG_TRAPNO];
  siglongjmp(back, 1);
}

/* Where the instruction gets through, and how it fails elsewhere. */
#define TRY(text, first, step, last) \
  for (volatile int at = first; at <= last; at += step) { \
    memset(&fault, 0, sizeof fault); \
    if (!sigsetjmp(back, 1)) __asm__ volatile("fninit; fld1; " text ::"d"(-at) : "memory"); \
    __asm__ volatile("fninit"); \
    printf("%s at %d: signal %d code %x vector %d address %x\n", text, -at, fault.signal, fault.code, fault.vector, fault.address); \
  }

static void try_all(int before, int behind) {
  printf("protection %d before, %d behind\n", before, behind);
  mprotect((void *)(BEGIN - PAGE), PAGE, before);
  mprotect((void *)BEGIN, PAGE, behind);
  if (before == PROT_NONE || behind == PROT_NONE) {
    TRY("fldt %%fs:(%%edx)", 7, 1, 10);
    TRY("fstpt %%fs:(%%edx)", 7, 1, 10);
  }
  TRY("fnstenv %%fs:(%%edx)", 1, 1, 30);
  TRY("data16 fnstenv %%fs:(%%edx)", 1, 1, 16);
  TRY("fnsave %%fs:(%%edx)", 1, 1, 110);
  TRY("data16 fnsave %%fs:(%%edx)", 1, 1, 96);
  TRY("fxsave %%fs:(%%edx)", 16, 16, 512);
  TRY("fxsave %%fs:(%%edx)", 1, 7, 64);
  TRY("fxrstor %%fs:(%%edx)", 16, 16, 512);
}

int main(void) {
  uint32_t words[4] = {0};
  __cpuid(0, words[0], words[1], words[2], words[3]);
  if (words[2] != signature_AMD_ecx) return 0;
  char *memory = mmap((void *)(BEGIN - PAGE), 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  memset(memory, 0, 2 * PAGE);
  struct sigaction action = {.sa_sigaction = caught, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, 0);
  sigaction(SIGBUS, &action, 0);
  struct user_desc area = {.entry_number = 13, .base_addr = BEGIN, .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1};
  if (syscall(SYS_set_thread_area, &area)) return 1;
  __asm__("mov %0, %%fs" ::"r"(13 * 8 + 3));
  try_all(PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE);
  try_all(PROT_READ | PROT_WRITE, PROT_NONE);
  try_all(PROT_NONE, PROT_READ | PROT_WRITE);
  try_all(PROT_NONE, PROT_NONE);
  try_all(PROT_READ, PROT_READ | PROT_WRITE);
  try_all(PROT_READ | PROT_WRITE, PROT_READ);
  return 0;
}
