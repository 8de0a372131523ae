/* The host's signals: faults in guest code and in copies of guest memory, and the interruption signal.
 *
 * A handler only notes what the host saw and sends the thread out of guest code; what it means for the guest is worked out
 * in HeirloomMachine/Run, outside of signal context. */
#define _GNU_SOURCE
#include "guard.h"
#include "machine.h"
#include "offsets.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define AT(field, offset) _Static_assert(offsetof(struct heirloom_cpu, field) == offset, #field)
AT(regs.ebx, CPU_EBX); AT(regs.ecx, CPU_ECX); AT(regs.edx, CPU_EDX); AT(regs.esi, CPU_ESI); AT(regs.edi, CPU_EDI);
AT(regs.ebp, CPU_EBP); AT(regs.eax, CPU_EAX); AT(regs.orig_eax, CPU_ORIG_EAX); AT(regs.eip, CPU_EIP);
AT(regs.eflags, CPU_EFLAGS); AT(regs.esp, CPU_ESP); AT(rare_flags, CPU_RARE_FLAGS); AT(interrupt, CPU_INTERRUPT);
AT(trap_number, CPU_TRAP_NUMBER); AT(resume, CPU_RESUME); AT(gate_stub, CPU_GATE_STUB); AT(miss_stub, CPU_MISS_STUB);
AT(trap_stub, CPU_TRAP_STUB); AT(host_stack, CPU_HOST_STACK); AT(window, CPU_WINDOW); AT(lookup, CPU_LOOKUP);
AT(gs_base, CPU_GS_BASE); AT(fs_base, CPU_FS_BASE); AT(trap_argument, CPU_TRAP_ARGUMENT);
AT(mxcsr, CPU_MXCSR); AT(gate, CPU_GATE); AT(xmm, CPU_XMM); AT(left, CPU_LEFT);
AT(in_guest, CPU_IN_GUEST); AT(regs.es, CPU_ES); AT(regs.fs, CPU_FS); AT(regs.gs, CPU_GS);
AT(fpu_offset, CPU_FPU_OFFSET); AT(fpu_address, CPU_FPU_ADDRESS); AT(fpu_selector, CPU_FPU_SELECTOR);
AT(returns, CPU_RETURNS);

extern char heirloom_enter_begin[], heirloom_enter_end[], heirloom_enter_interrupted[];
extern char heirloom_gate_begin[], heirloom_gate_end[];
extern char heirloom_leave_async[];
extern char heirloom_blocking_begin[], heirloom_blocking_end[], heirloom_blocking_interrupted[];
extern char heirloom_copy_begin[], heirloom_copy_end[], heirloom_copy_failed[];

/* The processor that this host thread runs; 0 on kernel threads. */
static __thread struct heirloom_cpu *current __attribute__((tls_model("initial-exec")));

/* Where emitted code stands: first of all what a jump comes to that the lookup cache does not know. Set before the first
 * processor is bound. */
static uint64_t code_start, code_end;
static int interruption;

static int between(uint64_t address, const char *begin, const char *end) {
  return address >= (uint64_t)begin && address < (uint64_t)end;
}

static int in_code(uint64_t rip) { return rip >= code_start && rip < code_end; }

/* The host's registers to the processor, the guest's among them to its frame; the thread goes on behind guest code. */
static void leave(struct heirloom_cpu *cpu, ucontext_t *context, uint32_t reason) {
  greg_t *g = context->uc_mcontext.gregs;
  static const int order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
  for (int i = 0; i < 16; i++) cpu->host_registers[i] = (uint64_t)g[order[i]];
  cpu->host_rip = (uint64_t)g[REG_RIP];
  cpu->host_flags = (uint64_t)g[REG_EFL];
  cpu->left = reason;
  g[REG_RSP] = (greg_t)cpu->host_stack;
  g[REG_RIP] = (greg_t)heirloom_leave_async;
  g[REG_EFL] = 0x202;
}

