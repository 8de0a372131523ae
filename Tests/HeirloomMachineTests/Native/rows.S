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

/* Stacks and calls */

ROW "push and pop in a group"
  push eax; push ebx; push 0x12345678; push 7; pop esi; pop edi; pop ecx; push edx; pop ebp
ROW "a group too long for one change of esp"
  .rept 40
  push eax; push -5
  .endr
  .rept 79
  pop ebx
  .endr
ROW "push esp, pop esp"
  push esp; pop eax; push esp; pop esp; push dword ptr [esp]; pop dword ptr [esp-8]
ROW "pop to an address with esp"
  push 0x1111; push 0x2222; pop dword ptr [esp]; pop eax; push 3; push 4; push dword ptr [esp+4]; pop ebx
  pop dword ptr [esp+edx*2+4]; pop dword ptr [esp-4]; push dword ptr [esp+ecx*4]
ROW "push of 16 bits"
  .byte 0x66; push eax; .byte 0x66; push 0x1234; .byte 0x66, 0x6a, 0xff; push ebx; .byte 0x66; pop ecx; .byte 0x66; pop edi
  .byte 0x66, 0x54; .byte 0x66, 0xff, 0x33; .byte 0x66, 0x8f, 0x44, 0x24, 0xfe; .byte 0x66, 0xff, 0x74, 0x24, 2
ROW "pusha, popa"
  pusha; mov eax, [esp+12]; mov ecx, [esp]; push eax; pop dword ptr [DATA]; mov dword ptr [esp+16], 99; popa
ROW "pushaw, popaw"
  .byte 0x66, 0x60; mov eax, [esp+4]; mov [DATA], eax; .byte 0x66, 0x61
ROW "pushf, popf"
  push 0x8d5; popf; pushf; pop eax; push 0x402; popf; pushf; pop ebx; cld; stc; .byte 0x66; pushf; .byte 0x66; popf
  push 0x240ad7; popf; pushf; pop ecx; push 0; popf
ROW "enter, leave"
  enter 16, 0; mov [ebp-4], ebp; push eax; leave; enter 0, 0; leave; enter 0x200, 0; lea eax, [esp]; leave
ROW "enter in a group"
  push eax; enter 8, 0; push ebx; push ecx; pop edx; leave; pop esi
ROW "leave of 16 bits"
  mov ebp, esp; .byte 0x66; leave
ROW "call, ret"
  call 1f; jmp 2f
1: mov eax, [esp]; add dword ptr [esp], 0; stc; ret
2: sbb ebx, ebx
ROW "ret imm"
  push 1; push 2; push 3; call 1f; jmp 2f
1: mov eax, [esp+4]; ret 8
2: nop
ROW "call $+5"
  call 1f
1: pop eax
ROW "a thunk for the program counter"
  call 1f; push eax; call 2f; jmp 3f
1: mov eax, [esp]; ret
2: mov ebp, [esp]; ret
3: mov edx, [esp-4]
ROW "call and jmp through registers and memory"
  call 1f
1: pop esi; lea eax, [esi+2f-1b]; call eax; lea ebx, [esi+2f-1b]; push ebx; call [esp]; mov [DATA+8], ebx; call [DATA+8]
  lea ebx, [esi+3f-1b]; jmp ebx; ud2
2: add ecx, 1; ret
3: push ebx; add dword ptr [esp], 4f-3b; jmp [esp]; ud2
4: nop
ROW "call through esp"
  call 1f
1: pop eax; add eax, 2f-1b; push eax; call [esp]; jmp 3f
2: ret
3: nop
ROW "push and ret as a jump"
  call 1f
1: add dword ptr [esp], 2f-1b; ret; ud2
2: nop
ROW "flags live through calls, jumps and returns"
  cmp eax, 77; call 1f; lahf; mov [DATA], ah; jmp 2f
1: call 3f; ret
3: ret
2: std; sub ecx, 4; call 1b
ROW "ret far below"
  push 0x12345678; lea esp, [esp+4]; mov eax, [esp-4]

/* esp as an operand */

ROW "xchg, mov, lea and arithmetic with esp"
  mov edx, esp; mov eax, DATA+0x100; xchg eax, esp; add esp, 5; xchg esp, eax; sub edx, esp; mov ecx, esp; inc esp; dec esp
  inc esp; sub esp, 1; and esp, -1; cmp ecx, esp; lea ebx, [esp]; lea esp, [esp-64]; lea esp, [esp+ecx*2]; lea esp, [ebx+8]
