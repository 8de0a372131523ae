//: cc -O1 -mno-sse
// Handlers within handlers, on the normal and the alternate stack: which are let in, what FPU and SSE state each begins with and
// gives back, and what leaving several by one siglongjmp leaves behind.
#include "test.h"
#include <setjmp.h>
#include <ucontext.h>

static char *alternate; // 64 KiB, and nothing below
static sigjmp_buf back;
static volatile int depth, deepest;

static int is_alternate(void *at) { return (char *)at >= alternate && (char *)at < alternate + 65536; }

struct fpu { unsigned short control, status, tags; unsigned mxcsr, xmm0, xmm7; double top; };

static struct fpu read_fpu(void) {
  struct fpu fpu;
  struct { unsigned short words[14]; } environment;
  __asm__ volatile("fnstenv %0; fldenv %0" : "=m"(environment));
  fpu.control = environment.words[0], fpu.status = environment.words[2] & 0xff3f, fpu.tags = environment.words[4];
  __asm__ volatile("stmxcsr %0; movd %%xmm0, %1; movd %%xmm7, %2" : "=m"(fpu.mxcsr), "=m"(fpu.xmm0), "=m"(fpu.xmm7));
  fpu.top = 0;
  if (fpu.tags != 0xffff) __asm__ volatile("fstl %0" : "=m"(fpu.top));
  return fpu;
}

static void show_fpu(const char *what, struct fpu fpu) {
  printf("%s: control %x status %x tags %x top %g mxcsr %x xmm %x %x\n", what, fpu.control, fpu.status, fpu.tags, fpu.top, fpu.mxcsr,
         fpu.xmm0, fpu.xmm7);
}

// A state that tells its number.
static void load_fpu(unsigned number) {
  unsigned short control = 0x37f & ~(number & 3) << 8 | (number & 3) << 10;
  unsigned mxcsr = 0x1f80 | (number & 3) << 13;
  __asm__ volatile("fninit; fldcw %0; ldmxcsr %1; fildl %2; movd %2, %%xmm0; movd %2, %%xmm7" ::"m"(control), "m"(mxcsr), "m"(number));
}

static int pid;
// Without a function of the library's, which would change the FPU's state.
static inline __attribute__((always_inline)) int RAISE(int sig) {
  int answer;
  __asm__ volatile("int $0x80" : "=a"(answer) : "a"(37), "b"(pid), "c"(sig) : "memory");
  return answer;
}

static void recurse(int sig, siginfo_t *info, void *context) {
  int local;
  struct fpu at_entry = read_fpu();
  int level = ++depth;
  if (level > deepest) deepest = level;
  load_fpu(level * 16 + level);
  struct fpu mine = read_fpu();
  if (level < 4) RAISE(sig == SIGUSR1 ? SIGUSR2 : SIGUSR1);
  struct fpu after = read_fpu();
  char text[60];
  sprintf(text, "%s, level %d%s, begins", sigabbrev_np(sig), level, is_alternate(&local) ? " (alternate)" : "");
  show_fpu(text, at_entry);
  sprintf(text, "  goes on %s", memcmp(&mine, &after, sizeof mine) ? "DIFFERENTLY" : "as it was");
  show_fpu(text, after);
  depth--;
}

static void jump(int sig, siginfo_t *info, void *context) {
  load_fpu(0x55);
  if (++depth < 5) RAISE(SIGUSR1);
  siglongjmp(back, depth);
}

// What the interrupted program gets is what the handler leaves in the frame.
static void change(int sig, siginfo_t *info, void *context) {
  unsigned char *fx = (unsigned char *)((ucontext_t *)context)->uc_mcontext.fpregs + 112;
  show_fpu("the handler itself", read_fpu());
  printf("frame: control %x status %x tags %x mxcsr %x xmm %x %x st0 %x%08x\n", *(unsigned short *)fx, *(unsigned short *)(fx + 2), fx[4],
         *(unsigned *)(fx + 24), *(unsigned *)(fx + 160), *(unsigned *)(fx + 160 + 7 * 16), *(unsigned *)(fx + 36), *(unsigned *)(fx + 32));
  *(unsigned *)(fx + 160) = 0xabc, *(unsigned *)(fx + 160 + 7 * 16) = 0xdef, *(unsigned *)(fx + 24) = 0x3f80;
  load_fpu(3);
}

static void fault_again(int sig, siginfo_t *info, void *context) {
  if (++depth < 3) *(volatile int *)0 = 1;
  siglongjmp(back, depth);
}

