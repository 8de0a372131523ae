/* What the kernel, its modules and the machine agree on, byte for byte. */
#ifndef HEIRLOOM_ABI_H
#define HEIRLOOM_ABI_H

#include <stddef.h>
#include <stdint.h>

/* Clang tells Swift by these which pointers may be null; other compilers do not know them. */
#ifndef __clang__
#define _Nullable
#define _Nonnull
#endif

/* Raised whenever a module built against an older header would misbehave. */
#define HEIRLOOM_ABI_VERSION 2

/* Slots in every system call table. Numbers run from 0 to NR_syscalls - 1. */
#define NR_syscalls 1024

/* set_syscall_table(2), the paper's new system call. */
#define __NR_set_syscall_table 1000
/* What makes, changes and removes tables; see guest.h. */
#define __NR_syscall_table_ctl 1001

/* A table's name holds at most this many bytes, its NUL included. */
#define SYSCALL_TABLE_NAME_MAX 64

/* What syscall_table_stat tells of a table. */
struct syscall_table_stat {
  uint64_t generation;         /* tells a table from an earlier one of the same name */
  uint32_t owner, group, mode; /* as in stat(2) */
  uint32_t policy;             /* SYSCALL_TABLE_DROP_ON_FORK and its like */
  uint32_t flags;              /* SYSCALL_TABLE_DEFINED, _REVOKED */
  uint32_t users;              /* tasks that use it */
  uint32_t entries;            /* numbers that it has entries of its own for */
  char parent[SYSCALL_TABLE_NAME_MAX]; /* the table that it derives from; empty: none */
};
#define SYSCALL_TABLE_DEFINED 1 /* it was made on purpose, and stays until it is removed */
#define SYSCALL_TABLE_REVOKED 2 /* its users are served by the default */

/* The frame that SAVE_ALL leaves on the task's kernel stack: Linux's i386 struct pt_regs (arch/x86/include/asm/ptrace.h).
 * The first six words are a system call's arguments in asmlinkage order. */
struct pt_regs {
  uint32_t ebx, ecx, edx, esi, edi, ebp, eax;
  uint32_t ds, es, fs, gs;
  uint32_t orig_eax;
  uint32_t eip, cs, eflags, esp, ss;
};

/* The part of a task that dispatch reads and that modules see through `current`. The paper adds its last two fields. */
struct task_struct {
  int32_t pid;                 /* this thread's id, as gettid(2) gives it */
  int32_t tgid;                /* the process's id, as getpid(2) gives it */
  char comm[16];               /* program name, NUL-terminated */
  int32_t sysflag;             /* 1 while the task uses a system call table */
  /* That table's entries, in pages: number n is syscall_table[n / 64][n % 64]. One that is 0 is not overridden. */
  void *_Nullable *_Nonnull *_Nullable syscall_table;
  void *_Nullable inside;      /* the entry whose handler this task runs, for the unload side; 0 outside modules */
};

/* One kind of what a module keeps of each task, or of each process. A static variable: its address is what it is known by. */
struct task_data {
  size_t size;
  int32_t scope;                 /* TASK_DATA_TASK or TASK_DATA_PROCESS */
  /* What happens to it; 0: nothing. A child starts with what `fork` writes to its zeroed bytes; without it, with none. `exec`:
   * another program takes over. `exit`: the task or process ends, or the module is unloaded. */
  void (*_Nullable fork)(void *_Nonnull child, const void *_Nonnull parent);
  void (*_Nullable exec)(void *_Nonnull data);
  void (*_Nullable exit)(void *_Nonnull data);
};
#define TASK_DATA_TASK 0
#define TASK_DATA_PROCESS 1

/* What register_syscalls takes: a call's number and its handler.
 *
 * A signature names a call and the types of its arguments, as in "greet(string name, int times)"; 0 stands for what the
 * kernel has of that number, or six words of unsigned int where it has nothing. The types: int, uint, int64 (two words),
 * fd, flags; and addresses in the guest's memory: path, string, in, out, pointer. */
struct syscall_override {
  int32_t number;
  long handler;
  const char *_Nullable signature;
};

/* What register_syscall_layers takes. A field that is 0 says nothing. */
struct syscall_layer {
  uint32_t size;                 /* sizeof (struct syscall_layer), so that the struct can grow */
  int32_t number;                /* the call's; SYSCALL_ANY for an observer of all calls of the table */
  long handler;                  /* the handler, or with SYSCALL_LAYER_OBSERVE a void (*)(const struct syscall_event *) */
  uint32_t flags;                /* SYSCALL_LAYER_* */
  int32_t priority;              /* the higher one is called first */
  const char *_Nullable before;  /* names of modules, with commas between: their layers are called after this one */
  const char *_Nullable after;   /* the same: called before this one */
  const char *_Nullable rule;    /* when it serves, in the language of docs/stacking.md; 0: always */
  const char *_Nullable symbol;  /* the handler's name, for listings */
  int32_t fail;                  /* an errno: calls are refused with it when the module has crashed; 0: as the table says */
  uint32_t fault_limit;          /* it is taken out when bad addresses have ended it this often; 0: as the table says */
  const char *_Nullable signature; /* as in syscall_override */
  /* Not 0: the handler is a long (*)(void *context, const long *arguments), whatever the call's types; an observer is a
   * void (*)(void *context, const struct syscall_event *). */
  void *_Nullable context;
};
/* Shares the slot with other modules' layers. Without it a taken slot is refused. */
#define SYSCALL_LAYER_STACK 1
/* Is told of calls, and serves none. */
#define SYSCALL_LAYER_OBSERVE 2
#define SYSCALL_ANY (-1)

/* What an observer is told. It has a copy: the call goes on as it was made. */
struct syscall_event {
  uint32_t size;                 /* sizeof (struct syscall_event) */
  int32_t number;
  int32_t phase;                 /* SYSCALL_BEFORE or SYSCALL_AFTER */
  uint32_t arguments[6];         /* ebx ecx edx esi edi ebp */
  long result;                   /* afterwards: the result, or -errno */
  const void *_Nullable memory;  /* the guest's memory: its address a is memory + a */
};
#define SYSCALL_BEFORE 0
#define SYSCALL_AFTER 1

#endif
