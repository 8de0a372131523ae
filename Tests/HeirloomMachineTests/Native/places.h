/* Where a piece of code finds things, and the registers it begins with. Harness.swift has the same numbers. */
#define CODE 0x10000000
#define CODE_SIZE 0x1000000
#define DATA 0x20000000
#define READ_ONLY 0x20002000
#define NOTHING 0x20004000
#define STACK 0x30000000
#define FLAGS 0x277fd7
/* A thread area whose segment begins at DATA. */
#define AREA 0x6b

#define START_EAX 0x20000800
#define START_ECX 0x00000003
#define START_EDX 0x00000000
#define START_EBX 0x20000a00
#define START_ESP 0x30000800
#define START_EBP 0x20000900
#define START_ESI 0x20000400
#define START_EDI 0x20000600
#define START_EFLAGS 0x203

#define TEXT_(number) #number
#define TEXT(number) TEXT_(number)