// Once it has left the stack at its lower end, it is no longer on it: the next fault's handler begins at the top again.
static void overflow(int sig, siginfo_t *info, void *context) {
  volatile char room[4096];
  if (++depth > 40) _exit(depth == 41 ? 3 : 4);
  room[0] = 1;
  overflow(sig, info, context);
  room[1] = 2;
}

static void set(int sig, void (*handler)(int, siginfo_t *, void *), int flags, int blocked) {
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};
  if (blocked) sigaddset(&action.sa_mask, blocked);
  sigaction(sig, &action, NULL);
}

static void show_mask(const char *what) {
  sigset_t mask, pending;
  stack_t stack;
  sigprocmask(SIG_SETMASK, NULL, &mask), sigpending(&pending), sigaltstack(NULL, &stack);
  printf("%s: blocked USR1 %d USR2 %d SEGV %d, pending USR1 %d USR2 %d, stack's flags %d\n", what, sigismember(&mask, SIGUSR1),
         sigismember(&mask, SIGUSR2), sigismember(&mask, SIGSEGV), sigismember(&pending, SIGUSR1), sigismember(&pending, SIGUSR2), stack.ss_flags);
}

static int raised; // once a test

static void order(int sig, siginfo_t *info, void *context) {
  printf("%s begins at depth %d\n", sigabbrev_np(sig), depth++);
  show_mask("  in it");
  if (!raised++) RAISE(SIGUSR2), RAISE(SIGUSR1), puts("  raised both"), fflush(stdout);
  printf("%s ends at depth %d\n", sigabbrev_np(sig), --depth);
}

static void once(int sig, siginfo_t *info, void *context) {
  struct sigaction now;
  sigaction(sig, NULL, &now);
  printf("once: %s now\n", now.sa_handler == SIG_DFL ? "default" : "still set");
}

static void show_frame(int sig, siginfo_t *info, void *context) {
  int local;
  stack_t now, *then = &((ucontext_t *)context)->uc_stack;
  sigaltstack(NULL, &now);
  printf("%s: on it %d, flags %x, in the frame %x %u\n", sigabbrev_np(sig), is_alternate(&local), now.ss_flags, then->ss_flags, (unsigned)then->ss_size);
  if (sig == SIGUSR1) RAISE(SIGUSR2);
}

static void disarmed(int sig, siginfo_t *info, void *context) {
  int local;
  stack_t now, mine = {.ss_sp = alternate, .ss_size = 16384};
  sigaltstack(NULL, &now);
  printf("disarmed: on it %d, flags now %x, in the frame %x\n", is_alternate(&local), now.ss_flags, ((ucontext_t *)context)->uc_stack.ss_flags);
  printf("may be set in it: %d\n", sigaltstack(&mine, NULL));
}

static void disarmed_plain(int sig) {
  int local;
  printf("plain: on it %d\n", is_alternate(&local));
}

