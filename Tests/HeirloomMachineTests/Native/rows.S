/* What the machine writes anew, and the registers at faults: each row runs on the real processor and on the machine, and
 * must end alike; AMD: and UMIP: are rows of such processors alone. A row's last instruction is an int3, or the one that faults. places.h says what it begins with. */
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
ROW "AMD: decimal"
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
ROW "AMD: fault: enter"
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

/* What 64-bit mode lacks */

#define AREA_IN_GS mov eax, AREA; mov gs, eax; mov fs, eax
ROW "16-bit addresses: every form, in gs"
  AREA_IN_GS; mov ebx, 0x12340100; mov esi, 0xffff0020; mov edi, 0x50; mov ebp, 0x77770300
  mov eax, gs:[bx+si]; mov ecx, gs:[bx+di+4]; mov edx, gs:[bp+si-8]; add eax, gs:[bp+di+0x123]; add gs:[si], eax
  sub ecx, gs:[di]; xor gs:[bp-4], edx; mov gs:[bx+1], ah; mov ch, fs:[bx-3]; inc word ptr gs:[0x40]; mov ax, fs:[0x44]
ROW "16-bit addresses wrap at 64 KiB"
  AREA_IN_GS; mov ebx, 0xff80; mov esi, 0x100; mov eax, gs:[bx+si]; mov ecx, gs:[bx+si+0x7f]; mov edx, gs:[bx+0x90]
ROW "16-bit addresses: lea, push, pop, call, SSE, x87"
  AREA_IN_GS; mov ebx, 0x123400f0; mov esi, 0x20; lea ecx, [bx+si]; lea dx, [bx+si+5]; lea bx, [bx+si]; push dword ptr gs:[bx]
  pop dword ptr gs:[bx+8]; push word ptr gs:[si]; pop word ptr gs:[si+2]; movups xmm1, gs:[bx]; fild dword ptr gs:[bx]
  fistp qword ptr gs:[si]; bts dword ptr gs:[bx], esi; lock xadd gs:[bx], eax; cmpxchg8b gs:[bx]; imul ebp, gs:[si], 77
  call 1f
1: pop eax; add eax, 2f-1b; mov gs:[0x10], eax; call dword ptr gs:[0x10]
2: nop
ROW "16-bit addresses: moffs"
  AREA_IN_GS; .byte 0x65, 0x67, 0xa1, 0x40, 0; .byte 0x65, 0x67, 0xa2, 0x51, 0; .byte 0x66, 0x64, 0x67, 0xa3, 0x60, 0
ROW "16-bit addresses: the rest of the segment"
  mov ebx, 0x8000; mov [bx], eax
ROW "16-bit addresses in a register form are none"
  .byte 0x67; add eax, ecx; .byte 0x67; inc ebx; .byte 0x67; push eax; .byte 0x67; nop
ROW "strings from gs and fs"
  AREA_IN_GS; mov esi, 0x100; mov edi, DATA+0x300; mov ecx, 5; rep movsb es:[edi], gs:[esi]; movsd es:[edi], fs:[esi]
  lods eax, dword ptr gs:[esi]; lods al, byte ptr gs:[esi]; mov edi, DATA+0x120; cmps dword ptr gs:[esi], es:[edi]; mov ecx, 6
  repne cmps byte ptr gs:[esi], es:[edi]; mov ecx, 9; repe cmps word ptr fs:[esi], es:[edi]; rep lods al, byte ptr gs:[esi]
  std; mov ecx, 7; rep movsd es:[edi], gs:[esi]
ROW "strings of 16-bit addresses"
  AREA_IN_GS; mov esi, 0x12340100; mov edi, 0x56780004; mov ecx, 0x10003; lods eax, dword ptr gs:[si]; .byte 0x65, 0x67, 0xf3, 0xac
ROW "fault: strings of 16-bit addresses"
  AREA_IN_GS; mov esi, 0x12340100; mov edi, 0x56780004; mov ecx, 0x10003; .byte 0x65, 0x67, 0xf3, 0xa4
ROW "fault: rep movs from gs into nothing"
  AREA_IN_GS; mov esi, 0x100; mov edi, DATA+0x1000-10; mov ecx, 20; rep movsw es:[edi], gs:[esi]
