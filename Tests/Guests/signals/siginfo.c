// What a handler learns: siginfo, the interrupted registers, the stack it runs on.
#include "test.h"
#include <ucontext.h>

static pid_t self;
static void show(int sig, siginfo_t *info, void *context) {
  ucontext_t *uc = context;
  printf("%s signo %d code %d", sig >= SIGRTMIN ? "RT" : sigabbrev_np(sig), info->si_signo, info->si_code);
  if (info->si_code <= 0) printf(" from us %d uid %d", info->si_pid == self, info->si_uid == getuid());
  if (info->si_code == SI_QUEUE) printf(" value %d", info->si_value.sival_int);
  printf(" cs %x ss %x ds %x\n", uc->uc_mcontext.gregs[REG_CS] & 3, uc->uc_mcontext.gregs[REG_SS] & 3,
         uc->uc_mcontext.gregs[REG_DS] & 3);
}

static void change(int sig, siginfo_t *info, void *context) {
  (void)sig, (void)info;
  greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
  printf("eax %x esi %x edi %x flags %x\n", regs[REG_EAX], regs[REG_ESI], regs[REG_EDI], regs[REG_EFL] & 0xcd5);
  regs[REG_EAX] = 0x1234, regs[REG_EFL] |= 1, regs[REG_EIP] += 2; // over ud2
}

int main(void) {
  self = getpid();
  struct sigaction action = {.sa_sigaction = show, .sa_flags = SA_SIGINFO};
  int sigs[] = {SIGUSR1, SIGRTMIN, SIGRTMIN + 1, SIGCHLD};
  for (int i = 0; i < 4; i++) sigaction(sigs[i], &action, NULL);
  raise(SIGUSR1);
  kill(getpid(), SIGUSR1);
  union sigval value = {.sival_int = 4711};
  SHOW(sigqueue(getpid(), SIGRTMIN, value));
  SHOW(sigqueue(getpid(), 0, value));
  SHOW(sigqueue(999999, SIGRTMIN, value));

  // A handler may change the registers that it returns to.
  action.sa_sigaction = change;
  sigaction(SIGILL, &action, NULL);
  unsigned result, carry;
  asm volatile("movl $0x11, %%eax; movl $0x22, %%esi; movl $0x33, %%edi; xorl %%ecx, %%ecx; ud2; sbbl %%ecx, %%ecx"
               : "=a"(result), "=c"(carry)::"esi", "edi", "cc");
  printf("eax %x carry %x\n", result, carry);
}