ROW "bswap, imul, cmov, movzx, shifts with esp"
  mov ebx, esp; bswap esp; bswap esp; imul eax, esp, 3; imul edi, esp; cmovc esp, ebx; movzx ecx, sp; movsx edx, sp; shl esp, 1
  shr esp, 1; neg esp; not esp; inc esp; test esp, esp; xadd esp, esi; mov esp, ebx; cmpxchg esp, ecx; bsf ebp, esp; mov esp, ebx
ROW "sp as an operand"
  mov ax, sp; mov sp, 0x900; add sp, 2; xchg sp, ax; lea sp, [esp+2]; movzx ecx, sp; bsf sp, cx; mov esp, STACK+0x800; push sp
ROW "mul, div with esp"
  mov ebx, esp; mov esp, 7; mov eax, 100; xor edx, edx; div esp; mul esp; imul esp; mov esp, ebx
ROW "high bytes with esp"
  mov eax, 0x11223344; mov ebx, 0x55667788; push 0; mov [esp], ah; mov [esp+1], bh; mov ecx, 0; mov ch, [esp+1]
  add [esp+2], ch; mov edx, 0xaabbccdd; xchg dh, [esp+2]; cmp bh, [esp+1]; lock add [esp+edx*1-0xaabb04a9], dh; setc [esp]; pop eax
ROW "high bytes at gs"
  mov eax, 0x2233; mov gs:[DATA+8], ah; mov ecx, gs:[edi]; mov dh, gs:[edi+edx*4]; xchg ch, gs:[esi]; lock xadd gs:[esi], bh
ROW "high bytes extended to esp"
  mov ebp, esp; mov eax, 0x8899aabb; movzx esp, ah; mov ebx, esp; movsx esp, ah; mov ecx, esp; mov esp, ebp; movsx esp, bh; mov edx, esp
  mov esp, ebp
ROW "esp in SSE and MMX moves"
  mov ebp, esp; movd xmm0, esp; movd mm1, esp; movd eax, xmm0; cvtsi2sd xmm2, esp; cvttsd2si esp, xmm2; mov ebx, esp; mov esp, ebp
  pmovmskb esp, xmm3; mov ecx, esp; mov esp, ebp; pextrw esp, xmm4, 3; mov edx, esp; mov esp, ebp; pinsrw xmm5, esp, 2
  pextrd esp, xmm6, 1; mov edi, esp; mov esp, ebp; pinsrb xmm7, esp, 9; movmskps esp, xmm1; mov esi, esp; mov esp, ebp; emms
ROW "SSE and x87 at esp"
  fld1; fadd st(0), st(0); fst dword ptr [esp]; fstp qword ptr [esp+8]; cvtsi2sd xmm0, dword ptr [esp]; movsd [esp+16], xmm0
  movaps xmm1, [esp]; fild dword ptr [esp]; fistp qword ptr [esp+24]; fnstcw [esp-2]; movups [esp+1], xmm2

/* Addresses */

ROW "addresses that wrap"
  mov eax, -4; mov ecx, [DATA+8+eax]; mov edx, [DATA+8+eax*2]; lea ebx, [DATA+4]; mov esi, [ebx+eax]; mov eax, -1
  mov edi, [ebx+eax*4]; mov eax, 0x80000000; lea ebp, [DATA+eax]; mov ebp, [ebp+eax]; mov ecx, 0xe0000000
  mov edx, [ecx+ecx*2+DATA+DATA*2+0x20]; mov eax, 0xa0000000; mov eax, [eax+0x80000004]
ROW "direct addresses"
  mov eax, [DATA+4]; .byte 0xa1; .long DATA+8; .byte 0xa2; .long DATA+12; .byte 0x66, 0xa1; .long DATA+16
  .byte 0xa3; .long DATA+20; .byte 0x66, 0xa3; .long DATA+26; .byte 0xa0; .long DATA+4; .byte 0x65, 0xa1; .long DATA+40
ROW "gs"
  mov ecx, gs:[eax]; mov ecx, 8; mov edx, gs:[eax+ecx*4]; push dword ptr gs:[DATA]; pop dword ptr gs:[esi+4]; add gs:[edi], ecx
  mov ebp, gs:[esp-4]; lea ebx, gs:[eax+4]; call 1f
1: pop gs:[DATA+12]; cmpxchg gs:[DATA], ebp; movups xmm0, gs:[eax]; mov word ptr gs:[DATA+80], 4
ROW "the segments that are flat"
  mov ecx, cs:[eax]; mov edx, es:[esp]; mov ss:[eax+4], ecx; mov ds:[esp], edx; mov esi, ds; mov edi, ss; push es; push ds; pop ds; pop es
