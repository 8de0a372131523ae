/* Runs batches of random i386 code on the real processor, for the machine's fuzzer.
 *
 *   server FILE    FILE is shared memory, laid out as Layout.swift says; each byte on stdin is answered by one on stdout
 *                  when the cases that struct request tells have been run
 *
 * A case ends by its first signal. Nothing but the pipe's two calls gets past the system call filter, for random code
 * calls what it likes. */
#define _GNU_SOURCE
#include <asm/ldt.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum {
  CODE = 0x10000000, SLOT = 128, SLOT_DISTANCE = 256, DATA = 0x20000000, DATA_SIZE = 8192, READ_ONLY = 0x20004000, STACK = 0x30000000,
  STACK_SIZE = 4096, CASES = 4096, AREA = 0x6b, FLAGS = 0x277fd7,
  FPU_AT = 4096, FPU_COUNT = 16, DATA_AT = FPU_AT + FPU_COUNT * 512, STACK_AT = DATA_AT + DATA_SIZE,
  INPUT_AT = STACK_AT + STACK_SIZE, INPUT = 64, OUTPUT_AT = INPUT_AT + CASES * INPUT, OUTPUT = 320,
  COMMON_CODE_AT = OUTPUT_AT + CASES * OUTPUT, CODE_AT = COMMON_CODE_AT + 4096, MEMORY_AT = CODE_AT + CASES * SLOT,
  MEMORY = DATA_SIZE + STACK_SIZE,
  CODE_SIZE = 4096 + CASES * SLOT_DISTANCE, TICK = 500000 /* ns */, LOOP = 300000,
};

struct input { uint32_t eax, ecx, edx, ebx, esp, ebp, esi, edi, eflags, fpu, gs, fs, place, memory /* number of its slot and 1; 0 is none */; };
/* At the beginning of the shared memory. */
struct request {
  uint32_t count;      /* cases whose code is put in place */
  uint32_t first, end; /* those to run */
};
struct output {
  uint32_t signal, code, address, vector, error, eip, regs[8], eflags, segments, control, tags, mxcsr, data, stack;
  uint8_t st[8][10], xmm[8][16];
  uint32_t data_segments; /* not compared: es and ds; whether a tick of the timer came in between */
  uint32_t ticked;
};

_Static_assert(sizeof(struct input) <= INPUT && sizeof(struct output) <= OUTPUT, "shared memory");

static sigjmp_buf back;
static uint32_t own_gs;
static volatile uint32_t current, seen = -1;
static int64_t since;
struct input next;
uint32_t target, image;
static struct output result;
static const char *shared; /* what cases write to is no other case's */
static int file;

static uint32_t hash(const uint32_t *words, unsigned count) {
  uint32_t a = 1, b = 2, c = 3, d = 4;
  for (unsigned i = 0; i < count; i += 4) {
    a = (a ^ words[i]) * 16777619;
    b = (b ^ words[i + 1]) * 16777619;
    c = (c ^ words[i + 2]) * 16777619;
    d = (d ^ words[i + 3]) * 16777619;
  }
  return ((a * 31 ^ b) * 31 ^ c) * 31 ^ d;
}

static uint32_t address(uint32_t place) { return CODE + 4096 + place * SLOT_DISTANCE; }

static int64_t used(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1000000000ll + time.tv_nsec;
}

static void handler(int signal, siginfo_t *info, void *raw) {
  /* Alignment checks are the case's only. */
  __asm__ volatile("pushf; andl $~0x40000, (%%esp); popf" ::: "memory", "cc");
  ucontext_t *context = raw;
  greg_t *g = context->uc_mcontext.gregs;
  __asm__ volatile("mov %0, %%gs; mov %1, %%fs; cld" ::"r"(own_gs), "r"(0) : "memory");
  if (signal == SIGVTALRM) {
    /* Cases last microseconds: one that uses more between two ticks is a loop. */
    uint32_t eip = g[REG_EIP];
    if (eip < CODE || eip >= CODE + CODE_SIZE) return;
    if (seen != current) since = used();
    if (seen != current || used() - since < LOOP) {
      seen = current;
      return;
    }
  }
  unsigned char *fx = (unsigned char *)context->uc_mcontext.fpregs + 112;
  struct output *o = &result;
  *o = (struct output){
      .signal = signal, .code = info->si_code, .address = (uint32_t)info->si_addr, .vector = g[REG_TRAPNO],
      .error = g[REG_ERR], .eip = g[REG_EIP],
      .regs = {g[REG_EAX], g[REG_ECX], g[REG_EDX], g[REG_EBX], g[REG_ESP], g[REG_EBP], g[REG_ESI], g[REG_EDI]},
      .eflags = g[REG_EFL] & FLAGS, .segments = (g[REG_GS] & 0xffff) << 16 | (g[REG_FS] & 0xffff),
      .control = *(uint32_t *)fx, .tags = fx[4], .mxcsr = *(uint32_t *)(fx + 24), .ticked = seen == current};
  for (int i = 0; i < 8; i++) memcpy(o->st[i], fx + 32 + 16 * i, 10);
  memcpy(o->xmm, fx + 160, 128);
  o->data_segments = (g[REG_ES] & 0xffff) << 16 | (g[REG_DS] & 0xffff);
  siglongjmp(back, 1);
}

