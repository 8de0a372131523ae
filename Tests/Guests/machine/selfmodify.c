// Code that changes: written anew and run at once, patching its own page, written through another mapping, replaced by
// another thread's process.
#include "test.h"
#include <sys/uio.h>

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

  // Written there while it stays mapped here; by the file's own calls; and through a third mapping, that a move has made.
  for (int i = sum = 0; i < 2000; i++) write_return(writable, i), sum += run();
  printf("written at its twin %u\n", sum);
  unsigned char code[6];
  for (int i = sum = 0; i < 200; i++) {
    write_return(code, i);
    if (i % 2) pwrite(fd, code, sizeof code, 0);
    else lseek(fd, 0, SEEK_SET), writev(fd, &(struct iovec){code, sizeof code}, 1);
    sum += run();
  }
  printf("written to the file %u\n", sum);
  lseek(fd, 0, SEEK_SET), write_return(code, 77), write(fd, code, sizeof code);
  printf("and once more %d\n", run());
  unsigned char *third = mmap(NULL, 8192, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  third = mremap(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0), 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, third);
  run(), mprotect(third, 4096, PROT_READ | PROT_WRITE), write_return(third, 78);
  printf("moved %d", run());
  write_return(third, 79), printf(" %d\n", run());

  // By another process, in memory that both share.
  unsigned char *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  write_return(shared, 1), ((function)shared)();
  show_status("child", wait_for(CHILD({ write_return(shared, 81); 0; })));
  printf("written by a child %d\n", ((function)shared)());

  // Pages in the midst of others, each written and run again and again; moved, and once more.
  unsigned char *region = mmap(NULL, 8 * 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int round = sum = 0; round < 2; round++) {
    for (int i = 0; i < 500; i++)
      for (int at = 3; at < 6; at++) write_return(region + at * 4096, i), sum += ((function)(region + at * 4096))();
    region = mremap(region, 8 * 4096, (16 + round) * 4096, MREMAP_MAYMOVE);
    for (int at = 3; at < 6; at++) sum += ((function)(region + at * 4096))();
    region[15 * 4096] = 1;
  }
  printf("rewritten and moved %u\n", sum);

  // It patches itself there.
  for (int i = sum = 0; i < 200; i++) {
    unsigned target = (unsigned)writable + 8;
    memcpy(writable, patching, sizeof patching), memcpy(writable + 14, &target, 4);
    sum += run();
  }
  printf("patched its twin %u, left %d\n", sum, writable[8]);
  show_status("child", wait_for(CHILD({ write_return(writable, 80); run(); })));

  // read(2) into code that has run.
  int fds[2];
  pipe(fds);
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