ROW "segment registers"
  mov eax, ds; mov ds, eax; mov es, eax; mov ss, eax; mov fs, eax; mov fs, edx; push fs; pop fs; mov [DATA], cs; mov [DATA+4], gs
  mov ebx, gs; mov gs, [DATA+4]; pop ecx; .byte 0x66; push ds; .byte 0x66; pop ds; push gs; pop gs
ROW "bt with an offset in a register"
  mov eax, -9; lea edx, [DATA+128]; btr dword ptr [edx], eax; setc cl; mov eax, 1000; bts dword ptr [edx], eax; setc ch
  lock btc dword ptr [edx+4], eax; bt word ptr [edx], ax; mov eax, -70; bt [esp+64], eax; mov eax, 0x3ff; btc gs:[edx], eax

/* Strings and loops */

ROW "movs, stos, lods, scas, cmps"
  movsb; movsd; movsw; stosb; stosd; lodsb; lodsd; scasb; cmpsd; cmpsb; lodsw; stosw; scasw; scasd; cmpsw
ROW "rep"
  mov ecx, 5; rep movsb; mov ecx, 3; rep movsd; mov ecx, 4; rep stosw; mov ecx, 10; repne scasb; mov ecx, 100; repe cmpsb
  mov ecx, 2; rep lodsd; mov ecx, 0; cmp ecx, 1; rep stosd; repe cmpsb; repne scasd
ROW "rep backwards"
  std; mov ecx, 5; rep movsb; mov ecx, 3; rep movsd; mov ecx, 4; rep stosw; mov ecx, 10; repne scasb; movsw; lodsd; stosd
  mov ecx, 6; repe cmpsw
ROW "rep over itself"
  lea edi, [esi+1]; mov ecx, 50; rep movsb; lea esi, [edi-3]; mov ecx, 7; rep movsd
ROW "loops"
  mov ecx, 5; xor eax, eax
1: inc eax; loop 1b
  mov ecx, 5
2: inc eax; cmp eax, 8; loopne 2b
  mov ecx, 5
3: inc eax; test eax, 0; loope 3b
  xor ecx, ecx; stc; jecxz 4f; ud2
4: inc ecx; jecxz 3b
  mov ecx, 1; loop 1b
ROW "all conditions"
  cmp eax, ecx; jo 1f; jno 2f
1: inc ebx
2: jb 1b; jae 3f; inc edx
3: je 1b; jne 4f; inc edx
4: jbe 1b; ja 5f; inc edx
5: js 1b; jns 6f; inc edx
6: jp 7f; jnp 7f
7: jl 1b; jge 8f; inc edx
8: jle 1b; jg 9f; inc edx
9: nop
ROW "xlat"
  mov eax, 0x77; xlatb; mov [DATA], al; mov eax, 0x80; xlatb

/* Arithmetic that 64-bit mode encodes otherwise */

ROW "inc, dec of all registers"
  stc; inc eax; dec ecx; inc edx; dec ebx; inc esp; dec ebp; inc esi; dec edi; inc ax; dec cx; inc sp; dec edx; dec edx
ROW "decimal"
  mov eax, 0x1234; add al, 0x48; daa; mov ebx, eax; mov al, 0x99; add al, 0x99; daa; sbb ecx, ecx; mov al, 0x12; sub al, 0x34; das
  sbb edx, edx; mov esi, eax; mov eax, 0x0577; aam; mov edi, eax; aad; mov ebp, eax; aam 7; aad 3; .byte 0xd6
ROW "into without overflow, bcd twins"
  cmp eax, eax; into; .byte 0x82, 0xc1, 5; .byte 0xd0, 0xf1; .byte 0xf6, 0xc9, 3; .byte 0xf7, 0xca; .long 0x55555555
ROW "cmpxchg, xadd, cmpxchg8b"
  mov dword ptr [DATA], 5; mov eax, 5; mov ecx, 9; lock cmpxchg [DATA], ecx; mov eax, 1; lock xadd [DATA], eax
  mov dword ptr [esp], 1; mov dword ptr [esp+4], 2; mov eax, 1; mov edx, 2; mov ebx, 3; lock cmpxchg8b [esp]; cmpxchg8b [esp]
  lock xadd [esp], esp; mov esp, STACK+0x700; .byte 0xf3, 0xf0, 0x0f, 0xc7, 0x0c, 0x24
