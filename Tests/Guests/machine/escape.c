//: cc -O1
// Guests that try to get out: each attempt ends as natively, with the same signal, place, registers and flags.
#include "test.h"
#include <setjmp.h>
#include <ucontext.h>

unsigned top;
char *start;
unsigned char *room; // two pages, and nothing behind them
static int shows_esp;

// An address, as what it is near to.
static const char *name(unsigned value, char *text) {
  if (value - (unsigned)start < 64) sprintf(text, "code+%x", value - (unsigned)start);
  else if (value - (unsigned)room < 16384) sprintf(text, "room+%x", value - (unsigned)room);
  else if (value - top + 4096 < 8192 && value < 0xffffe000) sprintf(text, "top%+d", (int)(value - top));
  else sprintf(text, "%x", value);
  return text;
}

static void show(int sig, siginfo_t *info, void *context) {
  greg_t *g = ((ucontext_t *)context)->uc_mcontext.gregs;
  char a[20], b[20], c[20], d[20], e[20], f[20];
  printf("  %s code %x addr %s trap %d error %x eip %s eax %x ecx %x edx %x ebx %s esp %s esi %x edi %x ebp %s flags %x cs %x\n",
         sigabbrev_np(sig), info->si_code, name((unsigned)info->si_addr, a), g[REG_TRAPNO], g[REG_ERR], name(g[REG_EIP], b),
         g[REG_EAX], g[REG_ECX], g[REG_EDX], name(g[REG_EBX], c), name(g[REG_ESP], d), g[REG_ESI], g[REG_EDI],
         name(g[REG_EBP], e), g[REG_EFL] & 0x244cd5, g[REG_CS] & 0xffff);
  fflush(stdout);
  _exit(0);
}

// Where nothing happens, the breakpoint behind it is reached.
#define TRY(code)                                                                                                       \
  printf("%s\n", code);                                                                                                 \
  wait_for(CHILD({                                                                                                      \
    __asm__ volatile("movl $1f, %0; movl %%esp, %1" : "=m"(start), "=m"(top));                                          \
    __asm__ volatile("mov room, %%ebx; mov $1, %%eax; mov $2, %%ecx; mov $3, %%edx; mov $4, %%esi; mov $5, %%edi; xor %%ebp, %%ebp;" \
                     "cmp %%eax, %%ecx\n1: " code "\n.byte 0xcc, 0xcc" ::: "memory");                                    \
    0;                                                                                                                  \
  }));

// The attempt's bytes stand at the room's end, or a part of them.
static void run_at(const char *what, unsigned offset, const unsigned char *bytes, unsigned size) {
  printf("%s\n", what);
  wait_for(CHILD({
    memcpy(room + offset, bytes, size);
    start = room + offset, top = 0;
    __asm__ volatile("mov %%esp, top; mov room, %%ebx; mov $1, %%eax; mov $2, %%ecx; mov $3, %%edx; mov $4, %%esi; mov $5, %%edi;"
                     "xor %%ebp, %%ebp; cmp %%eax, %%ecx; jmp *start" ::: "memory");
    0;
  }));
}
#define RUN_AT(what, offset, ...)                 \
  ({                                              \
    const unsigned char bytes_[] = {__VA_ARGS__}; \
    run_at(what, offset, bytes_, sizeof bytes_);  \
  })

