/* What compilers and assembly programmers do that a translator gets wrong: flags that live across control flow, the
 * stack pointer as an operand, high byte registers, string operations. torture.c prints what OUT and OUTFL store. */
.intel_syntax noprefix

/* Names what comes next. */
.macro TEST text
  .pushsection .rodata
name\@: .asciz "\text"
  .popsection
  .set name, name\@
.endm

/* Stores the name and a 32-bit register; keeps registers and flags. */
.macro OUT register
  push \register
  push ecx
  mov ecx, [torture_out]
  mov dword ptr [ecx], offset name
  push [esp + 4]
  pop [ecx + 4]
  lea ecx, [ecx + 8]
  mov [torture_out], ecx
  pop ecx
  lea esp, [esp + 4]
.endm

/* The arithmetic flags and DF. */
.macro OUTFL
  pushfd
  and dword ptr [esp], 0xcd5
  pop dword ptr [tmp]
  push eax
  mov eax, [tmp]
  OUT eax
  pop eax
.endm

.text
.globl torture
torture:
  pushad

  TEST "flags live across call/ret"
  stc
  call retcarry0
  sbb eax,eax
  OUT eax
  clc
  call setc1
  adc ebx,0x1000
  setc al
  movzx eax,al
  OUT eax
  cmp eax, 77
  call nopret
  OUTFL

  TEST "flags live across indirect jmp & call"
  mov edx, offset ind1
  sub ecx, ecx
  cmp ecx, 1
  jmp edx
  ud2
ind1:
  OUTFL
  mov eax, 0x7fffffff
  add eax, 1
  call [fpnop]
  OUTFL

  TEST "high byte with esp"
  mov eax,0x11223344
  mov ebx,0x55667788
  push 0
  mov [esp], ah
  mov [esp+1], bh
  mov ecx,0
  mov ch,[esp+1]
  add [esp+2], ch
  xchg dh, [esp+2]
  cmp bh, [esp+1]
  OUTFL
  pop eax
  OUT eax
  OUT ecx
  mov esi,4
  mov eax,0x1234
  push eax
  push eax
  mov [esp+esi], ah
  mov [esp+esi*1+1], al
  pop eax
  pop eax
  OUT eax

  TEST "push/pop esp"
  mov ebp,esp
  push esp
  pop eax
  sub eax,ebp
  OUT eax
  mov ebp,esp
  push 0
  mov [esp],esp
  pop esp
  mov eax,ebp
  sub eax,esp
  OUT eax
  mov esp,ebp
  push dword ptr [esp]
  pop dword ptr [esp-8]
  mov eax,ebp
  sub eax,esp
  OUT eax
  push 0x1111
  push 0x2222
  pop dword ptr [esp]
  pop eax
  OUT eax
  push 3
  push 4
  push dword ptr [esp+4]
  pop eax
  OUT eax
  pop eax
  pop eax

  TEST "xchg/mov/lea/alu with esp"
  mov edx,esp
  mov eax,0x100
  xchg eax,esp
  add esp,5
  xchg esp,eax
  OUT eax
  sub edx,esp
  OUT edx
  mov ecx,esp
  inc esp
  dec esp
  inc esp
  sub esp,1
  and esp,-1
  cmp ecx,esp
  OUTFL
  lea eax,[esp]
  lea esp,[esp-64]
  lea esp,[esp+eax*1]
  sub esp,eax
  add esp,64
  sub ecx,esp
  OUT ecx
  bswap esp
  bswap esp
  imul eax,esp,1
  sub eax,esp
  OUT eax
  mov eax,esp
  mov esi, 0
  cmovz esp,eax
  movzx ecx,sp
  mov edx,esp
  and edx,0xffff
  sub ecx,edx
  OUT ecx

  TEST "inc/dec flags keep CF"
  stc
  mov eax,-1
  inc eax
  OUTFL
  clc
  dec eax
  OUTFL
  stc
  inc ax
  OUTFL

  TEST "string ops"
  lea esi,[s1]
  lea edi,[buf]
  mov ecx,5
  rep movsb
  mov eax,ecx
  OUT eax
  lea eax,[s1]
  sub eax,esi
  OUT eax
  lea eax,[buf]
  sub eax,edi
  OUT eax
  std
  lea esi,[s1+8]
  lea edi,[buf+20]
  mov ecx,3
  rep movsd
  cld
  mov eax,[buf+12]
  OUT eax
  lea edi,[buf+64]
  mov eax,0x41424344
  mov ecx,4
  rep stosw
  mov eax,[buf+64]
  OUT eax
  lea edi,[s1]
  mov al,'f'
  mov ecx,100
  repne scasb
  OUT ecx
  OUTFL
  lea esi,[s1]
  lea edi,[s2]
  mov ecx,100
  repe cmpsb
  OUT ecx
  OUTFL
  lea esi,[s1]
  lodsb
  lodsd
  lodsw
  OUT eax
  xor ecx,ecx
  cmp ecx,1
  rep stosd
  OUTFL

  TEST "loops"
  mov ecx,5
  xor eax,eax
1: inc eax
  loop 1b
  OUT eax
  mov ecx,5
  mov eax,0
2: inc eax
  cmp eax,3
  loopne 2b
  OUT eax
  OUT ecx
  xor ecx,ecx
  stc
  jecxz 3f
  ud2