int main(void) {
  pid = getpid();
  alternate = mmap((void *)0x50000000, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  stack_t stack = {.ss_sp = alternate, .ss_size = 65536};
  sigaltstack(&stack, NULL);

  set(SIGUSR1, recurse, SA_NODEFER, 0), set(SIGUSR2, recurse, SA_NODEFER | SA_ONSTACK, 0);
  load_fpu(0x77);
  struct fpu before = read_fpu();
  RAISE(SIGUSR1);
  struct fpu after = read_fpu();
  show_fpu("before", before), show_fpu("after", after);
  depth = 0, RAISE(SIGUSR2);
  printf("deepest %d\n", deepest);

  puts("-- left by siglongjmp");
  set(SIGUSR1, jump, SA_ONSTACK, 0);
  for (int i = 0; i < 3; i++) {
    depth = i ? 4 : 4 - i, load_fpu(0x99);
    int from = sigsetjmp(back, 1);
    if (!from) RAISE(SIGUSR1);
    printf("from depth %d", from), show_fpu(", FPU", read_fpu()), show_mask("mask");
  }
  set(SIGUSR1, jump, SA_ONSTACK | SA_NODEFER, 0);
  depth = 0, load_fpu(0x99);
  int from = sigsetjmp(back, 1);
  if (!from) RAISE(SIGUSR1);
  printf("from depth %d", from), show_fpu(", FPU", read_fpu()), show_mask("mask");

  puts("-- the frame");
  set(SIGUSR1, change, 0, 0);
  load_fpu(0x1234);
  RAISE(SIGUSR1);
  show_fpu("behind it", read_fpu());
  __asm__ volatile("fninit; ldmxcsr %0" ::"m"((unsigned){0x1f80}));
  RAISE(SIGUSR1);
  show_fpu("from an empty one", read_fpu());
  __asm__ volatile("fninit; ldmxcsr %0" ::"m"((unsigned){0x1f80}));

  puts("-- which are let in");
  depth = raised = 0, set(SIGUSR1, order, 0, 0), set(SIGUSR2, order, 0, 0), RAISE(SIGUSR1);
  puts("the other is blocked:");
  depth = raised = 0, set(SIGUSR1, order, 0, SIGUSR2), RAISE(SIGUSR1);
  puts("not itself:");
  depth = raised = 0, set(SIGUSR1, order, SA_NODEFER, SIGUSR2), RAISE(SIGUSR1);
  puts("on the other stack:");
  depth = raised = 0, set(SIGUSR1, order, SA_ONSTACK, 0), set(SIGUSR2, order, SA_ONSTACK, 0), RAISE(SIGUSR1);
  set(SIGUSR1, once, SA_RESETHAND, 0), RAISE(SIGUSR1);

  puts("-- faults in handlers");
  set(SIGSEGV, fault_again, SA_NODEFER | SA_ONSTACK, 0);
  depth = 0, from = sigsetjmp(back, 1);
  if (!from) *(volatile int *)0 = 1;
  printf("from depth %d\n", from), show_mask("mask");
  show_status("blocked itself", wait_for(CHILD({
    set(SIGSEGV, fault_again, SA_ONSTACK, 0), depth = 0;
    if (!sigsetjmp(back, 1)) *(volatile int *)0 = 1;
    7;
  })));
  show_status("the alternate stack is full", wait_for(CHILD({ depth = 0, set(SIGSEGV, overflow, SA_ONSTACK | SA_NODEFER, 0), *(volatile int *)0 = 1; })));
  show_status("no stack at all", wait_for(CHILD({
    set(SIGSEGV, fault_again, 0, 0), depth = 9;
    __asm__ volatile("xor %%esp, %%esp; push %%eax" ::: "memory");
    7;
  })));
  stack.ss_sp = (void *)0x1000, sigaltstack(&stack, NULL);
  show_status("the alternate stack is not there", wait_for(CHILD({ set(SIGSEGV, fault_again, SA_ONSTACK, 0), *(volatile int *)0 = 1; 7; })));
  show_status("nor for another signal", wait_for(CHILD({ set(SIGUSR1, once, SA_ONSTACK, 0); pid = getpid(), RAISE(SIGUSR1); 7; })));

  puts("-- disarmed while it is in use");
  stack = (stack_t){.ss_sp = alternate, .ss_size = 65536, .ss_flags = (int)0x80000000};
  SHOW(sigaltstack(&stack, NULL));
  set(SIGUSR1, disarmed, SA_ONSTACK, 0), RAISE(SIGUSR1);
  sigaltstack(NULL, &stack);
  printf("afterwards: flags %x size %u\n", stack.ss_flags, (unsigned)stack.ss_size);
  // Another signal finds none, so it stays on it; and one without SA_SIGINFO does not bring it back.
  set(SIGUSR1, show_frame, SA_ONSTACK, 0), set(SIGUSR2, show_frame, SA_ONSTACK, 0), RAISE(SIGUSR1);
  set(SIGUSR1, show_frame, 0, 0), RAISE(SIGUSR1);
  stack.ss_flags = SS_ONSTACK, SHOW(sigaltstack(&stack, NULL)), RAISE(SIGUSR2);
  stack.ss_flags = SS_DISABLE | (int)0x80000000, SHOW(sigaltstack(&stack, NULL)), RAISE(SIGUSR2);
  sigaltstack(NULL, &stack), printf("disabled: flags %x size %u\n", stack.ss_flags, (unsigned)stack.ss_size);
  stack = (stack_t){.ss_sp = alternate, .ss_size = 65536, .ss_flags = (int)0x80000000};
  sigaltstack(&stack, NULL);
  struct sigaction plain = {.sa_handler = disarmed_plain, .sa_flags = SA_ONSTACK};
  sigaction(SIGUSR1, &plain, NULL), RAISE(SIGUSR1);
  sigaltstack(NULL, &stack), printf("after a plain handler: flags %x size %u\n", stack.ss_flags, (unsigned)stack.ss_size);
}
