/* What the machine writes anew, and the registers at faults: each row runs on the real processor and on the machine, and
 * must end alike. A row's last instruction is an int3, or the one that faults. places.h says what it begins with. */
#include "places.h"
.intel_syntax noprefix

.macro ROW text
  .ifdef open
    int3
    .pushsection .table
    .long 9f
    .popsection
9:
  .endif
  .set open, 1
  .pushsection .rodata
8: .asciz "\text"
  .popsection
  .pushsection .table, "a"
  .long 8b
  .long 7f
  .popsection
7:
.endm

.section .table, "a"
.globl rows
rows:
.text

ROW "push and pop in a group"
  push eax; push ebx; push 0x12345678; push 7; pop esi; pop edi; pop ecx; push edx; pop ebp
ROW "push esp, pop esp"
  push esp; pop eax; push esp; pop esp; push dword ptr [esp]; pop dword ptr [esp-8]
ROW "pop to an address with esp"
  push 0x1111; push 0x2222; pop dword ptr [esp]; pop eax; push 3; push 4; push dword ptr [esp+4]; pop ebx

ROW "the end"
  int3
9:
  .pushsection .table
  .long 9b
.globl rows_end
rows_end:
  .popsection
.section .note.GNU-stack, "", @progbits