3: OUTFL

  TEST "xlat"
  lea ebx,[s1]
  mov eax,3
  xlatb
  OUT eax

  TEST "enter/leave/ret imm"
  push 7
  push 8
  call retimm
  OUT eax

  TEST "pusha/popa"
  mov eax,1
  mov ecx,2
  mov edx,3
  mov ebx,4
  mov ebp,5
  mov esi,6
  mov edi,7
  pushad
  mov eax,[esp+28]
  add eax,[esp]
  mov ecx,[esp+12]
  lea edx,[esp+32]
  sub ecx,edx
  mov [tmp],eax
  add [tmp],ecx
  popad
  OUT eax
  OUT edi
  OUT ebp
  mov eax,[tmp]
  OUT eax

  TEST "pushf/popf"
  push 0x8d5
  popfd
  OUTFL
  push 0x402
  popfd
  pushfd
  cld
  pop eax
  and eax,0xcd5
  OUT eax
  lahf
  movzx eax,ah
  OUT eax
  mov ah,0xd5
  sahf
  OUTFL

  TEST "bt memory with register offset, negative too"
  mov eax,-9
  lea edx,[buf+128]
  mov dword ptr [buf+124],0xffffffff
  btr dword ptr [edx], eax
  OUTFL
  mov eax,[buf+124]
  OUT eax

  TEST "cmpxchg, xadd, cmpxchg8b"
  mov dword ptr [tmp],5
  mov eax,5
  mov ecx,9
  lock cmpxchg [tmp],ecx
  OUTFL
  mov eax,[tmp]
  OUT eax
  mov eax,1
  lock xadd [tmp],eax
  OUT eax
  mov dword ptr [buf],1
  mov dword ptr [buf+4],2
  mov eax,1
  mov edx,2
  mov ebx,3
  mov ecx,4
  lock cmpxchg8b [buf]
  mov eax,[buf+4]
  OUT eax

  TEST "moffs"
  mov eax,[tmp]
  .byte 0xa1
  .long tmp
  OUT eax
  .byte 0xa0
  .long tmp
  OUT eax
  mov al,0x77
  .byte 0xa2
  .long tmp
  .byte 0x66,0xa1
  .long tmp
  OUT eax

  TEST "call $+5 pop"
  call 5f
5: pop eax
  sub eax, offset 5b
  OUT eax

  TEST "ret to pushed address (push/ret jump)"
  push offset 6f
  ret
  ud2
6: mov eax,0x66
  OUT eax

  TEST "return address modification"
  call modret
  ud2
  nop
  nop
  mov eax,0x77
  OUT eax

  TEST "16-bit ops"
  mov eax,0x12345678
  push ax
  pop cx
  movzx ecx,cx
  OUT ecx
  mov ax,0x1111
  add ax,0x7777
  OUTFL
  OUT eax
  xchg ax,bx
  OUT eax
  shld eax,ebx,5
  OUT eax
  rol eax,cl
  OUT eax
  mov eax,0x80
  movsx eax,al
  OUT eax
  cwde
  cdq
  OUT edx

  TEST "x87 / sse with esp"
  mov ebp,esp
  sub esp,16
  fld1
  fadd st(0),st(0)
  fst dword ptr [esp]
  fstp qword ptr [esp+8]
  mov eax,[esp]
  OUT eax
  cvtsi2sd xmm0, dword ptr [esp]
  movsd [esp],xmm0
  cvttsd2si esp, [esp+8]
  mov eax,esp
  mov esp,ebp
  OUT eax
  movd xmm1,esp
  movd eax,xmm1
  sub eax,esp
  OUT eax
  pmovmskb eax,xmm1
  fnstcw [tmp]
  movzx eax, word ptr [tmp]
  OUT eax
  fldz
  fld1
  fcompp
  fnstsw ax
  and eax,0x4500
  OUT eax

  TEST "far disp addressing / scaled / negative index"
  mov eax,-4
  mov ecx,[arr+8+eax]
  OUT ecx
  mov ecx,[arr+8+eax*2]
  OUT ecx
  lea edx,[arr+4]
  mov ecx,[edx+eax]
  OUT ecx
  mov eax,-1
  mov ecx,[edx+eax*4]
  OUT ecx
  mov ecx,0x80000000
  lea edx,[arr+ecx]
  mov ecx,[edx+ecx]
  OUT ecx
  mov ecx, [tmp2]

  TEST "gs"
  mov eax,gs:0
  mov ecx,0
  mov edx,gs:[ecx]
  sub eax,edx
  OUT eax
  mov edx,gs:[ecx+ecx*4+0]
  sub edx,gs:0
  OUT edx
  push dword ptr gs:0
  pop ecx
  sub ecx,gs:0
  OUT ecx
  mov esi,0
  mov edx, gs:[esi+0x0]
  sub edx,gs:0
  OUT edx

  TEST "setcc, cmov, adc chains"
  mov eax,0xffffffff
  mov edx,0
  add eax,1
  adc edx,0
  OUT edx
  sbb edx,edx
  OUTFL
  neg eax
  OUTFL
  mov eax,7
  mul eax
  OUTFL
  popad
  ret
retcarry0: clc
  ret
setc1: stc
  mov ebx,0xfffff000
  ret
nopret: ret
retimm: enter 16,0
  mov eax,[ebp+8]
  sub eax,[ebp+12]
  mov [esp],eax
  mov ecx,ebp
  leave
  ret 8
modret: add dword ptr [esp],4
  ret
.data
tmp: .long 0,0
tmp2: .long 0
arr: .long 0x10,0x20,0x30,0x40
fpnop: .long nopret
s1: .asciz "abcdefghijklmnop"
s2: .asciz "abcdefghijkXmnop"
buf: .space 256
.section .note.GNU-stack,"",@progbits
