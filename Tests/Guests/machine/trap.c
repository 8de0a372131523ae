//: cc -O1
// Single steps, with all that a debugger sees at each: of repeated string instructions, of what loads and stores the flags, of
// calls, faults and jumps; begun and ended by handlers; with SIGTRAP blocked or ignored.
#include "test.h"
#include <setjmp.h>
#include <ucontext.h>

static struct step {
  int signal, code;
  unsigned eip, eax, ecx, edx, esi, edi, esp, flags;
} steps[200];
static int count, ends_at = 200;
unsigned begin, top;
char from[64] = "the quick brown fox jumps over the lazy dog", to[64];
char *page; // and nothing behind it

static void on_step(int sig, siginfo_t *info, void *context) {
  greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;
  if (count < 200)
    steps[count++] = (struct step){sig, info->si_code, g[REG_EIP] - begin, g[REG_EAX], g[REG_ECX], g[REG_EDX], g[REG_ESI] - (unsigned)from,
                                   g[REG_EDI] - (unsigned)to, g[REG_ESP] - top, g[REG_EFL] & 0x244fd5};
  if (sig != SIGTRAP && sig != SIGUSR1) g[REG_EIP] = g[REG_EBP]; // where the row goes on after a fault
  if (count >= ends_at) g[REG_EFL] &= ~0x100;
}

static void show_steps(const char *what) {
  printf("%s\n", what);
  for (int i = 0; i < count; i++) {
    struct step *s = &steps[i];
    printf("  %s %x +%x eax %x ecx %x edx %x esi %x edi %x esp %d flags %x\n", sigabbrev_np(s->signal), s->code, s->eip, s->eax,
           s->ecx, s->edx, s->esi, s->edi, (int)s->esp, s->flags);
  }
  fflush(stdout);
}

// TF is set and cleared on both sides of the code; ebp says where it goes on after a fault.
#define STEP(code)                                                                                             \
  ({                                                                                                           \
    count = 0;                                                                                                 \
    __asm__ volatile("push %%ebp; movl $1f, begin; movl %%esp, top; mov $from, %%esi; mov $to, %%edi; mov $3, %%eax;" \
                     "mov $4, %%ecx; xor %%edx, %%edx; mov $8f, %%ebp; cld; pushf; orl $0x100, (%%esp); popf\n"       \
                     "1: " code "\n8: pushf; andl $~0x100, (%%esp); popf; nop; mov top, %%esp; cld; pop %%ebp"        \
                     ::: "eax", "ebx", "ecx", "edx", "esi", "edi", "memory", "cc");                            \
    show_steps(code);                                                                                          \
  })

static void begin_steps(int sig, siginfo_t *info, void *context) {
  greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;
  g[REG_EFL] |= 0x100;
  on_step(sig, info, context);
}

static void hide(int signal, void (*how)(int)) {
  struct sigaction action = {.sa_handler = how};
  sigaction(signal, &action, NULL);
}