ROW "xlat of gs"
  AREA_IN_GS; mov ebx, 0x12340100; .byte 0x65, 0x67, 0xd7; mov ebx, 0x200; .byte 0x65, 0xd7
ROW "loops that count in cx"
  mov ecx, 0x10003; xor eax, eax
1: inc eax; .byte 0x67; loop 1b
  mov ecx, 0x70000; .byte 0x67, 0xe3, 1; ud2; mov ecx, 0x20005
2: inc eax; cmp eax, 6; .byte 0x67; loopne 2b
  mov ecx, 0x20005; cmp ecx, ecx
3: .byte 0x67; loope 3b
  .byte 0x67, 0xe3, 1; ud2
ROW "maskmovq and maskmovdqu in gs"
  AREA_IN_GS; mov edi, 0x12340100; .byte 0x65, 0x67, 0x66, 0x0f, 0xf7, 0xca; mov edi, 0x140; .byte 0x65, 0x0f, 0xf7, 0xc1
  .byte 0x64, 0x66, 0x0f, 0xf7, 0xd3; emms
ROW "enter with frames of others"
  mov ebp, STACK+0x900; enter 16, 1; enter 8, 3; enter 0, 0x24; mov ebp, STACK+0x700; enter 2, 31; leave
ROW "enter of 16 bits"
  .byte 0x66, 0xc8, 6, 0, 0; mov ebp, STACK+0x900; .byte 0x66, 0xc8, 2, 0, 4
ROW "AMD: fault: enter with frames that are not there"
  DISTINCT; enter 8, 3
ROW "bound"
  mov dword ptr [DATA], -5; mov dword ptr [DATA+4], 100; mov ecx, -5; bound ecx, [DATA]; mov ecx, 100; bound ecx, [DATA]
  mov dword ptr [DATA+8], 0x7fff8000; bound cx, [DATA+8]
ROW "fault: bound, above"
  mov dword ptr [DATA], -5; mov dword ptr [DATA+4], 100; mov ecx, 101; stc; bound ecx, [DATA]
ROW "fault: bound, below"
  mov dword ptr [DATA], -5; mov dword ptr [DATA+4], 100; mov ecx, -6; bound ecx, [DATA]
ROW "AMD: fault: bound of nothing"
  DISTINCT; bound ecx, [NOTHING]
ROW "arpl"
  mov eax, 0x12341110; mov ecx, 3; arpl ax, cx; setz dl; arpl ax, cx; setz dh; mov word ptr [DATA], 0x21; arpl [DATA], cx; lahf
  arpl [DATA], sp; arpl sp, cx
ROW "fault: arpl of a read-only page"
  DISTINCT; mov ecx, 3; arpl [READ_ONLY], cx
ROW "AMD: fault: arpl that changes nothing of a read-only page"
  DISTINCT; mov ecx, 0; arpl [READ_ONLY], cx
ROW "les, lds, lss, lfs, lgs"
  mov dword ptr [DATA], 0x11223344; mov word ptr [DATA+4], 0x2b; les eax, [DATA]; lds ecx, [DATA]; lss edx, [DATA]
  lgs bx, [DATA]; mov word ptr [DATA+4], AREA; lfs esi, [DATA]; mov edi, fs:[4]; mov ebp, gs; mov word ptr [DATA+4], 0
  lgs edx, [DATA]; mov [DATA+8], gs
ROW "fault: lss of a null selector"
  DISTINCT; lss eax, [DATA+0xff8]
ROW "fault: lgs of a bad selector"
  DISTINCT; mov word ptr [DATA+4], 0x1234; lgs eax, [DATA]
ROW "AMD: fault: les across the page's end"
  DISTINCT; les eax, [DATA+0xffc]
ROW "segment registers are what they were set to"
  mov eax, 0x23; mov es, eax; mov ecx, es; mov eax, 0x2a; mov ds, eax; mov edx, ds; mov ebx, es; push es; pop esi; mov eax, 0x2b; mov ds, eax
  mov es, eax; mov eax, 0x33; mov fs, eax; mov ebp, fs
