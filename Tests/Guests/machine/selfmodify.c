// Code that changes: written anew and run at once, patching its own page, written through another mapping, replaced by
// another thread's process.
#include "test.h"

typedef int (*function)(void);

// mov ecx, 10; xor eax, eax; loop: add eax, 1; inc dword [the 1]; dec ecx; jnz loop; ret
static const unsigned char patching[] = {0xb9, 10, 0, 0, 0, 0x31, 0xc0, 0x05, 1, 0, 0, 0, 0xff, 0x05, 0, 0, 0, 0, 0x49, 0x75, 0xf2, 0xc3};

static void write_return(unsigned char *at, int value) {
  at[0] = 0xb8, memcpy(at + 1, &value, 4), at[5] = 0xc3; // mov eax, value; ret
}

int main(void) {
  unsigned char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  unsigned sum = 0;
  for (int i = 0; i < 20000; i++) write_return(page, i), sum += ((function)page)();
  printf("rewritten %u\n", sum);

  sum = 0;
  for (int i = 0; i < 200; i++) {
    unsigned target = (unsigned)page + 8;
    memcpy(page, patching, sizeof patching), memcpy(page + 14, &target, 4);
    sum += ((function)page)();
  }
  printf("patched itself %u, left %d\n", sum, page[8]);

  // An instruction that crosses into a page whose half changes.
  unsigned char *cross = page + 4096 - 3;
  for (int i = 0; i < 500; i++) write_return(cross, i << 20 | i), sum += ((function)cross)();
  printf("across pages %u\n", sum);

  // The same memory at two addresses: written here, run there.
  int fd = memfd_create("code", 0);
  ftruncate(fd, 4096);
  unsigned char *writable = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  write_return(writable, 1);
  function run = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
  printf("twice mapped %d", run());
  munmap(run, 4096);
  write_return(writable, 2);
  run = mmap(run, 4096, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, fd, 0);
  printf(" %d\n", run());

  // read(2) into code that has run.
  int fds[2];
  pipe(fds);
  unsigned char code[6];
  write_return(page, 5), ((function)page)();
  write_return(code, 6), write(fds[1], code, 6), read(fds[0], page, 6);
  printf("read over %d\n", ((function)page)());

  // A child's change is its own.
  write_return(page, 7), ((function)page)();
  show_status("child", wait_for(CHILD({ write_return(page, 8); ((function)page)(); })));
  printf("parent %d\n", ((function)page)());

  // Unmapped, and something else mapped there.
  munmap(page, 4096);
  page = mmap(page, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  write_return(page, 9);
  printf("mapped anew %d\n", ((function)page)());
}
