// mprotect: what may be done with a page, and what a fault says.
#include "test.h"
#include <setjmp.h>
#include <ucontext.h>

#define PAGE 4096

static sigjmp_buf fault;
static char *base;

static void on_fault(int sig, siginfo_t *info, void *context) {
  printf("%s code %d at +%d, write %d\n", sigabbrev_np(sig), info->si_code, (int)((char *)info->si_addr - base),
         (int)((ucontext_t *)context)->uc_mcontext.gregs[REG_ERR] >> 1 & 1);
  siglongjmp(fault, 1);
}

static void try_read(char *at) { if (!sigsetjmp(fault, 1)) printf("read %d\n", *(volatile char *)at); }
static void try_write(char *at) { if (!sigsetjmp(fault, 1)) *(volatile char *)at = 9, printf("written\n"); }
static void try_run(char *at) { if (!sigsetjmp(fault, 1)) printf("ran %d\n", ((int (*)(void))at)()); }

int main(void) {
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, NULL);
  base = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  base[10] = 5, base[PAGE] = 6;
  SHOW(mprotect(base, PAGE, PROT_READ));
  try_read(base + 10), try_write(base + 11), try_write(base + PAGE);
  SHOW(mprotect(base, 2 * PAGE, PROT_NONE));
  try_read(base + 10), try_write(base + PAGE + 7), try_read(base + 2 * PAGE);
  SHOW(mprotect(base, 2 * PAGE, PROT_READ | PROT_WRITE));
  try_read(base + 10), try_write(base);
  // A write that crosses into a closed page changes nothing.
  SHOW(mprotect(base + PAGE, PAGE, PROT_NONE));
  if (!sigsetjmp(fault, 1)) *(volatile int *)(base + PAGE - 2) = -1;
  printf("%d %d\n", base[PAGE - 2], base[PAGE - 1]);

  memcpy(base + 2 * PAGE, "\xb8\x2a\0\0\0\xc3", 6); // mov eax, 42; ret
  SHOW(mprotect(base + 2 * PAGE, PAGE, PROT_READ | PROT_EXEC));
  try_run(base + 2 * PAGE), try_write(base + 2 * PAGE + 1);
  SHOW(mprotect(base + 2 * PAGE, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC));
  base[2 * PAGE + 1] = 43;
  try_run(base + 2 * PAGE);
  SHOW(mprotect(base + 2 * PAGE, PAGE, PROT_NONE));
  try_run(base + 2 * PAGE);
  SHOW(munmap(base + 2 * PAGE, PAGE));
  try_run(base + 2 * PAGE);

  SHOW(mprotect(base + 1, PAGE, PROT_READ));
  SHOW(mprotect(base + PAGE, 2 * PAGE, PROT_READ)); // a hole within
  SHOW(mprotect(base, PAGE, 0x100));
  SHOW(mprotect(base, 0, PROT_READ));
  int fd = open("f", O_RDWR | O_CREAT, 0600);
  ftruncate(fd, PAGE), close(fd);
  fd = open("f", O_RDONLY);
  char *shared = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
  SHOW(mprotect(shared, PAGE, PROT_READ | PROT_WRITE));
  // From the stack's lowest page on; nothing else grows down, and nothing up.
  int on_stack;
  char *page = (char *)((uintptr_t)&on_stack & -PAGE);
  SHOW(mprotect(page, PAGE, PROT_READ | PROT_WRITE | PROT_GROWSDOWN));
  SHOW(mprotect(base, PAGE, PROT_READ | PROT_WRITE | PROT_GROWSDOWN));
  SHOW(mprotect(page, PAGE, PROT_READ | PROT_WRITE | PROT_GROWSUP));
  SHOW(mprotect(base, PAGE, PROT_READ | PROT_WRITE | 0x100));
  CHECK(mmap(base, PAGE, PROT_READ | PROT_WRITE | PROT_GROWSDOWN | 0x100, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == base);
  // System calls answer EFAULT where the program would fault.
  SHOW(mprotect(base, PAGE, PROT_READ));
  int fds[2];
  pipe(fds);
  SHOW(write(fds[1], base + PAGE, 1));
  SHOW(write(fds[1], base, 1));
  SHOW(read(fds[0], base, 1));
  SHOW(pipe((int *)base));
  SHOW(syscall(SYS_nanosleep, 0xfffffff0, NULL));
}
