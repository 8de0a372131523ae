/* Signal frames that a handler has changed, and frames that nobody made: what sigreturn takes from them. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

static sigjmp_buf back;
static uint32_t own_gs;
static const char *change;
static uint32_t value;
static unsigned char alternate[65536];

#define CHANGES(text) !strcmp(change, text)

/* struct _fpstate_32: the FSAVE image, status and magic, and the FXSAVE image. */
static unsigned char *fpstate(ucontext_t *context) { return (unsigned char *)context->uc_mcontext.fpregs; }

static void changes(int signal, siginfo_t *info, void *raw) {
  (void)signal; (void)info;
  ucontext_t *context = raw;
  greg_t *g = context->uc_mcontext.gregs;
  unsigned char *fpu = fpstate(context);
  if (CHANGES("cs")) g[REG_CS] = (int)value;
  if (CHANGES("ss")) g[REG_SS] = (int)value;
  if (CHANGES("gs")) g[REG_GS] = (int)value;
  if (CHANGES("fs")) g[REG_FS] = (int)value;
  if (CHANGES("eflags")) g[REG_EFL] = (int)value;
  if (CHANGES("esp")) g[REG_ESP] = (int)value;
  if (CHANGES("eip")) g[REG_EIP] = (int)value;
  if (CHANGES("fpstate")) context->uc_mcontext.fpregs = (void *)value;
  if (CHANGES("control word")) *(uint16_t *)fpu = (uint16_t)value;
  if (CHANGES("control word of the second image")) *(uint16_t *)(fpu + 112) = (uint16_t)value;
  if (CHANGES("st0")) fpu[28 + 7] = 0xc0;
  if (CHANGES("st0 of the second image")) fpu[112 + 32 + 7] = 0xe0;
  if (CHANGES("tags")) *(uint32_t *)(fpu + 8) = 0xffffffff;
  if (CHANGES("magic")) *(uint16_t *)(fpu + 110) = 0xffff;
  if (CHANGES("mxcsr")) *(uint32_t *)(fpu + 112 + 24) = value;
  if (CHANGES("xmm3")) *(uint32_t *)(fpu + 112 + 160 + 48) = value;
}

static void fails(int signal, siginfo_t *info, void *raw) {
  greg_t *g = ((ucontext_t *)raw)->uc_mcontext.gregs;
  uint32_t flags;
  __asm__ volatile("pushf; pop %0; push $0x202; popf; mov %1, %%gs" : "=&r"(flags) : "r"(own_gs));
  printf("  signal %d code %x trap %d error %x cs %x ss %x, in the handler DF %x TF %x\n", signal, info->si_code, g[REG_TRAPNO],
         g[REG_ERR], g[REG_CS], g[REG_SS], flags & 0x400, flags & 0x100);
  siglongjmp(back, 1);
}

static void test(const char *what, uint32_t number) {
  change = what;
  value = number;
  printf("%s %x\n", what, number);
  fflush(stdout);
  if (sigsetjmp(back, 1)) return;
  static uint32_t flags, mxcsr, xmm[4] __attribute__((aligned(16)));
  static uint16_t control, status, gs, fs;
  static long double top;
  __asm__ volatile("fninit; fldpi; ldmxcsr %0; movups %1, %%xmm3" ::"m"((uint32_t){0x1f80}), "m"((uint32_t[4]){1, 2, 3, 4}));
  __asm__ volatile(
      "cld; int3\n"
      "pushf; pop %0; push $0x202; popf; mov %%gs, %1; mov %%fs, %2; mov %7, %%gs; mov %8, %%fs; cld\n"
      "fnstcw %3; fnstsw %4; stmxcsr %5; movups %%xmm3, %6\n"
      : "=m"(flags), "=m"(gs), "=m"(fs), "=m"(control), "=m"(status), "=m"(mxcsr), "=m"(xmm)
      : "r"(own_gs), "r"(0)
      : "memory");
  __asm__ volatile("fninit; ldmxcsr %0" ::"m"((uint32_t){0x1f80}));
  (void)top;
  printf("  flags %x gs %x fs %x control %x status %x mxcsr %x xmm3 %x %x\n", flags & 0x257fd7, gs == own_gs ? 0 : gs, fs, control,
         status, mxcsr, xmm[0], xmm[1]);
}

/* st0 behind the handler, where it is not popped. */
static void test_top(const char *what) {
  change = what;
  unsigned char top[10] = {0};
  if (sigsetjmp(back, 1)) return;
  __asm__ volatile("fninit; fldpi; int3; fstpt %0; fninit" : "=m"(top));
  printf("%s: ", what);
  for (int i = 9; i >= 0; i--) printf("%02x", top[i]);
  printf("\n");
}