int main(void) {
  stack_t stack = {.ss_sp = malloc(65536), .ss_size = 65536};
  sigaltstack(&stack, NULL);
  struct sigaction action = {.sa_sigaction = show, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  int sigs[] = {SIGSEGV, SIGILL, SIGFPE, SIGBUS, SIGTRAP};
  for (int i = 0; i < 5; i++) sigaction(sigs[i], &action, NULL);
  room = mmap((void *)0x50000000, 8192, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  memset(room, 0xcc, 8192);

  puts("-- the segments' bases");
  TRY(".byte 0xf3,0x0f,0xae,0xd8") // wrgsbase
  TRY(".byte 0xf3,0x0f,0xae,0xd0") // wrfsbase
  TRY(".byte 0xf3,0x0f,0xae,0xc8") // rdgsbase
  TRY(".byte 0x66,0xf3,0x0f,0xae,0xdb")
  TRY(".byte 0xf3,0x65,0x0f,0xae,0xdb")
  TRY(".byte 0xf3,0x48,0x0f,0xae,0xdb") // dec eax; fxrstor's register form
  TRY(".byte 0x0f,0x01,0xf8") // swapgs
  TRY("mov $0x33,%%eax; mov %%eax,%%ds")
  TRY("mov $0x1234,%%eax; mov %%eax,%%gs")
  TRY("mov $0x10,%%eax; mov %%eax,%%fs")
  TRY("mov $0x18,%%eax; mov %%eax,%%ss")
  TRY("xor %%eax,%%eax; mov %%eax,%%ss")
  TRY("mov $0x23,%%eax; mov %%eax,%%ss")
  TRY("push $0x1234; pop %%es")
  TRY("push $0x18; pop %%gs")
  TRY(".byte 0x8e,0xc8") // mov cs
  TRY("movl $0x12340000,(%%ebx); movl $0x1234,4(%%ebx); lgs (%%ebx),%%eax")
  TRY("movl $0x1234,4(%%ebx); lss (%%ebx),%%esp")
  TRY("lds 0x1ffe(%%ebx),%%eax")
  TRY("mov $7,%%eax; lar %%ax,%%eax; jz 2f; mov $9,%%eax; 2: nop")
  TRY("mov $0x33,%%eax; verr %%ax; setz %%al")
  TRY("mov $0x2b,%%eax; verw %%ax; setz %%al")
  TRY("mov $0x2b,%%eax; lsl %%ax,%%ecx")

  puts("-- other code segments, and rings");
  TRY("ljmp $0x10,$0")
  TRY("ljmp $0,$0")
  TRY("ljmp $0x1234,$0")
  TRY("ljmp $0x2b,$0")
  TRY("ljmp $0x18,$0x1000")
  TRY("lcall $0x10,$0")
  TRY("lcall $0x7,$0")
  TRY("lcall $0x2b,$0")
  TRY("ljmp $0x23,$2f; nop; 2: mov $6,%%eax")
  TRY("lcall $0x23,$2f; nop; 2: mov $6,%%eax; mov (%%esp),%%ecx; sub $1b,%%ecx; mov 4(%%esp),%%edx")
  TRY("movl $2f,(%%ebx); movl $0x23,4(%%ebx); ljmp *(%%ebx); nop; 2: mov $6,%%eax")
  TRY("movl $0,(%%ebx); movl $0x10,4(%%ebx); ljmp *(%%ebx)")
  TRY("movl $0,(%%ebx); movl $0x10,4(%%ebx); lcall *(%%ebx)")
  TRY("ljmp *0x1ffc(%%ebx)")
  TRY(".byte 0xff,0xe8") // ljmp of a register
  TRY("push $0x10; push $0; lret")
  TRY("push $0; push $0; lret")
  TRY("push $0x20; push $2f; lret; 2: nop")
  TRY("push $0x23; push $2f; lret; nop; 2: nop")
  TRY("push $0x23; push $0xc0000000; lret")
  TRY("pushf; push $0x10; push $0; iret")
  TRY("pushf; push $0; push $0; iret")
  TRY("pushf; push $0x23; push $2f; iret; nop; 2: nop")
  TRY("push $0x24cd5; push $0x23; push $2f; iret; nop; 2: nop") // virtual-8086 mode
  TRY("push $0x7202; push $0x23; push $2f; iret; nop; 2: pushf; pop %%eax; and $0x7000,%%eax; push $2; popf")
  TRY(".byte 0x66,0xcf")

  puts("-- the host's system calls, and privileged instructions");
  TRY("int $0x81")
  TRY("int $0x2e")
  TRY("int $0xff")
  TRY("int $13")
  TRY("int $1")
  TRY("mov $0x7fffffff,%%eax; add $1,%%eax; into")
  TRY(".byte 0x0f,0x07") // sysret
  TRY(".byte 0x0f,0x35") // sysexit
  TRY("in $0x60,%%al")
  TRY("out %%eax,%%dx")
  TRY("insb")
  TRY("rep outsl")
  TRY("cli")
  TRY("sti")
  TRY("hlt")
  TRY("mov %%cr0,%%eax")
  TRY("mov %%eax,%%cr3")
  TRY("mov %%db7,%%eax")
  TRY("clts")
  TRY("wrmsr")
  TRY("rdmsr")
  TRY("rdpmc")
  TRY("invlpg (%%ebx)")
  TRY("lgdt (%%ebx)")
  TRY("lidt (%%ebx)")
  TRY("lldt %%ax")
  TRY("ltr %%ax")
  TRY("lmsw %%ax")
  TRY("invd")
  TRY("wbinvd")
  TRY(".byte 0xc7,0xf8,0,0,0,0") // xbegin
  TRY("push $0x3202; popf; pushf; pop %%eax; and $0x3200,%%eax; push $2; popf") // IOPL and IF stay
  TRY("push $0; popf; pushf; pop %%eax; and $0x3200,%%eax")
  TRY("push $0x20002; popf; pushf; pop %%eax; and $0x20000,%%eax; push $2; popf") // nor VM
  TRY("arpl %%ax,%%cx; mov $0,%%eax; setz %%al")

  puts("-- prefixes that mean something else in 64-bit code");
  TRY(".byte 0x48,0x89,0xc3") // dec eax; mov ebx, eax
  TRY(".byte 0x41,0x54,0x5d") // inc ecx; push esp; pop ebp
  TRY(".byte 0x4d,0x8b,0x23; mov 0,%%eax") // dec ebp; mov esp, [ebx]
  TRY(".byte 0x67,0x8b,0x07") // by 16-bit bx: [bx]
  TRY(".byte 0x67,0xa1,0,0")
  TRY(".byte 0x8b,0x05,0,0,0,0") // [0], which is rip there
  TRY(".byte 0xd5,0x0a; mov 0,%%ecx") // aad
  TRY(".byte 0x62,0x04,0x24") // bound eax, [esp]
  TRY(".byte 0x63,0xc8") // arpl
  TRY(".byte 0xf0,0x48") // lock dec eax
  TRY(".byte 0xf0,0xa4")
  TRY(".byte 0x66,0xe9,0,0") // jmp to 16 bits of eip
  TRY(".byte 0x66,0xc3")
  TRY(".byte 0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x66,0x90")
  TRY(".byte 0x2e,0x36,0x3e,0x26,0x64,0x65,0x2e,0x36,0x3e,0x26,0x64,0x65,0x2e,0x2e,0x90")

  puts("-- into the middle of an instruction");
  TRY("jmp 2f+1; 2: .byte 0xb8,0x0f,0x0b,0x90,0x90") // mov eax, imm: ud2
  TRY("mov $2f+1,%%edx; jmp *%%edx; 2: .byte 0xb8,0xf4,0x90,0x90,0x90") // hlt
  TRY("push $2f+2; ret; 2: .byte 0x81,0xc1,0xcd,0x81,0x90,0x90") // int 0x81
  TRY("jmp 2f+1; 2: .byte 0xf0,0xff,0x03,0x0f,0x0b") // behind a lock
  TRY("call 2f; 2: pop %%edx; add $5,%%edx; jmp *%%edx; .byte 0xb8; ud2; nop; nop")
  TRY("jmp 2f+2; 2: .byte 0xf3,0x48,0x0f,0xae,0xd8") // fxrstor's register form, whose prefix is not run
  TRY("mov $3,%%ecx; 2: .byte 0xeb,0xff,0xc8; loop 2b") // a jump into itself: dec eax
  TRY("jmp 2f+1; 2: .byte 0x65,0x8b,0x05,0,0,0,0") // without its segment

  puts("-- beyond the window");
  TRY("mov $0xffffffff,%%eax; mov (%%eax),%%ecx")
  TRY("mov $0xfffffffd,%%eax; mov (%%eax),%%ecx")
  TRY("mov $0xffffffff,%%eax; mov %%cl,(%%eax)")
  TRY("mov $0xf0000000,%%eax; mov (%%eax,%%eax,8),%%ecx")
  TRY("mov $0x80000000,%%eax; mov 0x7ffffffc(%%eax),%%ecx")
  TRY("mov $0x80000000,%%eax; mov -0x80000000(%%eax,%%eax),%%ecx")
  TRY("mov $0x40000000,%%eax; mov 0x10000000(,%%eax,4),%%ecx")
  TRY("mov $-1,%%eax; mov (%%ebx,%%eax,8),%%ecx; mov 1(%%ebx,%%eax),%%edx") // before the room, in it
  TRY("mov 0x2000(%%ebx),%%eax")
  TRY("mov 0x1ffd(%%ebx),%%eax")
  TRY("lea 0x2000(%%ebx),%%edi; mov $-1,%%ecx; rep stosb")
  TRY("lea 0x1ff0(%%ebx),%%edi; mov $-1,%%ecx; rep stosl")
  TRY("mov $0xfffffff0,%%esi; mov %%ebx,%%edi; mov $64,%%ecx; rep movsb")
  TRY("mov $0xfffffffe,%%edi; std; mov $-1,%%ecx; repne scasw; cld")
  TRY("xor %%esi,%%esi; std; lodsl; cld")
  TRY("mov %%ebx,%%edi; std; mov $64,%%ecx; rep stosl; cld")
  TRY("mov $2,%%edi; std; mov %%ebx,%%esi; movsl; cld")
  TRY("mov $0x7fffffff,%%ecx; bts %%ecx,(%%ebx)")
  TRY("mov $-0x80000000,%%ecx; btr %%ecx,(%%ebx)")
  TRY("mov $-1,%%ecx; mov $4,%%eax; bt %%ecx,(%%eax)")
  TRY("mov $0x7fffffff,%%ecx; mov $0xffffff00,%%eax; btc %%ecx,(%%eax)")
  TRY("mov $0xffffff80,%%ebx; mov $0xff,%%eax; xlat")
  TRY("mov $0xfffffffc,%%eax; cmpxchg8b (%%eax)")
  TRY("mov $0xfffffff8,%%eax; movups (%%eax),%%xmm0")
  TRY("mov $0xfffffff0,%%eax; fxsave (%%eax)")
  TRY("mov $0xffffffc0,%%eax; fnsave (%%eax)")
  TRY("mov $0xffffff00,%%eax; fxrstor (%%eax)")
  TRY("mov $0xfffffffc,%%eax; fldt (%%eax)")
  TRY("jmp *0x2000(%%ebx)")
  TRY("mov $0xffffffff,%%eax; jmp *%%eax")
  TRY("mov $0xffffe000,%%eax; jmp *%%eax")
  TRY("mov $0xc0000000,%%eax; call *%%eax")

  puts("-- esp");
  TRY("xor %%esp,%%esp; push %%eax")
  TRY("mov $2,%%esp; push %%eax; push %%ebx")
  TRY("mov $0xffffffff,%%esp; pop %%eax")
  TRY("mov $0xfffffffc,%%esp; pop %%eax; pop %%ecx")
  TRY("mov $0xfffffffe,%%esp; ret")
  TRY("mov $0x80000000,%%esp; call 2f; 2: nop")
  TRY("lea 0x2000(%%ebx),%%esp; popa")
  TRY("lea 0x1ff8(%%ebx),%%esp; pop %%eax; pop %%ecx; pop %%edx")
  TRY("lea 4(%%ebx),%%esp; push %%eax; push %%ecx; push %%edx")
  TRY("lea 16(%%ebx),%%esp; pusha")
  TRY("lea 0x2000(%%ebx),%%esp; pop 4(%%esp)")
  TRY("lea 0x1ffc(%%ebx),%%esp; pop 4(%%esp)")
  TRY("lea 0x2000(%%ebx),%%ebp; leave")
  TRY("lea 16(%%ebx),%%esp; enter $64,$0; push %%eax")
  TRY("lea 8(%%ebx),%%esp; mov %%ebx,%%ebp; enter $0,$3")
  TRY("lea 0x1ffe(%%ebx),%%esp; popf")
  TRY("mov %%ebx,%%esp; pushf")
  TRY("lea 2(%%ebx),%%esp; pushw %%ax; pushw %%cx")
  TRY("mov %%ebx,%%esp; push %%gs")
  TRY("lea 0x2000(%%ebx),%%esp; pop %%gs")
  TRY("lea 0x2000(%%ebx),%%esp; iret")
  TRY("lea 0x1ffc(%%ebx),%%esp; lret")
  TRY("mov %%ebx,%%esp; lcall $0x23,$2f; 2: nop")
  TRY("mov %%ebx,%%esp; int $0x81")
  TRY("mov %%ebx,%%esp; ud2")
  TRY("xchg %%esp,%%ebx; add $0x2000,%%esp; add %%eax,(%%esp)")
  TRY("mov $0x1000,%%esp; ret $0xfffc")
  TRY("lea 0x1ffc(%%ebx),%%esp; movl $2f,(%%esp); ret $0xfffc; 2: nop") // only esp is beyond

  puts("-- at the end of what is mapped");
  RUN_AT("mov eax, imm without its end", 8190, 0xb8, 1);
  RUN_AT("a prefix", 8191, 0x66);
  RUN_AT("0f", 8191, 0x0f);
  RUN_AT("call whose target is beyond", 8187, 0xe8, 0, 0, 0, 0);
  RUN_AT("jmp behind the end", 8190, 0xeb, 0);
  RUN_AT("jz that is not taken", 8190, 0x74, 0x10);
  RUN_AT("falls off", 8190, 0x40, 0x42);
  RUN_AT("lock alone", 8191, 0xf0);
  RUN_AT("rep movs", 8190, 0xf3, 0xa4);
  RUN_AT("ud2's half", 8191, 0x0f);
  RUN_AT("int 0x80's half", 8191, 0xcd);
  RUN_AT("15 prefixes", 8177, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66);
  RUN_AT("14 prefixes", 8178, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66);
  mprotect(room + 4096, 4096, PROT_READ);
  RUN_AT("into a page that may not be executed", 4094, 0xb8, 1);
  RUN_AT("falls into it", 4095, 0x40);
  mprotect(room, 4096, PROT_NONE);
  TRY("jmp *%%ebx")
  TRY("mov (%%ebx),%%eax")
  TRY("mov %%eax,0x1000(%%ebx)")
}