ROW "the longest instructions"
  .byte 0xf3, 0xf0, 0x81, 0x84, 0x94; .long 16, 0x11223344
  .byte 0xf2, 0xf0, 0x81, 0x84, 0xd5; .long -0x20000900+DATA+16, 0x11223344
  .byte 0x66, 0xf0, 0x65, 0x81, 0x84, 0x94; .long 32; .word 0x1122
  .byte 0x2e, 0x3e, 0x36, 0x26, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x40
ROW "endbr, pause, hints and long no-operations"
  .byte 0xf3, 0x0f, 0x1e, 0xfb; pause; .byte 0x0f, 0x1f, 0x84, 0x24, 0, 1, 0, 0; .byte 0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 2, 0, 0
  .byte 0xf2, 0xe8, 0, 0, 0, 0; prefetcht0 [eax]; prefetchw [esp]; .byte 0xf3, 0x90, 0x66, 0x90
ROW "shld, rcl, sar, adc chains"
  stc; rcl eax, 5; adc ebx, ecx; shld esi, edi, 7; shrd edi, esi, cl; sbb edx, 0; sar edx, 1; rcr byte ptr [esp], 1; mul ebx; adc [esp+4], edx
ROW "MXCSR and the control word are the guest's"
  push 0x1f00; ldmxcsr [esp]; stmxcsr [esp+8]; push 0x27f; fldcw [esp]; fld1; fidiv dword ptr [esp]; fstp qword ptr [DATA]
  cvtsi2sd xmm0, ecx; sqrtsd xmm0, xmm0
ROW "xmm7 and mm7 stay"
  movaps xmm7, [esp]; paddd xmm7, xmm1; movq mm7, [DATA]; paddw mm7, mm7; pshufb xmm2, xmm7; pcmpestri xmm1, xmm2, 0; crc32 eax, cl

/* Faults: the registers, the address, the code */

#define DISTINCT stc; mov ecx, 0x22222222; mov edx, 0x33333333; mov ebx, 0x44444444; mov esi, 0x55555555; mov ebp, 0x77777777
ROW "fault: pop in a group"
  DISTINCT; push eax; push ebx; mov esp, STACK+4096-8; pop edi; pop esi; pop ebx; pop edx
ROW "fault: push in a group"
  DISTINCT; mov esp, STACK+4; push eax; push ebx; push ecx
ROW "fault: hlt after a group"
  DISTINCT; push eax; push ebx; push NOTHING; pop esi; hlt
ROW "fault: call without a stack"
  DISTINCT; mov esp, NOTHING; call 1f
1: nop
ROW "fault: call of a thunk without a stack"
  DISTINCT; mov esp, NOTHING; call 1f
1: mov ebx, [esp]; ret
ROW "fault: call through a register without a stack"
  DISTINCT; mov esp, NOTHING; call eax
ROW "fault: ret without a stack"
  DISTINCT; mov esp, NOTHING; ret
ROW "fault: ret to nowhere"
  DISTINCT; push NOTHING; ret
ROW "fault: ret imm to nowhere"
  DISTINCT; push NOTHING; ret 12
ROW "fault: call to nowhere"
  DISTINCT; mov eax, NOTHING; call eax
ROW "fault: jmp to data"
  DISTINCT; jmp eax
ROW "fault: call through nothing"
  DISTINCT; call [NOTHING]
ROW "fault: high byte to nothing"
  DISTINCT; mov esp, NOTHING; mov [esp+3], ah
ROW "fault: high byte of bx to nothing"
  DISTINCT; mov esp, NOTHING; mov [esp+ecx*2+3], bh
ROW "fault: high byte to nothing at gs"
  DISTINCT; mov gs:[NOTHING], ch
ROW "fault: leave"
  DISTINCT; leave
ROW "fault: enter"
  DISTINCT; mov esp, NOTHING; enter 16, 0
ROW "fault: rep movsb into the next page"
  DISTINCT; mov esi, DATA; mov edi, DATA+4090; mov ecx, 100; rep movsb
ROW "fault: rep stosd across the page's end"
  DISTINCT; mov edi, DATA+4096-18; mov ecx, 100; rep stosd
ROW "fault: rep movsd from nothing"
  DISTINCT; mov esi, DATA+4096-8; mov edi, DATA; mov ecx, 100; rep movsd
ROW "fault: rep movsb backwards out of the page"
  DISTINCT; std; mov esi, DATA+200; mov edi, DATA+10; mov ecx, 100; rep movsb