/* What a frame tells of the x87's last instruction, whose exception is pending: the kernel has it in the 64-bit form. */
static float operands[] = {0, 1};

static void shows_notes(int signal, siginfo_t *info, void *raw) {
  (void)info;
  uint32_t *fpu = (uint32_t *)fpstate(raw), *extended = fpu + 28;
  printf("  signal %d selectors %x %x operand %x; opcode %x %x operand %x %x\n", signal, fpu[4], fpu[6], fpu[5] - (uint32_t)operands,
         extended[1] >> 16, extended[3], extended[4] - (uint32_t)operands, extended[5]);
  siglongjmp(back, 1);
}

#define TEST_NOTES(code) \
  do { \
    printf("%s\n", code); \
    if (!sigsetjmp(back, 1)) \
      __asm__ volatile("fninit; fldcw %0; fld1; " code "; fwait; ud2" ::"m"((uint16_t){0x37b}), "d"(operands)); \
    __asm__ volatile("fninit"); \
  } while (0)

static void test_notes(void) {
  struct sigaction action = {.sa_sigaction = shows_notes, .sa_flags = SA_SIGINFO}, old;
  sigaction(SIGFPE, &action, &old);
  TEST_NOTES("fdivs (%%edx)");
  TEST_NOTES("fdivs %%cs:(%%edx)");
  TEST_NOTES("flds 4(%%edx); fldz; fdivrp");
  TEST_NOTES("flds %%cs:4(%%edx); fldz; fdivrp");
  sigaction(SIGFPE, &old, 0);
}

static void call_sigreturn(uint32_t esp, uint32_t number) {
  printf("sigreturn %d of a frame at %x\n", number, esp);
  fflush(stdout);
  if (sigsetjmp(back, 1)) return;
  __asm__ volatile("mov %0, %%esp; int $0x80; ud2" ::"r"(esp), "a"(number));
}

int main(void) {
  stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  sigaltstack(&stack, 0);
  struct sigaction action = {.sa_sigaction = changes, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigaction(SIGTRAP, &action, 0);
  action.sa_sigaction = fails;
  action.sa_flags |= SA_NODEFER;
  sigaction(SIGSEGV, &action, 0);
  sigaction(SIGBUS, &action, 0);
  sigaction(SIGILL, &action, 0);
  sigaction(SIGFPE, &action, 0);
  __asm__("mov %%gs, %0" : "=r"(own_gs));
  test("nothing", 0);
  static const uint32_t code[] = {0x23, 0x20, 0, 3, 0x2b, 0x10, 0x18, 0x63, 0x1234, 0xffff};
  for (unsigned i = 0; i < sizeof code / sizeof *code; i++) test("cs", code[i]);
  static const uint32_t data[] = {0x2b, 0x28, 0, 3, 0x23, 0x10, 0x1234};
  for (unsigned i = 0; i < sizeof data / sizeof *data; i++) test("ss", data[i]);
  static const uint32_t segments[] = {0, 3, 0x2b, 0x28, 0x23, 0x18, 0x73, 0x1234, 0xffff};
  for (unsigned i = 0; i < sizeof segments / sizeof *segments; i++) test("gs", segments[i]), test("fs", segments[i]);
  static const uint32_t flags[] = {0, 0xcd7, 0x3000, 0x4000, 0x10000, 0x20000, 0x200000, 0x180000, 0x40000};
  for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++) test("eflags", flags[i]);
  test("eip", 0xc0000000);
  test("eip", 0);
  test("fpstate", 0);
  test("fpstate", 0xdeadbee0);
  test("control word", 0x27f);
  test("control word of the second image", 0x27f);
  test("mxcsr", 0x3f80);
  test("mxcsr", 0x80001f80);
  test("xmm3", 0x77);
  test("tags", 0);
  test("magic", 0);
  test_top("nothing");
  test_top("st0");
  test_top("st0 of the second image");
  test_notes();
  call_sigreturn(0, 119);
  call_sigreturn(0xfffffff0, 119);
  call_sigreturn(0x1000, 173);
  char *zeroes = mmap((void *)0x50000000, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  call_sigreturn((uint32_t)zeroes + 4096, 119);
  call_sigreturn((uint32_t)zeroes + 4096, 173);
  call_sigreturn((uint32_t)zeroes + 8192 - 40, 119);
  printf("end\n");
  return 0;
}