ROW "fault: a code segment in ss"
  DISTINCT; mov eax, 0x23; mov ss, eax
ROW "fault: a selector of another level in ss"
  DISTINCT; mov eax, 0x28; mov ss, eax
ROW "fault: a kernel's selector"
  DISTINCT; mov eax, 0x18; mov gs, eax
ROW "fault: a TLS selector that is empty"
  DISTINCT; mov eax, 0x73; mov gs, eax
ROW "far jmp, call and ret"
  call 1f
1: pop esi; mov edx, esp; lea eax, [esi+2f-1b]; push 0x23; push eax; .byte 0xff, 0x2c, 0x24; ud2
2: lea eax, [esi+3f-1b]; push 0x23; push eax; .byte 0xff, 0x1c, 0x24; lea eax, [esi+4f-1b]; push 0x20; push eax; .byte 0xff, 0x2c, 0x24; ud2
3: mov ebx, [esp]; mov ecx, [esp+4]; .byte 0xcb
4: push 0x23; lea eax, [esi+5f-1b]; push eax; .byte 0xca, 8, 0; ud2
5: sub edx, esp
ROW "far jmp and call of an operand"
  call 1f
1: pop esi; lea eax, [esi+2f-1b]; lea edx, [esi+4f-1b]; mov [esi+3f-1b-6], eax; mov [esi+3f-1b-6+6+1], edx
  .byte 0xea; .long 0; .word 0x23
3: .byte 0x9a; .long 0; .word 0x23
2: nop
4: nop
ROW "iret"
  call 1f
1: pop esi; lea eax, [esi+2f-1b]; push 0x240cd7; push 0x23; push eax; iret; ud2
2: pushf; pop edx; lea eax, [esi+3f-1b]; push 0x202; push 0x23; push eax; iret; ud2
3: pushf; pop ecx
ROW "fault: far jmp to a null selector"
  DISTINCT; push 0; push CODE; .byte 0xff, 0x2c, 0x24
ROW "fault: far jmp to a data segment"
  DISTINCT; push 0x2b; push CODE; .byte 0xff, 0x2c, 0x24
ROW "fault: far jmp to the kernel's segment"
  DISTINCT; push 0x10; push CODE; .byte 0xff, 0x2c, 0x24
ROW "fault: far jmp beyond the table"
  DISTINCT; push 0x1234; push CODE; .byte 0xff, 0x2c, 0x24
ROW "fault: far call to a thread area"
  DISTINCT; push AREA; push CODE; .byte 0xff, 0x1c, 0x24
ROW "fault: far ret to another level"
  DISTINCT; push 0x20; push CODE; .byte 0xcb
ROW "fault: iret to a null selector"
  DISTINCT; push 0x202; push 0; push CODE; iret
ROW "AMD: fault: iret with NT"
  DISTINCT; pushf; or dword ptr [esp], 0x4000; popf; pushf; pop edx; push 0x202; push 0x23; push CODE; iret
ROW "AMD: fault: far call without a stack"
  DISTINCT; push 0x23; push CODE; mov eax, esp; mov esp, NOTHING; .byte 0xff, 0x18
ROW "jumps and calls of 16 bits"
  DISTINCT; .byte 0x66, 0xe8; .word 0x10
ROW "ret of 16 bits"
  DISTINCT; push 0x12345678; .byte 0x66, 0xc3
ROW "ret imm of 16 bits"
  DISTINCT; push 0x12345678; .byte 0x66, 0xc2, 8, 0
ROW "jcc of 16 bits"
  DISTINCT; .byte 0x66, 0x0f, 0x83; .word 5; .byte 0x66, 0x0f, 0x82; .word 5
ROW "jmp through a register of 16 bits"
  DISTINCT; .byte 0x66, 0xff, 0xe0
ROW "call through memory of 16 bits"
  DISTINCT; .byte 0x66, 0xff, 0x15; .long DATA+8
ROW "lar, lsl, verr, verw"
  mov eax, 0x2b; lar ecx, eax; setz bl; lsl edx, eax; setz bh; mov eax, 0x23; lar esi, eax; lsl di, ax; verw ax; pushf; verr ax; pushf
  mov eax, 0x1234; lar ecx, eax; pushf; mov word ptr [DATA], 0x33; lar ebp, [DATA]; verr [DATA]; pushf; mov eax, 0x10; lsl ecx, eax; pushf
  xor eax, eax; lar edx, eax; pushf