__attribute__((noinline, naked)) static void enter(void) {
  __asm__("pusha\n"
          "mov image, %eax; fxrstor (%eax)\n"
          "mov next+40, %eax; mov %eax, %gs; mov next+44, %eax; mov %eax, %fs\n"
          "push next+32; popf\n"
          "mov next+4, %ecx; mov next+8, %edx; mov next+12, %ebx; mov next+16, %esp; mov next+20, %ebp\n"
          "mov next+24, %esi; mov next+28, %edi; mov next, %eax\n"
          "jmp *target\n");
}

static void check(int failed, const char *what) {
  if (!failed) return;
  perror(what);
  exit(1);
}

static void map(uint32_t at, size_t size, int protection) {
  check(mmap((void *)at, size, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE | MAP_POPULATE, -1, 0) == MAP_FAILED, "mmap");
}

static void set_up(const char *path) {
  static unsigned char alternate[65536];
  /* Threads of a test block signals, and a child begins with their mask. */
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, 0);
  stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
  sigaltstack(&stack, 0);
  struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGVTALRM, SIGSYS};
  for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, 0);
  __asm__("mov %%gs, %0" : "=r"(own_gs));
  struct user_desc area = {
      .entry_number = AREA >> 3, .base_addr = DATA, .limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1, .useable = 1};
  check(syscall(SYS_set_thread_area, &area), "set_thread_area");
  file = open(path, O_RDWR);
  check(file < 0, path);
  /* Elsewhere in each server, as their own code. */
  shared = mmap((void *)((uint32_t)set_up > 0x60000000 ? 0xbb357000 : 0x8b357000), MEMORY_AT, PROT_READ, MAP_SHARED | MAP_POPULATE, file, 0);
  check(shared == MAP_FAILED, path);
  map(CODE, CODE_SIZE, 7);
  memset((void *)CODE, 0xcc, CODE_SIZE);
  memcpy((void *)CODE, shared + COMMON_CODE_AT, 4096);
  map(DATA, DATA_SIZE, 3);
  map(READ_ONLY, 4096, 1);
  map(STACK, STACK_SIZE, 3);
  (void)*(volatile char *)READ_ONLY;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* The stack that the kernel made stands where cases look for nothing. */
static void leave_stack(void (*next)(void)) {
  static char own[65536] __attribute__((aligned(16)));
  unsigned long from = 0, to = 0;
  char line[256];
  FILE *maps = fopen("/proc/self/maps", "r");
  check(!maps, "/proc/self/maps");
  while (fgets(line, sizeof line, maps))
    if (strstr(line, "[stack]")) sscanf(line, "%lx-%lx", &from, &to);
  fclose(maps);
  __asm__ volatile("mov %0, %%esp; push %3; push %2; push %1; call munmap; add $8, %%esp; pop %%eax; call *%%eax; hlt" ::"r"(
      own + sizeof own - 16), "r"(from), "r"(to - from), "r"(next));
}

static void filter_calls(void) {
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x40000003, 0, 11), /* AUDIT_ARCH_I386 */
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_read, 8, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pwrite64, 7, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 6, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 5, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_gettime, 4, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_gettime64, 3, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_rt_sigreturn, 2, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_sigreturn, 1, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
  };
  struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "prctl");
  check(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), "seccomp");
}

static void put(const void *from, size_t size, off_t at) {
  while (pwrite(file, from, size, at) < 0 && errno == EINTR) {}
}

static void serve(void) {
  timer_t timer;
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGVTALRM};
  struct itimerspec tick = {.it_interval = {.tv_nsec = TICK}, .it_value = {.tv_nsec = TICK}};
  check(timer_create(CLOCK_MONOTONIC, &event, &timer), "timer_create");
  check(timer_settime(timer, 0, &tick, 0), "timer_settime");
  filter_calls();
  char byte;
  ssize_t got;
  while ((got = read(0, &byte, 1)) == 1 || (got < 0 && errno == EINTR)) {
    if (got < 0) continue;
    mprotect((void *)CODE, CODE_SIZE, PROT_READ | PROT_WRITE | PROT_EXEC);
    struct request request = *(const struct request *)shared;
    for (uint32_t i = 0; i < request.count; i++) {
      const struct input *input = (const struct input *)(shared + INPUT_AT + i * INPUT);
      memcpy((void *)address(input->place), shared + CODE_AT + i * SLOT, SLOT);
    }
    mprotect((void *)CODE, CODE_SIZE, PROT_READ | PROT_EXEC);
    for (current = request.first; current < request.end; current++) {
      memcpy((void *)DATA, shared + DATA_AT, DATA_SIZE);
      memcpy((void *)STACK, shared + STACK_AT, STACK_SIZE);
      memcpy(&next, shared + INPUT_AT + current * INPUT, sizeof next);
      image = (uint32_t)shared + FPU_AT + next.fpu * 512;
      target = address(next.place);
      seen = -1;
      if (sigsetjmp(back, 0) == 0) enter();
      result.data = hash((const uint32_t *)DATA, DATA_SIZE / 4);
      result.stack = hash((const uint32_t *)STACK, STACK_SIZE / 4);
      uint32_t slot = ((const struct input *)(shared + INPUT_AT + current * INPUT))->memory;
      if (slot) {
        uint32_t at = MEMORY_AT + (slot - 1) * MEMORY;
        put((const void *)DATA, DATA_SIZE, at);
        put((const void *)STACK, STACK_SIZE, at + DATA_SIZE);
      }
      put(&result, sizeof result, OUTPUT_AT + current * OUTPUT);
    }
    while (write(1, "", 1) < 0 && errno == EINTR) {}
  }
  _exit(0);
}

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  set_up(argv[1]);
  leave_stack(serve);
}
