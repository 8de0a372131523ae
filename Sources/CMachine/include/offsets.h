/* Where emitted code and the assembly find the fields of struct heirloom_cpu. faults.c checks each against the struct. */
#pragma once

#define CPU_EBX 0
#define CPU_ECX 4
#define CPU_EDX 8
#define CPU_ESI 12
#define CPU_EDI 16
#define CPU_EBP 20
#define CPU_EAX 24
#define CPU_ES 32
#define CPU_FS 36
#define CPU_GS 40
#define CPU_ORIG_EAX 44
#define CPU_EIP 48
#define CPU_EFLAGS 56
#define CPU_ESP 60
#define CPU_RARE_FLAGS 68
#define CPU_INTERRUPT 72
#define CPU_TRAP_NUMBER 76
#define CPU_RESUME 80
#define CPU_GATE_STUB 88
#define CPU_MISS_STUB 96
#define CPU_TRAP_STUB 104
#define CPU_HOST_STACK 112
#define CPU_WINDOW 120
#define CPU_LOOKUP 128
#define CPU_GS_BASE 144
#define CPU_FS_BASE 148
#define CPU_TRAP_ARGUMENT 152
#define CPU_MXCSR 156
#define CPU_GATE 160
#define CPU_XMM 176
#define CPU_IN_GUEST 352
#define CPU_LEFT 356
#define CPU_FPU_OFFSET 360
#define CPU_FPU_ADDRESS 364
#define CPU_FPU_SELECTOR 368
#define CPU_RETURNS 376

/* The bit of heirloom_cpu.interrupt by which the machine calls its own threads. */
#define HEIRLOOM_MACHINE_WORK 4