ROW "lar, lsl, verr, verw of a thread area"
  mov eax, AREA; lar ecx, eax; setz bl; lsl edx, eax; setz bh; verr ax; pushf; verw ax; pushf; mov eax, 0x73; lar esi, eax; pushf
ROW "UMIP: sgdt, sidt, sldt, str, smsw"
  sgdt [DATA]; sidt [DATA+16]; sldt [DATA+32]; str [DATA+40]; smsw [DATA+48]; sldt eax; str ecx; smsw edx; sldt bx; str si; smsw di
  .byte 0x66; sgdt [DATA+56]
ROW "UMIP: fault: sgdt of a read-only page"
  DISTINCT; sgdt [READ_ONLY]
ROW "UMIP: fault: smsw of nothing"
  DISTINCT; smsw [NOTHING]
ROW "fault: lar of nothing"
  DISTINCT; lar ecx, [NOTHING]
ROW "high bytes to sp, crc32 of one to esp"
  mov ebp, esp; mov eax, 0x8899aabb; movzx sp, ah; mov ebx, esp; movsx sp, ah; mov ecx, esp; crc32 esp, ah; mov edx, esp; crc32 esp, dh
  mov esi, esp; mov esp, ebp
ROW "adcx, adox"
  stc; adcx eax, ecx; adox ebx, edx; adcx esp, [DATA]; adox edi, esp; .byte 0xf3, 0x0f, 0x38, 0xf6, 0x40, 4
ROW "SSE4a"
  extrq xmm1, 5, 3; extrq xmm2, xmm3; insertq xmm4, xmm5, 7, 9; insertq xmm6, xmm7; movntss [DATA], xmm1; movntsd [DATA+8], xmm2
ROW "the flags that a program may set"
  push 0x244fd7; popf; pushf; pop eax; push 0; popf; pushf; pop ecx; mov edx, 0; push 0xffffaeff; popf; pushf; pop ebx
  push 0x244fd7; .byte 0x66; popf; pushf; pop edi

/* The FPU's and SSE's state in memory */

ROW "AMD: fnstenv and fnsave: where the last instruction was"
  fninit; fnstenv [DATA]; fld1; fld dword ptr [DATA+0x100]; fnstenv [DATA+32]; fstp dword ptr [esp+8]; fnsave [DATA+64]; fnstenv [DATA+256]
ROW "AMD: fnstenv and fnsave of 16 bits"
  fninit; fld1; fld qword ptr [DATA+0x100]; .byte 0x66; fnstenv [DATA]; fld1; .byte 0x66; fnsave [DATA+32]
ROW "AMD: fnstenv masks, fldenv brings back"
  push 0x340; fldcw [esp]; fld1; fnstenv [DATA]; fnstcw [DATA+64]; fldenv [DATA]; fnstcw [DATA+68]; fnstenv [DATA+80]; push 0x37f; fldcw [esp]
ROW "AMD: fnstenv behind an exception"
  push 0x37b; fldcw [esp]; fldz; fld1; fdivrp; fnstenv [DATA]; fnclex
ROW "fxsave, fxrstor"
  fninit; fxsave [DATA+0x800]; mov dword ptr [DATA+0x800+160], 77; fxrstor [DATA+0x800]; movd eax, xmm0
ROW "AMD: fxsave leaves the image's end alone"
  fld1; fxsave [DATA+0xe00]; mov eax, [DATA+0xe00+288]; mov ecx, [DATA+0xe00+508]; mov edx, [DATA+0xe00+24]; mov ebx, [DATA+0xe00+28]
ROW "fault: fxsave, misaligned"
  DISTINCT; fxsave [DATA+8]
ROW "fault: fxrstor of a bad MXCSR"
  DISTINCT; fxsave [DATA]; or dword ptr [DATA+24], 0x10000000; fxrstor [DATA]
ROW "AMD: fault: fnstenv over the page's end"
  DISTINCT; fnstenv [DATA+4096-8]