ROW "fault: repe cmpsb, lodsd, scasb at nothing"
  mov edi, NOTHING; lodsd; repe cmpsb
ROW "fault: lods of nothing"
  DISTINCT; mov esi, NOTHING; lodsd
ROW "fault: scas of nothing"
  DISTINCT; mov edi, NOTHING+3; scasd
ROW "fault: pop to nothing"
  DISTINCT; pop [NOTHING]
ROW "fault: push of nothing"
  DISTINCT; push [NOTHING]
ROW "fault: pusha at the stack's end"
  DISTINCT; mov esp, STACK-2; pusha
ROW "fault: popa beyond the stack"
  xor edi, edi; mov esp, NOTHING; popa
ROW "fault: pushf"
  DISTINCT; mov esp, NOTHING; pushf
ROW "fault: popf"
  DISTINCT; mov esp, NOTHING; popf
ROW "fault: pop ds of nothing"
  DISTINCT; mov esp, NOTHING; pop ds
ROW "fault: pop of a bad selector"
  DISTINCT; push 0x1234; pop es
ROW "fault: mov of a bad selector"
  DISTINCT; mov eax, 0x54; mov ds, eax
ROW "fault: mov of a bad selector to gs"
  DISTINCT; mov eax, 0x1000; mov gs, eax
ROW "fault: the null selector in ss"
  DISTINCT; xor eax, eax; mov ss, eax
ROW "fault: mov to cs"
  DISTINCT; .byte 0x8e, 0xc8
ROW "fault: a write to a read-only page"
  DISTINCT; mov [READ_ONLY+4], ecx
ROW "fault: add to a read-only page"
  DISTINCT; add dword ptr [READ_ONLY+4], 5
ROW "fault: divide by zero"
  DISTINCT; xor ecx, ecx; div ecx
ROW "fault: divide overflow"
  DISTINCT; mov ecx, 1; idiv ecx
ROW "fault: aam 0"
  DISTINCT; .byte 0xd4, 0
ROW "fault: int 0x81"
  DISTINCT; int 0x81
ROW "fault: int 4"
  DISTINCT; int 4
ROW "fault: into"
  DISTINCT; mov al, 0x7f; inc al; into
ROW "trap: int 3 in two bytes"
  .byte 0xcd, 3
ROW "fault: the end of the address space"
  DISTINCT; mov eax, 0xfffffffe; mov ecx, [eax]
ROW "fault: the kernel's half"
  DISTINCT; mov eax, 8; mov ecx, [eax-16]
ROW "fault: misaligned movaps"
  DISTINCT; movaps xmm0, [DATA+4]
ROW "fault: gs"
  DISTINCT; mov eax, gs:[NOTHING]
ROW "fault: SSE's divide by zero"
  push 0x1d80; ldmxcsr [esp]; xorps xmm0, xmm0; divss xmm1, xmm0
ROW "fault: x87's invalid operation"
  push 0x37e; fldcw [esp]; fldz; fldz; fdivp; fwait
ROW "fault: x87's, found later"
  push 0x37e; fldcw [esp]; fldz; fchs; fsqrt; fldz; fldz; fdivp; nop; nop; fld1
ROW "fault: alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; mov ecx, [eax+1]
ROW "fault: nothing, under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; mov ecx, [NOTHING]
ROW "fault: fetch under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; mov eax, DATA; jmp eax
ROW "alignment check stays"
  pushf; or dword ptr [esp], 0x40000; popf; mov ecx, [eax]; call 1f
1: pushf; pop edx
ROW "fault: cmpxchg8b of nothing"
  DISTINCT; lock cmpxchg8b [NOTHING]
ROW "fault: lock of what may not be locked"
  .byte 0xf0, 0x89, 0x00
ROW "fault: too long"
  .rept 15
  .byte 0x66
  .endr
  nop
ROW "fault: only prefixes"
  .rept 40
  .byte 0xf3
  .endr
ROW "fault: too long by its immediate"
  .byte 0x66, 0x66, 0x3e, 0x3e, 0x3e, 0x3e, 0x81, 0x84, 0x24; .long 4; .word 5; nop
  .byte 0x3e, 0x3e, 0x3e, 0x3e, 0x3e, 0x81, 0x84, 0x24; .long 4, 5

ROW "the end"
  int3
9:
  .pushsection .table
  .long 9b
.globl rows_end
rows_end:
  .popsection
.section .note.GNU-stack, "", @progbits