/* The host enters a handler with the guest's AC, and compiled code is not always aligned. */
static inline void clear_alignment_check(void) {
  __asm__ volatile(
      "lea -128(%%rsp), %%rsp; pushfq; andl $~0x40000, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::: "cc", "memory");
}

/* Guest code's calls or returns, or a stub's use of their stack, have come to its end. */
static int begin_returns_anew(struct heirloom_cpu *cpu, siginfo_t *info, greg_t *g) {
  extern char heirloom_stubs_end[];
  uint64_t rip = (uint64_t)g[REG_RIP];
  if (!in_code(rip) && !between(rip, (char *)heirloom_enter, heirloom_stubs_end)) return 0;
  enum { reach = HEIRLOOM_RETURNS + HEIRLOOM_RETURNS_GUARD };
  if (info->si_signo != SIGSEGV || (uint64_t)info->si_addr - (cpu->returns_middle - reach) >= 2 * reach) return 0;
  g[REG_RSP] = (greg_t)cpu->returns_middle;
  return 1;
}

/* Guest code has jumped to an address that its lookup cache has nothing near of. */
static int miss_lookup(struct heirloom_cpu *cpu, siginfo_t *info, greg_t *g) {
  if (g[REG_RIP] || info->si_signo != SIGSEGV || !cpu->in_guest) return 0;
  g[REG_RIP] = (greg_t)code_start;
  return 1;
}

static void fault_handler(int signal, siginfo_t *info, void *raw) {
  clear_alignment_check();
  ucontext_t *context = raw;
  greg_t *g = context->uc_mcontext.gregs;
  uint64_t rip = (uint64_t)g[REG_RIP];
  struct heirloom_cpu *cpu = current;
  /* si_code <= 0: sent by some process, and no fault of anybody's here. */
  if (cpu && info->si_code > 0 && (begin_returns_anew(cpu, info, g) || miss_lookup(cpu, info, g))) return;
  if (cpu && in_code(rip) && info->si_code > 0) {
    cpu->fault_signal = signal;
    cpu->fault_code = info->si_code;
    cpu->fault_address = (uint64_t)info->si_addr;
    cpu->fault_trap = (uint32_t)g[REG_TRAPNO];
    cpu->fault_error = (uint32_t)g[REG_ERR];
    leave(cpu, context, HEIRLOOM_LEFT_FAULT);
    return;
  }
  if (between(rip, heirloom_copy_begin, heirloom_copy_end)) {
    g[REG_RIP] = (greg_t)heirloom_copy_failed;
    return;
  }
  if (cpu && signal == SIGFPE && g[REG_TRAPNO] == 19 && !(cpu->mxcsr >> 31)) {
    /* Behind the gate the guest's MXCSR is still loaded, and unmasks what host code runs into. The guest gets it back when
     * it is entered the next time. */
    cpu->mxcsr = context->uc_mcontext.fpregs->mxcsr | 0x80000000;
    context->uc_mcontext.fpregs->mxcsr = 0x1f80;
    __atomic_fetch_or(&cpu->interrupt, HEIRLOOM_MACHINE_WORK, __ATOMIC_SEQ_CST);
    return;
  }
  /* abort(3) sends its signal itself. */
  int own = info->si_code > 0 || (signal == SIGABRT && info->si_code == SI_TKILL && info->si_pid == getpid());
  if (own && heirloom_guard_catch(signal, info, raw)) return;
  struct sigaction fatal = {.sa_handler = SIG_DFL};
  sigaction(signal, &fatal, 0);
  if (info->si_code <= 0) syscall(SYS_tgkill, getpid(), (int)syscall(SYS_gettid), signal);
}

static void interruption_handler(int signal, siginfo_t *info, void *raw) {
  clear_alignment_check();
  (void)signal; (void)info;
  ucontext_t *context = raw;
  greg_t *g = context->uc_mcontext.gregs;
  uint64_t rip = (uint64_t)g[REG_RIP];
  if (heirloom_guard_expel(raw)) return;
  struct heirloom_cpu *cpu = current;
  if (!cpu || !cpu->interrupt) return;
  if (in_code(rip)) {
    leave(cpu, context, HEIRLOOM_LEFT_ASYNC);
  } else if (between(rip, heirloom_enter_begin, heirloom_enter_end) ||
             between(rip, heirloom_gate_begin, heirloom_gate_end)) {
    g[REG_RSP] = (greg_t)cpu->host_stack;
    g[REG_RIP] = (greg_t)heirloom_enter_interrupted;
    g[REG_EFL] = 0x202;
  } else if (cpu->interrupt & ~HEIRLOOM_MACHINE_WORK &&
             between(rip, heirloom_blocking_begin, heirloom_blocking_end)) {
    g[REG_RIP] = (greg_t)heirloom_blocking_interrupted;
  }
}

void heirloom_install_handlers(uint64_t code, uint64_t size, int interruption_signal) {
  interruption = interruption_signal;
  code_start = code;
  code_end = code + size;
  struct sigaction action = {.sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigfillset(&action.sa_mask);
  action.sa_sigaction = fault_handler;
  static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT};
  for (unsigned i = 0; i < sizeof faults / sizeof *faults; i++) sigaction(faults[i], &action, 0);
  action.sa_sigaction = interruption_handler;
  sigaction(interruption, &action, 0);
  heirloom_watch_exit();
}

int heirloom_interruption_signal(void) { return interruption; }

void heirloom_bind(struct heirloom_cpu *cpu, void *stack, size_t size) {
  stack_t alternate = {.ss_sp = stack, .ss_size = size};
  if (!cpu) alternate = (stack_t){.ss_flags = SS_DISABLE};
  sigaltstack(&alternate, 0);
  /* A host thread may have been made with it blocked: a thread pool's. */
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, interruption);
  if (cpu) pthread_sigmask(SIG_UNBLOCK, &set, 0);
  if (current) current->stay = 0;
  if (cpu) {
    cpu->stay = heirloom_this_stay();
    /* The processor is what stands highest. */
    heirloom_stack_ends((uint64_t)cpu + sizeof *cpu - HEIRLOOM_KERNEL_STACK);
  }
  current = cpu;
}

struct heirloom_cpu *heirloom_current_cpu(void) { return current; }

/* `current` of heirloom/module.h: the first field of what the kernel has put into its processor. */
const struct task_struct *heirloom_current(void) {
  static const struct task_struct kernel = {.comm = "kernel"};
  return current ? current->kernel : &kernel;
}

void *heirloom_stub(int number) {
  extern char heirloom_gate[], heirloom_miss[], heirloom_trap[];
  return number == 0 ? heirloom_gate : number == 1 ? heirloom_miss : heirloom_trap;
}

void heirloom_set_gs_base(uint64_t base) {
  enum { has_fsgsbase = 2, set_gs = 0x1001 };
  if (getauxval(AT_HWCAP2) & has_fsgsbase && !getenv("HEIRLOOM_NO_FSGSBASE"))
    __asm__ volatile("wrgsbase %0" ::"r"(base));
  else
    syscall(SYS_arch_prctl, set_gs, base);
}