ROW "AMD: fault: fnstenv of nothing"
  DISTINCT; fnstenv [NOTHING]
ROW "AMD: fault: fnsave over the page's end"
  DISTINCT; fnsave [DATA+4096-8]
ROW "AMD: fault: fxsave over the page's end"
  DISTINCT; fxsave [DATA+4096-256]
ROW "AMD: fault: fxsave, a 16-bit address whose end wraps"
  DISTINCT; xor ebx, ebx; fxsave [bx-0x50]
ROW "AMD: fault: fxsave of nothing"
  DISTINCT; fxsave [NOTHING]
ROW "AMD: fault: fxrstor over the page's end"
  DISTINCT; fxrstor [DATA+4096-256]
ROW "AMD: fault: fxrstor of nothing"
  DISTINCT; fxrstor [NOTHING]
ROW "AMD: fault: fnsave to a read-only page"
  DISTINCT; fld1; fnsave [READ_ONLY]
ROW "AMD: MXCSR's misaligned mode"
  push 0x21f80; ldmxcsr [esp]; addps xmm0, [DATA+4]; stmxcsr [esp]; pop eax; push 0x1f80; ldmxcsr [esp]

/* The trap flag */

#define STEP pushf; or dword ptr [esp], 0x100; popf
ROW "trap: one step"
  STEP; nop; nop
ROW "trap: a jump"
  STEP; jmp 1f; ud2
1: nop
ROW "trap: a repeated string is a step for each"
  mov ecx, 5; STEP; rep movsd
ROW "trap: the last of a repeated string"
  mov ecx, 1; STEP; rep movsd
ROW "trap: repe cmps"
  mov ecx, 5; STEP; repe cmpsb
ROW "trap: pushf shows TF"
  STEP; pushf
ROW "trap: popf clears it"
  push 0x202; STEP; popf; nop
ROW "trap: behind a load of ss"
  mov eax, ss; STEP; mov ss, eax; inc ecx; inc ecx
ROW "trap: popf of 16 bits"
  pushf; or dword ptr [esp], 0x100; .byte 0x66; popf; nop; nop
ROW "trap: by iret"
  call 1f
1: pop esi; lea eax, [esi+2f-1b]; push 0x302; push 0x23; push eax; iret; ud2
2: inc ecx; inc ecx
ROW "trap: a fault comes first"
  STEP; mov eax, [NOTHING]
ROW "trap: of an int3"
  STEP; int3
ROW "trap: cpuid"
  xor eax, eax; STEP; cpuid; nop
ROW "int1: a trap"
  .byte 0xf1
ROW "AMD: trap: aam, enter, fnstenv"
  mov eax, 77; STEP; aam
ROW "trap: call, push"
  STEP; call 1f; nop
1: nop
ROW "trap: a load of gs"
  mov eax, gs; STEP; mov gs, eax; nop

/* The end of the address space, by way of ss and not */

ROW "fault: a write by way of cs"
  DISTINCT; mov cs:[DATA], eax
ROW "fault: a locked one, one of SSE, one of the x87"
  DISTINCT; mov eax, DATA; .byte 0x2e, 0x0f, 0x29, 0x00
ROW "fault: fstp by way of cs"
  DISTINCT; fld1; fstp dword ptr cs:[DATA]
ROW "fault: mov of a high byte by way of cs"
  DISTINCT; mov cs:[DATA], ah
ROW "reads by way of cs"
  mov ecx, cs:[DATA]; add edx, cs:[eax]; movups xmm1, cs:[DATA]; fld dword ptr cs:[DATA]; push dword ptr cs:[eax]; cmp cs:[eax], cl
ROW "bits far from a 16-bit address"
  AREA_IN_GS; mov ebx, 0x12340100; mov ecx, 1000; bts gs:[bx], ecx; setc dl; mov ecx, -70; btr gs:[bx], ecx; mov ecx, 0x70005; btc gs:[bx], cx
  lock bts gs:[bx+4], esi; bt gs:[bx+8], sp; bt word ptr gs:[bx+8], 3
ROW "fault: bits around 64 KiB"
  mov ebx, 0xff00; mov ecx, 0x8000; bts [bx], ecx