int main(void) {
  struct sigaction action = {.sa_sigaction = on_step, .sa_flags = SA_SIGINFO | SA_NODEFER};
  int sigs[] = {SIGTRAP, SIGSEGV, SIGILL, SIGFPE, SIGBUS, SIGUSR1};
  for (int i = 0; i < 6; i++) sigaction(sigs[i], &action, NULL);
  page = mmap((void *)0x50000000, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

  puts("-- strings");
  STEP("rep movsb");
  STEP("rep movsl; nop");
  STEP("xor %%ecx, %%ecx; rep movsb; nop");
  STEP("movsw; lodsb; stosb; scasb; cmpsb");
  STEP("mov $9, %%ecx; mov $' ', %%al; mov %%esi, %%edi; repne scasb");
  STEP("mov $8, %%ecx; mov %%esi, %%edi; movb $'T', to; mov $to, %%edi; repe cmpsb");
  STEP("std; lea 40(%%esi), %%esi; lea 40(%%edi), %%edi; rep stosw; cld");
  STEP("mov page, %%edi; add $4094, %%edi; rep stosb"); // it faults in the middle
  STEP("mov page, %%esi; add $4092, %%esi; rep lodsw");
  STEP("rep nop; rep bsf %%eax, %%edx");

  puts("-- flags");
  STEP("pushf; pop %%edx");
  STEP("pushfw; popw %%dx");
  STEP("pushf; popf; nop");
  STEP("pushf; andl $~0x100, (%%esp); popf; nop; nop; inc %%eax");
  STEP("pushf; andl $~0x100, (%%esp); popf; nop; pushf; orl $0x100, (%%esp); popf; inc %%eax; inc %%eax");
  STEP("pushfw; andw $~0x100, (%%esp); popfw; inc %%eax");
  STEP("pushf; orl $0x240cd5, (%%esp); popf; nop; push $2; popf");
  STEP("stc; cmc; std; cld; lahf; sahf");

  puts("-- calls of the kernel");
  STEP("mov $9999, %%eax; int $0x80; inc %%edx");
  STEP("mov $20, %%eax; int $0x80; xor %%eax, %%eax");
  STEP("mov $20, %%eax; int $0x80; mov %%ss, %%eax; mov %%eax, %%ss; int3; nop");
  STEP("int3; nop");
  STEP("int $3; nop");
  STEP("mov $0x7fffffff, %%edx; inc %%edx; into; nop"); // its trap goes on behind the row


  puts("-- jumps");
  STEP("call 2f; nop; jmp 3f; 2: inc %%edx; ret; 3: nop");
  STEP("2: loop 2b; jecxz 3f; nop; 3: jz 4f; 4: jnz 5f; 5: nop");
  STEP("push $2f; ret; nop; 2: mov $3f, %%edx; jmp *%%edx; nop; 3: nop");
  STEP("push $2f; call *(%%esp); jmp 3f; 2: ret $4; 3: nop");
  STEP("ljmp $0x23, $2f; 2: nop");
  STEP("lcall $0x23, $2f; jmp 3f; 2: lret; 3: nop");
  STEP("pushf; push $0x23; push $2f; iret; nop; 2: nop");
  STEP("pushf; andl $~0x100, (%%esp); push $0x23; push $2f; iret; nop; 2: nop; nop");
  STEP("push %%ebp; enter $8, $0; leave; pop %%ebp");
  STEP("call 2f; 2: pop %%edx; xor %%edx, %%edx");

  puts("-- what holds the trap back, and what else is one step");
  STEP("mov %%ss, %%eax; mov %%eax, %%ss; inc %%edx; nop");
  STEP("mov %%ss, %%eax; push %%eax; pop %%ss; inc %%edx; nop");
  STEP("mov %%ss, %%eax; mov %%eax, %%ss; mov %%eax, %%ss; inc %%edx");
  STEP("mov %%ds, %%eax; mov %%eax, %%ds; push %%ds; pop %%es; mov %%gs, %%eax; mov %%eax, %%gs; xor %%eax, %%eax");
  STEP("pusha; popa; xchg %%eax, %%edx");
  STEP("mov $10, %%al; aam; aad; daa; .byte 0xd6; bound %%eax, to+40"); // the last one's bounds are 0 and 0
  STEP("fld1; fldpi; faddp; fstpl to+16; fwait; fninit");
  STEP("cvtsi2sd %%ecx, %%xmm0; movsd %%xmm0, to+16; cvttsd2si %%xmm0, %%edx; movd %%edx, %%mm0; emms");
  STEP("lock incl to; xadd %%ecx, to; cmpxchg8b to; bswap %%eax; movl $0, to; xor %%eax, %%eax");

  puts("-- faults");
  STEP("inc %%edx; ud2; nop");
  STEP("inc %%edx; hlt; nop");
  STEP("xor %%ecx, %%ecx; div %%ecx; nop");
  STEP("mov 0, %%ecx; nop");
  STEP("push %%eax; pop 0; nop");
  STEP("int $0x81; nop");
  STEP("mov $0x1234, %%edx; mov %%edx, %%gs; nop");

  puts("-- begun and ended by handlers");
  action.sa_sigaction = begin_steps, sigaction(SIGUSR1, &action, NULL);
  count = 0, ends_at = 6;
  int pid = getpid(), result;
  __asm__ volatile("movl %%esp, top; movl $1f, begin; mov $from, %%esi; mov $to, %%edi; cmp %%eax, %%eax; int $0x80; 1: mov $7, %%eax; mov $8, %%ecx;"
                   "xor %%edx, %%edx; inc %%edx; inc %%edx; inc %%edx; inc %%edx"
                   : "=a"(result) : "a"(37), "b"(pid), "c"(SIGUSR1), "d"(0) : "esi", "edi", "memory");
  show_steps("kill, whose handler sets TF; the fifth step clears it");
  ends_at = 200, action.sa_sigaction = on_step, sigaction(SIGUSR1, &action, NULL);
  count = 0;
  __asm__ volatile("movl %%esp, top; movl $1f, begin; mov $from, %%esi; mov $to, %%edi; cmp %%eax, %%eax; pushf; orl $0x100, (%%esp); popf;"
                   "int $0x80; 1: mov $7, %%eax; mov $8, %%ecx; xor %%edx, %%edx; pushf; andl $~0x100, (%%esp); popf"
                   : "=a"(result) : "a"(37), "b"(pid), "c"(SIGUSR1), "d"(0) : "esi", "edi", "memory");
  show_steps("kill under TF");
  // Handlers are not stepped themselves, and a handler's own TF is its own.
  unsigned flags;
  __asm__ volatile("pushf; pop %0" : "=r"(flags));
  CHECK(!(flags & 0x100));

  puts("-- what ends the process");
  sigset_t trap;
  sigemptyset(&trap), sigaddset(&trap, SIGTRAP);
  show_status("blocked", wait_for(CHILD({ sigprocmask(SIG_BLOCK, &trap, NULL); STEP("nop"); 7; })));
  show_status("ignored", wait_for(CHILD({ hide(SIGTRAP, SIG_IGN); STEP("nop"); 7; })));
  show_status("default", wait_for(CHILD({ hide(SIGTRAP, SIG_DFL); STEP("nop"); 7; })));
  show_status("int3 blocked", wait_for(CHILD({ sigprocmask(SIG_BLOCK, &trap, NULL); __asm__ volatile("int3"); 7; })));
  show_status("int3 ignored", wait_for(CHILD({ hide(SIGTRAP, SIG_IGN); __asm__ volatile("int3"); 7; })));
  // A child begins with its parent's TF.
  int inherited = wait_for(CHILD({
    count = 0;
    __asm__ volatile("pushf; orl $0x100, (%%esp); popf; int $0x80; nop; nop; pushf; andl $~0x100, (%%esp); popf" : "=a"(result) : "a"(2) : "memory");
    int status = 0, mine = count;
    if (result) waitpid(result, &status, 0);
    result ? mine * 16 + (WEXITSTATUS(status) & 15) : (mine & 15);
  }));
  show_status("steps over a fork, of parent and child", inherited);
}