ROW "AMD: loops whose prefix says their condition"
  mov ecx, 0x20003; cmp ecx, ecx; .byte 0xf2, 0x67, 0xe1, 0; .byte 0xf3, 0x67, 0xe0, 0; .byte 0xf2, 0xe1, 0; .byte 0xf3, 0xe0, 0
ROW "leave of 16 bits at a page's end"
  mov ebp, STACK+4094; mov word ptr [ebp], 0x1234; .byte 0x66; leave
ROW "AMD: fault: fxsave, misaligned, under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; fxsave [DATA+4]
ROW "AMD: fault: fxsave, more misaligned, under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; fxsave [DATA+2]
ROW "AMD: fault: fnstenv, misaligned, under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; fnstenv [DATA+2]
ROW "AMD: fault: fxsave across the end, misaligned, under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; fxsave [-22]
ROW "AMD: fault: enter to a misaligned top that is missing, under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; mov ebp, esp; enter 0xc90f, 4
ROW "AMD: fault: fxsave across the end"
  DISTINCT; fxsave [-32]
ROW "AMD: fault: fxrstor across the end"
  DISTINCT; fxrstor [-32]
ROW "AMD: fault: fxrstor across the end, misaligned"
  DISTINCT; fxrstor [-28]
ROW "AMD: fault: fxrstor across the end by the stack's segment, misaligned"
  DISTINCT; xor ebp, ebp; fxrstor [ebp-79]
ROW "AMD: fault: fxsave across the end by the stack's segment, misaligned"
  DISTINCT; xor ebp, ebp; fxsave [ebp-79]
ROW "AMD: fault: fxsave whose first word is across the end by the stack's segment"
  DISTINCT; xor ebp, ebp; fxsave [ebp-2]
ROW "AMD: fault: fxrstor whose first word is across the end by the stack's segment"
  DISTINCT; xor ebp, ebp; fxrstor [ebp-3]
ROW "AMD: fault: cmps across the end, the other operand missing"
  DISTINCT; mov esi, -3; xor edi, edi; cmpsd
ROW "AMD: fault: cmps across the end, misaligned, under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; mov edi, -3; xor esi, esi; cmpsd
ROW "AMD: fault: movs across the end, misaligned, under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; mov esi, -3; mov edi, DATA; movsd
ROW "AMD: fault: leave, misaligned, under alignment check, the stack at the end"
  pushf; or dword ptr [esp], 0x40000; popf; mov ebp, DATA + 1; mov esp, -2; leave
ROW "fault: bt by gs, its bit beyond the segment's end"
  DISTINCT; mov ebp, -2; mov edx, 0x200016d0; .byte 0x65; bt [ebp], edx
ROW "fault: cmps by gs across its segment's end"
  DISTINCT; mov esi, -1; mov edi, DATA; .byte 0xf2, 0x65, 0xa7
ROW "fault: lods by ss across the end"
  DISTINCT; mov esi, -1; .byte 0x36, 0xad
ROW "fault: pop to cs from nothing"
  DISTINCT; xor esp, esp; pop dword ptr cs:[DATA]
ROW "fault: pop to cs"
  DISTINCT; pop dword ptr cs:[DATA]
ROW "fault: a write to cs behind an exception"
  DISTINCT; push 0x37b; fldcw [esp]; fldz; fld1; fdivrp; fstp qword ptr cs:[DATA]
ROW "fault: a write to cs that does not wait"
  DISTINCT; push 0x37b; fldcw [esp]; fldz; fld1; fdivrp; fnstcw cs:[DATA]
ROW "AMD: fxsave behind an exception"
  push 0x37b; fldcw [esp]; fldz; fld1; fdiv dword ptr [DATA+0x700]; fld1; fdivrp; fxsave [DATA]; fnclex
ROW "AMD: fxsave behind an exception with an operand"
  push 0x37b; fldcw [esp]; fld1; mov dword ptr [DATA], 0; fdiv dword ptr [DATA]; fxsave [DATA+0x100]; fnclex
ROW "fault: push below 0"
  DISTINCT; xor esp, esp; push eax
ROW "fault: push across 0"
  DISTINCT; mov esp, 2; push eax
ROW "fault: pop across the end"
  DISTINCT; mov esp, -2; pop eax
ROW "fault: pop at the end"
  DISTINCT; mov esp, -4; pop eax
ROW "fault: ret across the end"
  DISTINCT; mov esp, -1; ret
ROW "fault: call below 0"
  DISTINCT; xor esp, esp; call 1f
1: nop
ROW "fault: a load by ebp across the end"
  DISTINCT; mov ebp, -3; mov eax, [ebp]
ROW "fault: a load by ebp in ds across the end"
  DISTINCT; mov ebp, -3; mov eax, ds:[ebp]
ROW "fault: a load in ss across the end"
  DISTINCT; mov eax, -3; mov eax, ss:[eax]
ROW "fault: eight bytes across the end"
  DISTINCT; mov eax, -6; fld qword ptr [eax]
ROW "fault: sixteen bytes across the end"
  DISTINCT; mov eax, -12; movups xmm0, [eax]
ROW "fault: the last bytes"
  DISTINCT; mov eax, -1; mov cl, [eax]
ROW "fault: leave, the end"
  mov ebp, -4; leave
ROW "fault: esp in the kernel's half"
  DISTINCT; mov esp, 0xfffff000; push eax
ROW "fault: pusha across 0"
  DISTINCT; mov esp, 16; pusha
ROW "fault: lodsd across the end"
  DISTINCT; mov esi, -2; lodsd

/* Operands across a segment's end */

.irp place, -7, -8, -9, -10
ROW "AMD: fault: fld of 80 bits at \place"
  DISTINCT; mov ebp, \place; fld tbyte ptr [ebp]
ROW "AMD: fault: fstp of 80 bits at \place"
  DISTINCT; fld1; mov ebp, \place; fstp tbyte ptr ds:[ebp]
ROW "AMD: fault: fbld at \place"
  DISTINCT; mov esp, \place; fbld [esp]
ROW "AMD: fault: fbstp at \place"
  DISTINCT; fld1; mov eax, \place; fbstp [eax]
ROW "AMD: fault: fld of 80 bits at \place, under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; mov eax, \place; fld tbyte ptr [eax]
ROW "AMD: fault: fld of 80 bits at \place in gs, which begins behind a missing page"
  DISTINCT; AREA_IN_GS; mov eax, \place; fld tbyte ptr gs:[eax]
ROW "AMD: fault: fstp of 80 bits at \place in gs, which begins at a read-only page"
  DISTINCT; AREA_IN_GS; fld1; mov eax, READ_ONLY-DATA+\place; fstp tbyte ptr gs:[eax]
.endr
ROW "AMD: fault: fxsave across the end of gs"
  DISTINCT; AREA_IN_GS; fxsave gs:[-16]
ROW "AMD: fault: fxrstor across the end of gs"
  DISTINCT; AREA_IN_GS; fxrstor gs:[-64]
ROW "fault: a load from a place of the instruction's own across the end of gs"
  DISTINCT; AREA_IN_GS; .byte 0x65, 0xa1; .long -2
ROW "AMD: fault: push of memory across the end, under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; mov eax, -3; push dword ptr [eax]
ROW "AMD: fault: pop to memory across the end, under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; mov ebp, -3; pop dword ptr [ebp]
ROW "AMD: fault: a misaligned pop to memory across the end, under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; add esp, 1; mov ebp, -3; pop dword ptr [ebp]
ROW "AMD: fault: pop to memory by esp across the end of gs"
  DISTINCT; AREA_IN_GS; mov ebx, -2; sub ebx, esp; pop dword ptr gs:[esp+ebx-4]
ROW "AMD: fault: jmp by memory across the end, under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; mov eax, -2; jmp [eax]
ROW "AMD: fault: call by memory across the end, under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; mov eax, -2; call [eax]
ROW "AMD: fault: a misaligned load across the end of gs, under alignment check"
  AREA_IN_GS; pushf; or dword ptr [esp], 0x40000; popf; mov eax, -2; mov ecx, gs:[eax]
ROW "AMD: fault: bt across the end, its bit not, under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; mov eax, -3; mov ecx, 0x1000; bt [eax], ecx
ROW "AMD: fault: bt whose bit is across the end, under alignment check"
  pushf; or dword ptr [esp], 0x40000; popf; mov eax, -67; mov ecx, 512; bts [eax], ecx
ROW "UMIP: fault: sgdt across the end"
  DISTINCT; sgdt [-5]
ROW "UMIP: fault: sldt across the end"
  DISTINCT; mov ebp, -1; sldt [ebp]
ROW "UMIP: fault: sgdt where the offset and gs's beginning wrap"
  DISTINCT; AREA_IN_GS; mov eax, -0x10; sgdt gs:[eax]
ROW "UMIP: sgdt and its kin in gs"
  AREA_IN_GS; sgdt gs:[0x40]; sldt gs:[0x50]; mov ecx, -0x80; sidt gs:[ecx+0x90]; smsw gs:[0x68]
ROW "UMIP: fault: sidt over the page's end"
  DISTINCT; sidt [DATA+4096-3]

/* The selector of the x87's last operand */

ROW "AMD: fnstenv and fnsave: an operand by a prefix"
  fninit; fld dword ptr cs:[DATA+0x100]; fnstenv [DATA]; fld1; fnstenv [DATA+32]; fld dword ptr es:[DATA+0x104]; fnstenv [DATA+64]
  fld dword ptr ss:[DATA+0x108]; fnstenv [DATA+96]; fld tbyte ptr cs:[ebp]; .byte 0x66; fnstenv [DATA+128]; fiadd word ptr cs:[esp+4]; fnsave [DATA+0x200]
ROW "AMD: fnstenv: an operand by the last of several prefixes"
  fninit; .byte 0x2e, 0x26; fld dword ptr [eax]; fnstenv [DATA]; .byte 0x26, 0x2e; fld dword ptr [eax+4]; fnstenv [DATA+32]
ROW "AMD: fnstenv: an operand by a prefix, and later ones"
  fninit; fld dword ptr cs:[eax]; fldpi; fld dword ptr [eax+4]; fchs; fnstenv [DATA]; fld dword ptr cs:[eax]; fldcw cs:[DATA+0x7f0]
  fnstcw [eax+12]; fnop; fnstenv [DATA+32]; fld dword ptr [eax]; fnstenv [DATA+64]
ROW "AMD: fnstenv: an operand in gs or fs, and behind it"
  fninit; AREA_IN_GS; fld dword ptr gs:[0x100]; fnstenv [DATA]; fld1; fnstenv [DATA+32]; mov ecx, 0x40; fmul dword ptr gs:[ecx*4+8]; fldz
  fnstenv [DATA+64]; mov eax, AREA; mov fs, eax; fld qword ptr fs:[ecx]; fchs; fnsave [DATA+0x200]; .byte 0x67; fld dword ptr gs:[bx+4]; fabs
  fnstenv [DATA+128]
ROW "AMD: fnstenv: other selectors in es and ds"
  fninit; mov ecx, cs; mov edx, ds; mov es, ecx; fld dword ptr es:[eax]; mov es, edx; fnstenv [DATA]; mov ds, ecx; fld dword ptr [eax]
  fnstenv ss:[DATA+32]; mov ds, edx
ROW "AMD: fnstenv: an operand by a prefix, before another state is loaded"
  fninit; fld dword ptr cs:[DATA+0x100]; fxsave [DATA+0x400]; fxrstor [DATA+0x400]; fld dword ptr [DATA+0x100]; fld1; fnstenv [DATA]
ROW "AMD: fxsave behind an exception with an operand by a prefix"
  push 0x37b; fldcw [esp]; fld1; mov dword ptr [DATA], 0; fdiv dword ptr cs:[DATA]; fxsave [DATA+0x100]; fnclex
ROW "AMD: fxsave behind an exception with an operand in gs"
  push 0x37b; fldcw [esp]; AREA_IN_GS; fldz; fmul dword ptr gs:[0x100]; fld1; fdivrp; fxsave [DATA+0x100]; fnclex

ROW "the end"
  int3
9:
  .pushsection .table
  .long 9b
.globl rows_end
rows_end:
  .popsection
.section .note.GNU-stack, "", @progbits
